"""What undoes an order, from the back office: cancelled, shortened, taken back. Each form says why, and counts once."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpResponse
from django.utils import timezone

from marketplace import office, reversals, twins
from marketplace.pages import office_forms, office_frame
from tenants import access
from tenants.refusals import Refused


def _answer(
    request: office_frame.Request, *, name: str, order: office.OrderCard, form: office_forms.Plain, do: Callable[[], None], outcome: str
) -> HttpResponse:
    """Show the form, or do what it says once and lead to the order."""
    trouble = ""
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except twins.OrderMovedOn:
            return office_frame.done(request, "already", "office-order", order.id)
        except Refused as refused:
            trouble = str(refused)
        else:
            return office_frame.done(request, outcome, "office-order", order.id)
    context = {"order": order, "form": form, "trouble": trouble, "form_key": office_frame.form_key(request)}
    return office_frame.page(request, f"office/{name}.html", context, tab="orders")


@access.village_page(*office_frame.SELLING)
def cancel(request: office_frame.Request, order_id: uuid.UUID) -> HttpResponse:
    """Cancel an order, with the reason that the buyer will read."""
    form = office_forms.Cancel(office_frame.sent(request))
    order = office.get(order_id=order_id).card

    def do() -> None:
        reversals.cancel(order_id=order_id, reason=form.reason(), by=request.user.pk, at=timezone.now())

    return _answer(request, name="order_cancel", order=order, form=form, do=do, outcome="cancelled")


@access.village_page(*office_frame.SELLING)
def shorten(request: office_frame.Request, order_id: uuid.UUID) -> HttpResponse:
    """Deliver fewer pieces than ordered, and charge only those."""
    order = office.get(order_id=order_id).card
    form = office_forms.Shorten(order.lines, office_frame.sent(request))

    def do() -> None:
        reversals.shorten(
            order_id=order_id,
            missing=form.pieces(),
            form_key=office_frame.form_key(request),
            reason=form.cleaned_data["reason"],
            by=request.user.pk,
            at=timezone.now(),
        )

    return _answer(request, name="order_shorten", order=order, form=form, do=do, outcome="shortened")


@access.village_page(*office_frame.MONEY)
def take_back(request: office_frame.Request, order_id: uuid.UUID) -> HttpResponse:
    """Goods that a buyer brings back, in whole or in part; the money waits at the counter that took it."""
    order = office.get(order_id=order_id).card
    form = office_forms.TakeBack(order.lines, office_frame.sent(request))

    def do() -> None:
        reversals.take_back(
            order_id=order_id,
            pieces=form.pieces(),
            restock=form.cleaned_data["restock"],
            form_key=office_frame.form_key(request),
            reason=form.cleaned_data["reason"],
            by=request.user.pk,
            at=timezone.now(),
        )

    return _answer(request, name="order_take_back", order=order, form=form, do=do, outcome="taken_back")
