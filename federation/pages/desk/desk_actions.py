"""What pages of the desk share on which something is done: whose it is, the way back after it, and what a refusal leaves on the page."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse

from federation.pages.desk import desk_layout
from federation.web import error_pages, form_keys
from tenants.errors import DomainError


def named(request: desk_layout.Request, allowed: dict[str, str]) -> str:
    """The deed that was sent, empty for a look; 404 for one that is not here, or that is not this person's.

    `allowed`: the role that each of the page's deeds needs.
    """
    if request.method != "POST":
        return ""
    deed = request.POST.get("deed", "")
    if allowed.get(deed) not in request.roles:
        raise Http404
    return deed


def sent(request: desk_layout.Request, *, role: str) -> QueryDict | None:
    """What was sent to a page with one deed, None for a look; 404 for who has not the role that the deed needs."""
    if request.method != "POST":
        return None
    if role not in request.roles:
        raise Http404
    return request.POST


def done(outcome: str, name: str, *args: object, **query: object) -> HttpResponse:
    """After a deed: to the page that shows what became of it. `outcome`: a key of that page's outcomes, or empty."""
    return form_keys.done(address=reverse(name, args=args), outcome=outcome, query=query)


def uuid(text: str) -> UUID:
    """An id as it was sent; nonsense is an id that nothing has."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def status(*, form: forms.Form | None = None, refused: DomainError | None = None) -> int:
    """What a page answers: 200, 422 for a form that cannot be read, or the refusal's."""
    if refused is not None:
        return error_pages.STATUS[refused.kind]
    return 422 if form is not None and form.is_bound and form.errors else 200


def told(request: desk_layout.Request, *, outcomes: Mapping[str, object], refused: DomainError | None) -> dict[str, object]:
    """What became of a deed, as the page says it: `trouble` of one that was refused just now, `outcome` of one that led here."""
    return {"trouble": str(refused) if refused else "", "outcome": outcomes.get(request.GET.get("hasil", ""), "")}
