"""What every page of a village's back office shares: its menu, its frame, and the sentence after a deed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from federation.web import error_pages, form_keys
from marketplace import duties
from marketplace.pages.office import office_labels
from tenants import models, villages
from tenants.errors import DomainError

# (tab, label, url name, who sees it). The phone's lower bar shows these; everything else hangs under "Lainnya".
MENU = (
    ("orders", gettext_lazy("Pesanan"), "office-orders", duties.EVERYONE),
    ("parcels", gettext_lazy("Titipan"), "office-parcels", duties.CARRYING),
    ("products", gettext_lazy("Barang"), "office-products", duties.GOODS),
    ("cash", gettext_lazy("Kas"), "office-cash", duties.MONEY),
    ("more", gettext_lazy("Lainnya"), "office-more", duties.EVERYONE),
)


class Request(HttpRequest):
    """A request as tenants.http.access.village_page hands it on."""

    village: villages.VillageInfo
    roles: frozenset[str]
    user: models.User


def address(request: Request, name: str, *args: object) -> str:
    """The path of an office page of the village at hand."""
    return reverse(name, args=[request.village.slug, *args])


def page(request: Request, template: str, context: dict[str, Any], *, tab: str, status: int = 0) -> HttpResponse:
    """A page of the back office with its menu; never kept by a cache on the way.

    Unless `status` says otherwise: that of the rule that said no (`trouble`), 422 where a form is incomplete, else 200.
    """
    roles = request.roles
    menu = [
        {"label": label, "url": address(request, url_name), "current": tab == this}
        for this, label, url_name, allowed in MENU
        if not roles.isdisjoint(allowed)
    ]
    frame = {
        "menu": menu,
        "village": request.village,
        "outcome": office_labels.OUTCOMES.get(request.GET.get("hasil", ""), ""),
        "may_manage": duties.MANAGER in roles,
        "may_take_money": not roles.isdisjoint(duties.MONEY),
        "may_sell": not roles.isdisjoint(duties.SELLING),
    }
    answer = render(request, template, {**frame, **context}, status=status or _status(context))
    answer["Cache-Control"] = "private, no-store"
    return answer


def _status(context: dict[str, Any]) -> int:
    form = context.get("form")
    trouble = context.get("trouble")
    if isinstance(trouble, DomainError):
        return error_pages.STATUS[trouble.kind]
    return 422 if form is not None and form.is_bound and form.errors else 200


def sent(request: Request) -> QueryDict | None:
    """What was sent with a form; None while it is only looked at."""
    return request.POST if request.method == "POST" else None


def done(request: Request, outcome: str, name: str, *args: object, **query: str) -> HttpResponse:
    """After a deed: to the page that shows what became of it. `outcome`: a key of words.OUTCOMES, or empty."""
    return form_keys.done(address=address(request, name, *args), outcome=outcome, query=query)


def cash_rupiah(request: Request) -> int | None:
    """The sum that the page asked to be taken at the hand-over; None where it asked for none. Nonsense is a sum that is never due."""
    text = request.POST.get("cash_rupiah")
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 14 else -1
