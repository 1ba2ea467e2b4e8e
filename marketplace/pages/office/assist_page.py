"""Pesankan untuk warga: staff order in the market for someone without a phone, in the name of that person."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from federation.buying import baskets
from federation.web import visitors
from marketplace.pages.office import office_layout
from tenants import villages
from tenants.codes import VillageCode
from tenants.http import access
from tenants.people import permissions
from tenants.people.permissions import Permission, Principal

SESSION_KEY = "ordering_for_village"
FIELD = "untuk"  # of a form by which somebody orders for others: the village's code


@dataclass(frozen=True)
class Helper:
    """Somebody of a village's staff who orders for its people."""

    by: Principal
    village_code: VillageCode


def helper(request: HttpRequest) -> Helper | None:
    """Who orders for the people of which village just now, or None. The roles are looked up for each request: they may have ended."""
    try:
        return request._helper  # type: ignore[attr-defined,no-any-return]
    except AttributeError:
        request._helper = found = _look_up(request)  # type: ignore[attr-defined]
        return found


def sender(request: HttpRequest) -> Helper | None:
    """Who orders for the people of which village by the form that was sent, whatever this person began or ended in another tab since."""
    return _helper(request, VillageCode(request.POST.get(FIELD, "")))


def _look_up(request: HttpRequest) -> Helper | None:
    return _helper(request, VillageCode(request.session.get(SESSION_KEY, "")))


def _helper(request: HttpRequest, village_code: VillageCode) -> Helper | None:
    account_id = visitors.account_id(request=request)
    if account_id is None or not village_code:
        return None
    principal = permissions.principal(account_id=account_id, on=timezone.localdate())
    return Helper(principal, village_code) if permissions.can(principal, Permission.ORDER_FOR_OTHERS, village_code) else None


def running(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `ordering_for`, the village for whose people this person orders just now, or None; asked by every page."""
    return {"ordering_for": functools.partial(_helped_village, request)}


def _helped_village(request: HttpRequest) -> villages.VillageInfo | None:
    helping = helper(request)
    return villages.by_code(code=helping.village_code) if helping else None


def finish(request: HttpRequest) -> None:
    """The order stands, or was given up: from now on this person buys for themselves again."""
    request.session.pop(SESSION_KEY, None)
    request._helper = None  # type: ignore[attr-defined]


@access.village_page(Permission.ORDER_FOR_OTHERS)
@require_GET
def index(request: office_layout.Request) -> HttpResponse:
    """How it goes, and what the basket holds."""
    head = baskets.find(token="", account_id=request.user.pk)
    helping = helper(request)
    running = helping is not None and helping.village_code == request.village.code
    context = {"running": running, "line_count": head.line_count if head else 0}
    return office_layout.page(request, "office/assist.html", context, tab="cash")


@access.village_page(Permission.ORDER_FOR_OTHERS)
@require_POST
def start(request: office_layout.Request) -> HttpResponse:
    """From now on this person orders for the village's people: the basket's home is here, and the checkout asks for no phone."""
    request.session[SESSION_KEY] = request.village.code
    baskets.choose_home(token=None, account_id=request.user.pk, village_code=request.village.code, at=timezone.now())
    return HttpResponseRedirect(reverse("market"))


@access.village_page(Permission.ORDER_FOR_OTHERS)
@require_POST
def stop(request: office_layout.Request) -> HttpResponse:
    """It was given up."""
    finish(request)
    return office_layout.done(request, "", "office-assist")
