"""Titipan: goods of other villages that this village hands over to its own people."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from marketplace import office, steps, twins
from marketplace.pages import office_frame, office_words
from tenants import access

STEPS = ("arrived", "hand_over")


@access.village_page(*office_frame.CARRYING)
@require_GET
def index(request: office_frame.Request) -> HttpResponse:
    """What is on its way here or waits here for its buyer."""
    parcels = office.parcels(village_code=request.village.code)
    context = {
        "parcels": [office_words.parcel(parcel, village=request.village.name) for parcel in parcels],
        "sentence": office_words.parcel_sentence(count=len(parcels)),
    }
    return office_frame.page(request, "office/parcels.html", context, tab="parcels")


@access.village_page(*office_frame.CARRYING)
@require_POST
def step(request: office_frame.Request, order_id: uuid.UUID) -> HttpResponse:
    """A parcel arrived here, or was handed to its buyer; a second tap finds it done and shows it."""
    wanted = request.POST.get("step", "")
    if wanted not in STEPS:
        raise Http404
    cash_rupiah = office_frame.cash_rupiah(request)
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
        return office_frame.done(request, "already", "office-parcels")
    return office_frame.done(request, "hand_over_paid" if wanted == "hand_over" and cash_rupiah is not None else wanted, "office-parcels")
