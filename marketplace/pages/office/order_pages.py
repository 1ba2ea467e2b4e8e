"""Pesanan: the orders of this shop, and one with all there is to know and to do about it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from federation.buying import courier_cash, order_states
from federation.labels import activity_labels
from marketplace.orders import order_permissions, order_queries, reversals
from marketplace.pages.office import office_labels, office_layout
from marketplace.pages.office.settlement import own_account_page, statement_pages
from settlement.ledger import function_calls, limits
from tenants import activity_log, text_direction
from tenants.http import access
from tenants.people.permissions import Permission

STEP_ADDRESSES = {"accept": "office-accept", "pack": "office-pack", "send": "office-send", "hand_over": "office-hand-over"}


@access.village_page(Permission.SEE_ORDERS, Permission.SEE_ORDERS_TO_BRING)
@require_GET
def index(request: office_layout.Request) -> HttpResponse:
    """One tab of orders, those that wait the longest first, with what is going on in a sentence."""
    sees_all = office_layout.may(request, Permission.SEE_ORDERS)
    allowed = tuple(tab for tab, _label in office_labels.TABS) if sees_all else ("ready",)
    tab = request.GET.get("tab", allowed[0])
    if tab not in allowed:
        tab = allowed[0]
    words = request.GET.get("q", "").strip()[:40] if sees_all else ""
    cards = order_queries.find(words=words) if words else order_queries.tab(tab=tab)
    counts = order_queries.counts()
    here = office_layout.address(request, "office-orders")
    tabs = [
        {
            "label": f"{label} {counts[this]}" if this in counts else str(label),
            "url": f"{here}?tab={this}",
            "current": this == tab and not words,
        }
        for this, label in office_labels.TABS
        if this in allowed
    ]
    oldest = min((card.placed_at for card in cards), default=None)
    count = counts.get(tab, len(cards))
    sentence = (
        office_labels.found_sentence(count=len(cards)) if words else office_labels.tab_sentence(tab=tab, count=count, oldest_at=oldest)
    )
    context = {
        "tabs": tabs,
        "tab_now": tab,
        "asked": words,
        "may_search": sees_all,
        "cards": [_card(request, card) for card in cards],
        "sentence": sentence,
        "limit": _near_limit(request) if office_layout.may(request, Permission.TAKE_CASH) else None,
        "carried": _carried(request),
        "waits": statement_pages.waiting(request, at=timezone.now()),
        "accounts": own_account_page.news(request),
    }
    return office_layout.page(request, "office/orders.html", context, tab="orders")


def _carried(request: office_layout.Request) -> courier_cash.Carried | None:
    """The cash that a courier has to bring to the counter; None: none."""
    if not office_layout.may(request, Permission.TAKE_CASH_AT_THE_DOOR):
        return None
    return next(iter(courier_cash.held(village_code=request.village.code, courier=request.user.pk)), None)


def _near_limit(request: office_layout.Request) -> dict[str, Any] | None:
    """What those who mind the money must know when the village's limit is nearly used up; None while there is room."""
    try:
        use = limits.use(village_code=request.village.code)
    except function_calls.AccountNotOpened:
        return None
    return None if use.state == limits.State.OK else {"use": use, "reached": use.state == limits.State.REACHED}


def _card(request: office_layout.Request, order: order_queries.OrderCard) -> office_labels.LabelledOrder:
    """An order with its labels, and with the next step if this person may take it."""
    takes_cash = order_permissions.may_take_cash(request.principal, village_code=request.village.code, delivery=order.delivery)
    card = office_labels.card(order, here=request.village.code, takes_cash=takes_cash)
    if not order_permissions.may_step(request.principal, village_code=request.village.code, step=order.next_step):
        return replace(card, step="")
    return replace(card, step_url=office_layout.address(request, STEP_ADDRESSES[order.next_step], order.id)) if card.step else card


def check_visible(request: office_layout.Request, card: order_queries.OrderCard) -> None:
    """What is not for this person to see does not exist."""
    if not order_permissions.may_see(request.principal, village_code=request.village.code, state=card.state):
        raise Http404


def _history(order_id: uuid.UUID) -> list[dict[str, Any]]:
    """What was done with an order, oldest first, with its labels."""
    return [
        {
            "at": entry.at,
            "by_name": entry.by_name,
            "action": entry.action,
            "label": activity_labels.label(action=entry.action),
            "reason": entry.reason,
        }
        for entry in activity_log.of_subject(subject_id=order_id)
    ]


@access.village_page(Permission.SEE_ORDERS, Permission.SEE_ORDERS_TO_BRING)
@require_GET
def detail(request: office_layout.Request, order_id: uuid.UUID) -> HttpResponse:
    """One order: what, for whom, by which way, and who did what with it."""
    order = order_queries.get(order_id=order_id)
    check_visible(request, order.card)
    state, may_refund = order.card.state, office_layout.may(request, Permission.REFUND)
    context = {
        "card": _card(request, order.card),
        "order": order.card,
        "more": order,
        "history": _history(order_id),
        "may_undo": office_layout.may(request, Permission.CANCEL_ORDERS) and state in reversals.BEFORE_HAND_OVER,
        "may_give_back": state == order_states.State.COMPLETED and may_refund,
        "may_take_back": state in order_states.WITH_BUYER and may_refund,
        "greeting": _("Halo %(name)s, ini dari toko desa %(village)s tentang pesanan %(code)s.")
        % {
            "name": text_direction.isolated(order.card.buyer_name),
            "village": text_direction.isolated(request.village.name),
            "code": order.card.code,
        },
    }
    return office_layout.page(request, "office/order.html", context, tab="orders")
