"""What undoes an order, from the back office: cancelled, shortened, taken back, paid back. Each form says why, and counts once."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.forms import Form
from django.http import HttpResponse

from federation.web import form_keys
from marketplace.orders import order_queries, order_records, refunds, reversals
from marketplace.pages.office import office_layout, order_forms
from tenants.errors import DomainError
from tenants.http import access
from tenants.people.permissions import Permission


def _seen(request: office_layout.Request) -> str:
    """The mark of the order as the page showed it; one that no order has where the form carries none."""
    return request.POST.get("seen") or "?"


def _answer(
    request: office_layout.Request, *, name: str, order: order_queries.OrderCard, form: Form, do: Callable[[], None], outcome: str
) -> HttpResponse:
    """Show the form, or do what it says once and lead to the order."""
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except order_records.OrderMovedOn:
            return office_layout.done(request, "moved_on", "office-order", order.id)
        except DomainError as error:
            refusal = error
        else:
            return office_layout.done(request, outcome, "office-order", order.id)
    context = {"order": order, "form": form, "refusal": refusal}
    return office_layout.page(request, f"office/{name}.html", context, tab="orders")


@access.village_page(Permission.CANCEL_ORDERS)
def cancel(request: office_layout.Request, order_id: uuid.UUID) -> HttpResponse:
    """Cancel an order, with the reason that the buyer will read."""
    form = order_forms.Cancel(office_layout.sent(request))
    order = order_queries.card(order_id=order_id)

    def do() -> None:
        reversals.cancel(order_id=order_id, seen=_seen(request), act=form_keys.act(request=request, reason=form.reason()))

    return _answer(request, name="order_cancel", order=order, form=form, do=do, outcome="cancelled")


@access.village_page(Permission.CANCEL_ORDERS)
def shorten(request: office_layout.Request, order_id: uuid.UUID) -> HttpResponse:
    """Deliver fewer pieces than ordered, and charge only those."""
    order = order_queries.card(order_id=order_id)
    form = order_forms.Shorten(order.lines, office_layout.sent(request))

    def do() -> None:
        reversals.shorten(
            order_id=order_id,
            missing=form.pieces(),
            seen=_seen(request),
            act=form_keys.act(request=request, reason=form.cleaned_data["reason"]),
        )

    return _answer(request, name="order_shorten", order=order, form=form, do=do, outcome="shortened")


@access.village_page(Permission.REFUND)
def take_back(request: office_layout.Request, order_id: uuid.UUID) -> HttpResponse:
    """Goods that a buyer brings back, in whole or in part; the money waits at the counter that took it."""
    order = order_queries.card(order_id=order_id)
    form = order_forms.TakeBack(order.lines, office_layout.sent(request))

    def do() -> None:
        reversals.take_back(
            order_id=order_id,
            pieces=form.pieces(),
            restock=form.cleaned_data["restock"],
            seen=_seen(request),
            act=form_keys.act(request=request, reason=form.cleaned_data["reason"]),
        )

    outcome = "taken_back" if order.paid and any(line.left_rupiah for line in order.lines) else "taken_back_unpaid"
    return _answer(request, name="order_take_back", order=order, form=form, do=do, outcome=outcome)


@access.village_page(Permission.REFUND)
def give_back(request: office_layout.Request, order_id: uuid.UUID) -> HttpResponse:
    """Money for goods that the buyer keeps, per line and for the delivery; it waits at the counter that took it."""
    more = order_queries.get(order_id=order_id)
    form = order_forms.GiveBack(more.card.lines, more.delivery_left_rupiah, office_layout.sent(request))

    def do() -> None:
        refunds.give(
            order_id=order_id,
            amounts_rupiah=form.amounts_rupiah(),
            delivery_rupiah=form.delivery_rupiah(),
            seen=_seen(request),
            act=form_keys.act(request=request, reason=form.cleaned_data["reason"]),
        )

    return _answer(request, name="order_give_back", order=more.card, form=form, do=do, outcome="given_back")
