"""The seller's steps of an order, each with an address of its own.

A tap comes with the state that the page showed: a second tap finds the step done, and shows that.
"""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from federation.web import form_keys
from marketplace.orders import order_queries, order_records, steps
from marketplace.pages.office import office_labels, office_layout, order_forms
from tenants.http import access
from tenants.people.permissions import Permission


@access.village_page(Permission.ACCEPT_ORDERS)
@require_POST
def accept(request: office_layout.Request, order_id: uuid.UUID) -> HttpResponse:
    """The order is taken on."""
    return _take(request, order_id, step="accept", form=order_forms.Step(request.POST))


@access.village_page(Permission.PACK_ORDERS)
@require_POST
def pack(request: office_layout.Request, order_id: uuid.UUID) -> HttpResponse:
    """The goods are ready."""
    return _take(request, order_id, step="pack", form=order_forms.Step(request.POST))


@access.village_page(Permission.SEND_ORDERS)
@require_POST
def send(request: office_layout.Request, order_id: uuid.UUID) -> HttpResponse:
    """The goods left the shop."""
    return _take(request, order_id, step="send", form=order_forms.Send(request.POST))


@access.village_page(Permission.HAND_OVER)
@require_POST
def hand_over(request: office_layout.Request, order_id: uuid.UUID) -> HttpResponse:
    """The buyer has the goods; the cash that the page asked for came with it, or none."""
    return _take(request, order_id, step="hand_over", form=order_forms.HandOver(request.POST))


def _take(request: office_layout.Request, order_id: uuid.UUID, *, step: str, form: order_forms.Step) -> HttpResponse:
    if not form.is_valid():
        raise Http404
    cash_rupiah, back = form.cleaned_data.get("cash_rupiah"), form.cleaned_data["back"]
    try:
        steps.take(
            order_id=order_id,
            step=step,
            form_state=form.cleaned_data["form_state"],
            cash_rupiah=cash_rupiah,
            carried_by=form.cleaned_data.get("carried_by", ""),
            act=form_keys.act(request=request),
        )
    except order_records.OrderMovedOn:
        return office_layout.done(request, _moved_on(order_id, step), "office-order", order_id)
    outcome = "hand_over_paid" if cash_rupiah is not None else step
    if back in {tab for tab, _label in office_labels.TABS}:
        return office_layout.done(request, outcome, "office-orders", tab=back)
    return office_layout.done(request, outcome, "office-order", order_id)


def _moved_on(order_id: uuid.UUID, step: str) -> str:
    """The outcome of a step that an order no longer allows: done before, or something else happened.

    A hand-over that was done before is accepted quietly; where it is not, something else happened.
    """
    target = steps.STEPS[step].target if step in steps.STEPS else ""
    return "already" if order_queries.card(order_id=order_id).state == target else "moved_on"
