"""Titipan: goods of other villages that this village hands over to its own people."""

from __future__ import annotations

import uuid
from dataclasses import replace

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from federation.web import form_keys
from marketplace.orders import order_permissions, order_queries, order_records, steps
from marketplace.pages.office import office_labels, office_layout, order_forms
from tenants.http import access
from tenants.people.permissions import Permission

STEP_ADDRESSES = {"arrived": "office-parcel-arrived", "hand_over": "office-parcel-hand-over"}


@access.village_page(Permission.HANDLE_PARCELS)
@require_GET
def index(request: office_layout.Request) -> HttpResponse:
    """What is on its way here or waits here for its buyer."""
    parcels = order_queries.parcels(village_code=request.village.code)
    context = {
        "parcels": [_card(request, parcel) for parcel in parcels],
        "sentence": office_labels.parcel_sentence(count=len(parcels)),
    }
    return office_layout.page(request, "office/parcels.html", context, tab="parcels")


def _card(request: office_layout.Request, parcel: order_queries.Parcel) -> office_labels.LabelledParcel:
    """A parcel with its labels and its next step."""
    card = office_labels.parcel(parcel, village=request.village.name, takes_cash=_takes_cash(request, parcel))
    return replace(card, step_url=office_layout.address(request, STEP_ADDRESSES[card.step], parcel.order_id)) if card.step else card


def _takes_cash(request: office_layout.Request, parcel: order_queries.Parcel) -> bool:
    return order_permissions.may_take_cash(request.principal, village_code=request.village.code, delivery=parcel.delivery)


@access.village_page(Permission.HANDLE_PARCELS)
@require_POST
def arrived(request: office_layout.Request, order_id: uuid.UUID) -> HttpResponse:
    """A parcel is here."""
    return _take(request, order_id, step="arrived", outcome="arrived")


@access.village_page(Permission.HANDLE_PARCELS)
@require_POST
def hand_over(request: office_layout.Request, order_id: uuid.UUID) -> HttpResponse:
    """The buyer has a parcel; the cash that the page asked for came with it, or none."""
    form = order_forms.HandOver(request.POST)
    if not form.is_valid():
        raise Http404
    cash_rupiah = form.cleaned_data["cash_rupiah"]
    outcome = "hand_over" if cash_rupiah is None else "hand_over_paid"
    return _take(request, order_id, step="hand_over", outcome=outcome, cash_rupiah=cash_rupiah)


def _take(request: office_layout.Request, order_id: uuid.UUID, *, step: str, outcome: str, cash_rupiah: int | None = None) -> HttpResponse:
    """Take a step; a second tap finds it done, and shows that."""
    try:
        steps.take_at_home(
            village_code=request.village.code, order_id=order_id, step=step, cash_rupiah=cash_rupiah, act=form_keys.act(request=request)
        )
    except order_records.OrderMovedOn:
        outcome = "moved_on"
    return office_layout.done(request, outcome, "office-parcels")
