"""Titipan: goods of other villages that this village hands over to its own people."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from marketplace import duties
from marketplace.orders import reading, steps, twins
from marketplace.pages.office import frame, words
from tenants import access

STEPS = ("arrived", "hand_over")


@access.village_page(*duties.CARRYING)
@require_GET
def index(request: frame.Request) -> HttpResponse:
    """What is on its way here or waits here for its buyer."""
    parcels = reading.parcels(village_code=request.village.code)
    context = {
        "parcels": [
            words.parcel(
                parcel, village=request.village.name, takes_cash=duties.may_take_cash(roles=request.roles, delivery=parcel.delivery)
            )
            for parcel in parcels
        ],
        "sentence": words.parcel_sentence(count=len(parcels)),
    }
    return frame.page(request, "office/parcels.html", context, tab="parcels")


@access.village_page(*duties.CARRYING)
@require_POST
def step(request: frame.Request, order_id: uuid.UUID) -> HttpResponse:
    """A parcel arrived here, or was handed to its buyer; a second tap finds it done and shows it."""
    wanted = request.POST.get("step", "")
    if wanted not in STEPS:
        raise Http404
    cash_rupiah = frame.cash_rupiah(request)
    if cash_rupiah is not None and request.roles.isdisjoint(duties.MONEY):
        # What is not in the list is handed over already or not on its way: the verb takes no cash for it.
        here = reading.parcels(village_code=request.village.code)
        if any(parcel.order_id == order_id and not duties.may_take_cash(roles=request.roles, delivery=parcel.delivery) for parcel in here):
            raise Http404
    try:
        steps.take_at_home(
            village_code=request.village.code,
            order_id=order_id,
            step=wanted,
            cash_rupiah=cash_rupiah,
            by=request.user.pk,
            at=timezone.now(),
        )
    except twins.OrderMovedOn:
        return frame.done(request, "moved_on", "office-parcels")
    return frame.done(request, "hand_over_paid" if wanted == "hand_over" and cash_rupiah is not None else wanted, "office-parcels")
