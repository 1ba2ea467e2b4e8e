"""Titipan: goods of other villages that this village hands over to its own people."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from marketplace.orders import order_permissions, order_queries, order_records, steps
from marketplace.pages.office import office_labels, office_layout, order_forms
from tenants.http import access
from tenants.people.permissions import Permission

STEPS = ("arrived", "hand_over")


@access.village_page(Permission.HANDLE_PARCELS)
@require_GET
def index(request: office_layout.Request) -> HttpResponse:
    """What is on its way here or waits here for its buyer."""
    parcels = order_queries.parcels(village_code=request.village.code)
    context = {
        "parcels": [
            office_labels.parcel(parcel, village=request.village.name, takes_cash=_takes_cash(request, parcel)) for parcel in parcels
        ],
        "sentence": office_labels.parcel_sentence(count=len(parcels)),
    }
    return office_layout.page(request, "office/parcels.html", context, tab="parcels")


@access.village_page(Permission.HANDLE_PARCELS)
@require_POST
def step(request: office_layout.Request, order_id: uuid.UUID) -> HttpResponse:
    """A parcel arrived here, or was handed to its buyer; a second tap finds it done and shows it."""
    form = order_forms.Step(request.POST)
    if not form.is_valid() or form.cleaned_data["step"] not in STEPS:
        raise Http404
    wanted, cash_rupiah = form.cleaned_data["step"], form.cleaned_data["cash_rupiah"]
    if cash_rupiah is not None and not office_layout.may(request, Permission.TAKE_CASH):
        # What is not in the list is handed over already or not on its way: the verb takes no cash for it.
        here = order_queries.parcels(village_code=request.village.code)
        if any(parcel.order_id == order_id and not _takes_cash(request, parcel) for parcel in here):
            raise Http404
    try:
        steps.take_at_home(
            village_code=request.village.code,
            order_id=order_id,
            step=wanted,
            cash_rupiah=cash_rupiah,
            by=request.principal,
            at=timezone.now(),
        )
    except order_records.OrderMovedOn:
        return office_layout.done(request, "moved_on", "office-parcels")
    return office_layout.done(request, "hand_over_paid" if wanted == "hand_over" and cash_rupiah is not None else wanted, "office-parcels")


def _takes_cash(request: office_layout.Request, parcel: order_queries.Parcel) -> bool:
    return order_permissions.may_take_cash(request.principal, village_code=request.village.code, delivery=parcel.delivery)
