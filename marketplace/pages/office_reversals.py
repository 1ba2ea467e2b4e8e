"""What undoes an order, from the back office: cancelled, shortened, taken back. Each form says why, and counts once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from marketplace import orders, reversals, twins
from marketplace.pages import office, office_forms
from tenants import access
from tenants.refusals import Refused


def _answer(
    request: office.Request, *, name: str, order: Any, form: office_forms.Plain, do: Callable[[], None], outcome: str
) -> HttpResponse:
    """Show the form, or do what it says once and lead to the order."""
    trouble = ""
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except twins.OrderMovedOn:
            return office.done(request, "already", "office-order", order.id)
        except Refused as refused:
            trouble = str(refused)
        else:
            return office.done(request, outcome, "office-order", order.id)
    context = {"order": order, "form": form, "trouble": trouble, "form_key": office.form_key(request)}
    return office.page(request, f"office/{name}.html", context, tab="orders", status=409 if trouble else 200)


@access.village_page(*office.SELLING)
def cancel(request: office.Request, order_id: uuid.UUID) -> HttpResponse:
    """Cancel an order, with the reason that the buyer will read."""
    form = office_forms.Cancel(request.POST or None)
    order = orders.get(order_id=order_id)

    def do() -> None:
        reversals.cancel(order_id=order_id, reason=form.reason(), by=request.user.pk, at=timezone.now())

    return _answer(request, name="order_cancel", order=order, form=form, do=do, outcome="cancelled")


@access.village_page(*office.SELLING)
def shorten(request: office.Request, order_id: uuid.UUID) -> HttpResponse:
    """Deliver fewer pieces than ordered, and charge only those."""
    order = orders.get(order_id=order_id)
    form = office_forms.Shorten(order.lines, request.POST or None)

    def do() -> None:
        reversals.shorten(
            order_id=order_id,
            missing=form.pieces(),
            form_key=office.form_key(request),
            reason=form.cleaned_data["reason"],
            by=request.user.pk,
            at=timezone.now(),
        )

    return _answer(request, name="order_shorten", order=order, form=form, do=do, outcome="shortened")


@access.village_page(*office.MONEY)
def take_back(request: office.Request, order_id: uuid.UUID) -> HttpResponse:
    """Goods that a buyer brings back, in whole or in part; the money waits at the counter that took it."""
    order = orders.get(order_id=order_id)
    form = office_forms.TakeBack(order.lines, request.POST or None)

    def do() -> None:
        reversals.take_back(
            order_id=order_id,
            pieces=form.pieces(),
            restock=form.cleaned_data["restock"],
            form_key=office.form_key(request),
            reason=form.cleaned_data["reason"],
            by=request.user.pk,
            at=timezone.now(),
        )

    return _answer(request, name="order_take_back", order=order, form=form, do=do, outcome="taken_back")
