"""Who may open a page. Roles are looked up at every request and asked by `permissions.can`; what is foreign does not exist (404)."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils import dateformat, timezone
from django.utils.translation import gettext_noop

from tenants import archived_villages, codes, villages
from tenants.db import context
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission, Principal

View = Callable[..., HttpResponseBase]


class OfficeClosed(DomainError):
    """The village has left the federation, and nobody works in its back office again."""

    kind = Kind.NOT_FOUND
    code = "village-office-closed"
    sentence = gettext_noop(
        "Desa %(name)s sudah keluar dari federasi: tokonya tutup sejak %(day)s dan kantor ini tidak dipakai lagi. Riwayat pesanan, uang "
        "dan putarannya tetap disimpan federasi; minta salinannya kepada petugas federasi."
    )


def village_page(*wanted: Permission) -> Callable[[View], View]:
    """A page of a village's back office for people who hold one of these permissions there (any role, if none is named).

    The path's `slug` names the village and is not handed on; the view finds `request.village` (villages.VillageInfo) and
    `request.principal`, and runs inside the village. Anonymous visitors are led to the login, everybody else gets 404; who has a role in a
    village that left reads that it did.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def page(request: Any, *args: Any, slug: str, **kwargs: Any) -> HttpResponseBase:
            village = _village(slug)
            if not request.user.is_authenticated:
                return redirect_to_login(_wanted(request))
            if village.state == villages.State.ARCHIVED:
                raise _left(request.user.pk, village)
            request.village, request.principal = village, _principal(request.user.pk, village.code, wanted)
            return _inside(village.code, view, request, *args, **kwargs)

        return page

    return decorate


def shop_page(view: View) -> View:
    """A public page that reads a village's own tables: no role is needed; `request.village` says whether it is suspended."""

    @functools.wraps(view)
    def page(request: Any, *args: Any, slug: str, **kwargs: Any) -> HttpResponseBase:
        request.village = _village(slug)
        if request.village.state == villages.State.ARCHIVED:
            raise Http404
        return _inside(request.village.code, view, request, *args, **kwargs)

    return page


def federation_page(*wanted: Permission) -> Callable[[View], View]:
    """A page of the federation's desk for people who hold one of these permissions there (any of its roles, if none is named).

    The view finds `request.principal`. Anonymous visitors are led to the login, everybody else gets 404.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def page(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(_wanted(request))
            request.principal = _principal(request.user.pk, codes.FEDERATION, wanted)
            return view(request, *args, **kwargs)

        return page

    return decorate


def came_from(*, request: HttpRequest) -> str:
    """The address of the page that the visitor came from, or "" when it is none of ours; without its origin, so that it stays here."""
    referrer = str(request.META.get("HTTP_REFERER", ""))
    own = f"{request.scheme}://{request.get_host()}/"
    return "/" + referrer[len(own) :].lstrip("/") if referrer.startswith(own) else ""


def _wanted(request: HttpRequest) -> str:
    """Where to go after the login. A form cannot be sent again by looking at its address: back to the page that held it."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return came_from(request=request) or request.path


def _village(slug: str) -> villages.VillageInfo:
    try:
        return villages.by_slug(slug=slug)
    except villages.UnknownVillage:
        raise Http404 from None


def _left(account_id: uuid.UUID, village: villages.VillageInfo) -> Http404 | OfficeClosed:
    """What somebody finds who opens the back office of a village that left: its own people that it is closed, others nothing."""
    if not permissions.principal(account_id=account_id, on=timezone.localdate()).roles_at(village.code):
        return Http404()
    closed_on = archived_villages.closed_on(village_code=village.code)
    return OfficeClosed(name=village.name, day=dateformat.format(closed_on, "j F Y"))


def _principal(account_id: uuid.UUID, village_code: codes.VillageCode, wanted: tuple[Permission, ...]) -> Principal:
    found = permissions.principal(account_id=account_id, on=timezone.localdate())
    held = any(permissions.can(found, one, village_code) for one in wanted) if wanted else bool(found.roles_at(village_code))
    if not held:
        raise Http404
    return found


def _inside(village_code: codes.VillageCode, view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    with context.inside(village_code):
        response = view(request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
            response.render()  # later it would run outside the village
    if response.streaming:
        response.streaming_content = _streamed(village_code, response.streaming_content)  # type: ignore[attr-defined]
    return response


def _streamed(village_code: codes.VillageCode, parts: Iterable[bytes]) -> Iterator[bytes]:
    """Make each part inside the village; between the parts the connection is where it was."""
    source = iter(parts)
    while True:
        with context.inside(village_code):
            part = next(source, None)
        if part is None:
            return
        yield part
