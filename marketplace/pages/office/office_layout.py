"""What every page of a village's back office shares: its menu, its layout, and the sentence after an action."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from federation.web import confirmation, error_pages, form_keys
from marketplace.pages.office import office_labels
from tenants import models, villages
from tenants.errors import DomainError
from tenants.people import permissions
from tenants.people.permissions import Permission

# (tab, label, url name, the permissions of which one shows it). The phone's lower bar shows these; everything else hangs under "Lainnya".
MENU = (
    ("orders", gettext_lazy("Pesanan"), "office-orders", (Permission.SEE_ORDERS, Permission.SEE_ORDERS_TO_BRING)),
    ("parcels", gettext_lazy("Titipan"), "office-parcels", (Permission.HANDLE_PARCELS,)),
    ("products", gettext_lazy("Barang"), "office-products", (Permission.SEE_GOODS,)),
    ("cash", gettext_lazy("Kas"), "office-cash", (Permission.SEE_CASH,)),
    ("more", gettext_lazy("Lainnya"), "office-more", ()),
)


class Request(form_keys.Request):
    """A request as tenants.http.access.village_page hands it on."""

    village: villages.VillageInfo
    user: models.User


def may(request: Request, permission: Permission) -> bool:
    """Whether the visitor can do something in the village at hand."""
    return permissions.can(request.principal, permission, request.village.code)


def address(request: Request, name: str, *args: object) -> str:
    """The path of an office page of the village at hand."""
    return reverse(name, args=[request.village.slug, *args])


def page(request: Request, template: str, context: dict[str, Any], *, tab: str, status: int = 0) -> HttpResponse:
    """A page of the back office with its menu; never kept by a cache on the way.

    Unless `status` says otherwise: that of the rule that said no (`refusal`), 422 where a form is incomplete, else 200.
    """
    menu = [
        {"label": label, "url": address(request, url_name), "current": tab == this}
        for this, label, url_name, wanted in MENU
        if not wanted or any(may(request, permission) for permission in wanted)
    ]
    layout = {
        "menu": menu,
        "village": request.village,
        "outcome": office_labels.OUTCOMES.get(request.GET.get("hasil", ""), ""),
        "may": permissions.held(request.principal, request.village.code),
        "form_key": form_keys.again(request=request, error=context.get("refusal")),
    }
    answer = render(request, template, {**layout, **context}, status=status or _status(context))
    answer["Cache-Control"] = "private, no-store"
    return answer


def ask(request: Request, question: confirmation.Question, *, back: str, tab: str) -> HttpResponse:
    """Show what is about to be done for good, with its figures; `back`: the address of the page that leads here."""
    return page(request, "office/question.html", confirmation.page(request=request, question=question, back=back), tab=tab)


def _status(context: dict[str, Any]) -> int:
    form = context.get("form")
    refusal = context.get("refusal")
    if isinstance(refusal, DomainError):
        return error_pages.STATUS[refusal.kind]
    return 422 if form is not None and form.is_bound and form.errors else 200


def sent(request: Request) -> QueryDict | None:
    """What was sent with a form; None while it is only looked at."""
    return request.POST if request.method == "POST" else None


def done(request: Request, outcome: str, name: str, *args: object, **query: str) -> HttpResponse:
    """After an action: to the page that shows what became of it. `outcome`: a key of office_labels.OUTCOMES, or empty."""
    return form_keys.done(address=address(request, name, *args), outcome=outcome, query=query)
