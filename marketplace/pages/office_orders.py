"""Pesanan: the orders of this shop, from new to delivered in four taps."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from federation import deeds
from marketplace import orders, steps, twins
from marketplace.pages import office, office_words
from tenants import access

COURIER_STATES = ("ready", "underway", "delivered")  # what a courier needs to see to bring goods
COURIER_STEPS = ("send", "hand_over")


def only_courier(request: office.Request) -> bool:
    """Whether this person carries goods and has no other role here."""
    return request.roles.isdisjoint(office.SELLING)


@access.village_page(*office.EVERYONE)
@require_GET
def index(request: office.Request) -> HttpResponse:
    """One tab of orders, the oldest first, with what is going on in a sentence."""
    now = timezone.now()
    allowed = ("ready",) if only_courier(request) else tuple(tab for tab, _name in office_words.TABS)
    tab = request.GET.get("tab", allowed[0])
    if tab not in allowed:
        tab = allowed[0]
    cards = orders.tab(tab=tab, today=timezone.localdate(now))
    counts = orders.counts()
    here = office.address(request, "office-orders")
    tabs = [
        {
            "label": f"{name} {counts[this]}" if this in counts and this != "all" else str(name),
            "url": f"{here}?tab={this}",
            "current": this == tab,
        }
        for this, name in office_words.TABS
        if this in allowed
    ]
    count = counts.get(tab, len(cards)) if tab != "all" else len(cards)
    context = {
        "tabs": tabs,
        "tab_now": tab,
        "cards": [office_words.card(card) for card in cards],
        "sentence": office_words.tab_sentence(tab=tab, count=count, oldest_at=min((card.placed_at for card in cards), default=None)),
    }
    return office.page(request, "office/orders.html", context, tab="orders")


def _seen(request: office.Request, order_id: uuid.UUID) -> Any:
    """The order's details, if this person may see them; what is not for them does not exist."""
    order = orders.get(order_id=order_id)
    if only_courier(request) and order.state not in COURIER_STATES:
        raise Http404
    return order


@access.village_page(*office.EVERYONE)
@require_GET
def detail(request: office.Request, order_id: uuid.UUID) -> HttpResponse:
    """One order: what, for whom, by which way, and who did what with it."""
    order = _seen(request, order_id)
    alive = order.state not in ("completed", "cancelled", "expired", "returned")
    context = {
        "card": office_words.card(order),
        "order": order,
        "history": [{"entry": entry, "words": deeds.said(action=entry.action)} for entry in order.history],
        "may_end": alive and not only_courier(request),
        "may_shorten": order.state in ("placed", "accepted", "ready") and not only_courier(request),
        "may_take_back": order.state in ("completed", "delivered") and not request.roles.isdisjoint(office.MONEY),
        "words": _("Halo %(name)s, ini dari toko desa %(village)s tentang pesanan %(code)s.")
        % {"name": order.buyer_name, "village": request.village.name, "code": order.code},
    }
    return office.page(request, "office/order.html", context, tab="orders")


@access.village_page(*office.EVERYONE)
@require_POST
def step(request: office.Request, order_id: uuid.UUID) -> HttpResponse:
    """The next step of an order, sent with the state that the page showed: a second tap finds it done and says so."""
    wanted = request.POST.get("step", "")
    if wanted not in office_words.STEPS or (only_courier(request) and wanted not in COURIER_STEPS):
        raise Http404
    if only_courier(request):
        _seen(request, order_id)
    cash_taken = request.POST.get("cash_taken") == "1"
    try:
        steps.take(
            order_id=order_id,
            step=wanted,
            form_state=request.POST.get("form_state", ""),
            cash_taken=cash_taken,
            carried_by=request.POST.get("carried_by", "").strip()[:100],
            by=request.user.pk,
            at=timezone.now(),
        )
    except twins.OrderMovedOn:
        return office.done(request, "already", "office-order", order_id)
    outcome = "hand_over_paid" if wanted == "hand_over" and cash_taken else wanted
    if request.POST.get("back") in {tab for tab, _name in office_words.TABS}:
        return office.done(request, outcome, "office-orders", tab=request.POST["back"])
    return office.done(request, outcome, "office-order", order_id)
