"""What undoes an order, from the back office: cancelled, shortened, taken back, paid back. Each form says why, and counts once."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.forms import Form
from django.http import HttpResponse
from django.utils import timezone

from federation.web import sent_forms
from marketplace import duties
from marketplace.orders import reading, refunds, reversals, twins
from marketplace.pages.office import forms, frame
from tenants import access
from tenants.refusals import Refused


def _answer(
    request: frame.Request, *, name: str, order: reading.OrderCard, form: Form, do: Callable[[], None], outcome: str
) -> HttpResponse:
    """Show the form, or do what it says once and lead to the order."""
    trouble = ""
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except twins.OrderMovedOn:
            return frame.done(request, "moved_on", "office-order", order.id)
        except Refused as refused:
            trouble = str(refused)
        else:
            return frame.done(request, outcome, "office-order", order.id)
    context = {"order": order, "form": form, "trouble": trouble, "form_key": sent_forms.key(request=request)}
    return frame.page(request, f"office/{name}.html", context, tab="orders")


@access.village_page(*duties.SELLING)
def cancel(request: frame.Request, order_id: uuid.UUID) -> HttpResponse:
    """Cancel an order, with the reason that the buyer will read."""
    form = forms.Cancel(frame.sent(request))
    order = reading.get(order_id=order_id).card

    def do() -> None:
        reversals.cancel(order_id=order_id, reason=form.reason(), by=request.user.pk, at=timezone.now())

    return _answer(request, name="order_cancel", order=order, form=form, do=do, outcome="cancelled")


@access.village_page(*duties.SELLING)
def shorten(request: frame.Request, order_id: uuid.UUID) -> HttpResponse:
    """Deliver fewer pieces than ordered, and charge only those."""
    order = reading.get(order_id=order_id).card
    form = forms.Shorten(order.lines, frame.sent(request))

    def do() -> None:
        reversals.shorten(
            order_id=order_id,
            missing=form.pieces(),
            form_key=sent_forms.key(request=request),
            reason=form.cleaned_data["reason"],
            by=request.user.pk,
            at=timezone.now(),
        )

    return _answer(request, name="order_shorten", order=order, form=form, do=do, outcome="shortened")


@access.village_page(*duties.MONEY)
def take_back(request: frame.Request, order_id: uuid.UUID) -> HttpResponse:
    """Goods that a buyer brings back, in whole or in part; the money waits at the counter that took it."""
    order = reading.get(order_id=order_id).card
    form = forms.TakeBack(order.lines, frame.sent(request))

    def do() -> None:
        reversals.take_back(
            order_id=order_id,
            pieces=form.pieces(),
            restock=form.cleaned_data["restock"],
            form_key=sent_forms.key(request=request),
            reason=form.cleaned_data["reason"],
            by=request.user.pk,
            at=timezone.now(),
        )

    outcome = "taken_back" if order.paid and any(line["left_rupiah"] for line in order.lines) else "taken_back_unpaid"
    return _answer(request, name="order_take_back", order=order, form=form, do=do, outcome=outcome)


@access.village_page(*duties.MONEY)
def give_back(request: frame.Request, order_id: uuid.UUID) -> HttpResponse:
    """Money for goods that the buyer keeps, per line and for the delivery; it waits at the counter that took it."""
    more = reading.get(order_id=order_id)
    form = forms.GiveBack(more.card.lines, more.delivery_left_rupiah, frame.sent(request))

    def do() -> None:
        refunds.give(
            order_id=order_id,
            amounts_rupiah=form.amounts_rupiah(),
            delivery_rupiah=form.delivery_rupiah(),
            form_key=sent_forms.key(request=request),
            reason=form.cleaned_data["reason"],
            by=request.user.pk,
            at=timezone.now(),
        )

    return _answer(request, name="order_give_back", order=more.card, form=form, do=do, outcome="given_back")
