"""Pesanan: the orders of this shop, from new to delivered in four taps."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from federation.labels import activity_labels
from marketplace.orders import order_permissions, order_queries, order_records, reversals, steps
from marketplace.pages.office import office_labels as office_words
from marketplace.pages.office import office_layout, order_forms
from marketplace.pages.office.settlement import statement_pages
from settlement.ledger import function_calls, limits
from tenants import activity_log
from tenants.http import access
from tenants.people.permissions import Permission


@access.village_page(Permission.SEE_ORDERS, Permission.SEE_ORDERS_TO_BRING)
@require_GET
def index(request: office_layout.Request) -> HttpResponse:
    """One tab of orders, those that wait the longest first, with what is going on in a sentence."""
    sees_all = office_layout.may(request, Permission.SEE_ORDERS)
    allowed = tuple(tab for tab, _label in office_words.TABS) if sees_all else ("ready",)
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
        for this, label in office_words.TABS
        if this in allowed
    ]
    oldest = min((card.placed_at for card in cards), default=None)
    count = counts.get(tab, len(cards))
    sentence = office_words.found_sentence(count=len(cards)) if words else office_words.tab_sentence(tab=tab, count=count, oldest_at=oldest)
    context = {
        "tabs": tabs,
        "tab_now": tab,
        "asked": words,
        "may_search": sees_all,
        "cards": [_card(request, card) for card in cards],
        "sentence": sentence,
        "limit": _near_limit(request) if office_layout.may(request, Permission.TAKE_CASH) else None,
        "waits": statement_pages.waiting(request, at=timezone.now()),
    }
    return office_layout.page(request, "office/orders.html", context, tab="orders")


def _near_limit(request: office_layout.Request) -> dict[str, Any] | None:
    """What those who mind the money must know when the village's limit is nearly used up; None while there is room."""
    try:
        use = limits.use(village_code=request.village.code)
    except function_calls.AccountNotOpened:
        return None
    return None if use.state == limits.State.OK else {"use": use, "reached": use.state == limits.State.REACHED}


def _card(request: office_layout.Request, order: order_queries.OrderCard) -> dict[str, Any]:
    """An order in words, with the next step if this person may take it."""
    takes_cash = order_permissions.may_take_cash(request.principal, village_code=request.village.code, delivery=order.delivery)
    card = office_words.card(order, here=request.village.code, takes_cash=takes_cash)
    if not order_permissions.may_step(request.principal, village_code=request.village.code, step=order.next_step):
        card["step"] = ""
    return card


def _check_seen(request: office_layout.Request, card: order_queries.OrderCard) -> None:
    """What is not for this person to see does not exist."""
    if not order_permissions.may_see(request.principal, village_code=request.village.code, state=card.state):
        raise Http404


def _history(order_id: uuid.UUID) -> list[dict[str, Any]]:
    """What was done with an order, oldest first, in words."""
    return [
        {
            "at": entry.at,
            "by_name": entry.by_name,
            "action": entry.action,
            "words": activity_labels.label(action=entry.action),
            "reason": entry.reason,
        }
        for entry in activity_log.of_subject(subject_id=order_id)
    ]


@access.village_page(Permission.SEE_ORDERS, Permission.SEE_ORDERS_TO_BRING)
@require_GET
def detail(request: office_layout.Request, order_id: uuid.UUID) -> HttpResponse:
    """One order: what, for whom, by which way, and who did what with it."""
    order = order_queries.get(order_id=order_id)
    _check_seen(request, order.card)
    state, may_refund = order.card.state, office_layout.may(request, Permission.REFUND)
    context = {
        "card": _card(request, order.card),
        "order": order.card,
        "more": order,
        "history": _history(order_id),
        "may_undo": office_layout.may(request, Permission.CANCEL_ORDERS) and state in reversals.BEFORE_HAND_OVER,
        "may_give_back": state == order_records.State.COMPLETED and may_refund,
        "may_take_back": state in reversals.WITH_BUYER and may_refund,
        "words": _("Halo %(name)s, ini dari toko desa %(village)s tentang pesanan %(code)s.")
        % {"name": order.card.buyer_name, "village": request.village.name, "code": order.card.code},
    }
    return office_layout.page(request, "office/order.html", context, tab="orders")


@access.village_page(Permission.SEE_ORDERS, Permission.SEE_ORDERS_TO_BRING)
@require_POST
def step(request: office_layout.Request, order_id: uuid.UUID) -> HttpResponse:
    """The next step of an order, sent with the state that the page showed: a second tap finds it done and shows it."""
    form = order_forms.Step(request.POST)
    if not form.is_valid():
        raise Http404
    wanted, cash_rupiah, back = form.cleaned_data["step"], form.cleaned_data["cash_rupiah"], form.cleaned_data["back"]
    if not order_permissions.may_step(request.principal, village_code=request.village.code, step=wanted):
        raise Http404
    if not office_layout.may(request, Permission.TAKE_CASH):
        order = order_queries.card(order_id=order_id)
        _check_seen(request, order)
        takes_cash = order_permissions.may_take_cash(request.principal, village_code=request.village.code, delivery=order.delivery)
        if cash_rupiah is not None and not takes_cash:
            raise Http404
    try:
        steps.take(
            order_id=order_id,
            step=wanted,
            form_state=form.cleaned_data["form_state"],
            cash_rupiah=cash_rupiah,
            carried_by=form.cleaned_data["carried_by"],
            by=request.principal,
            at=timezone.now(),
        )
    except order_records.OrderMovedOn:
        return office_layout.done(request, _moved_on(order_id, wanted), "office-order", order_id)
    outcome = "hand_over_paid" if wanted == "hand_over" and cash_rupiah is not None else wanted
    if back in {tab for tab, _label in office_words.TABS}:
        return office_layout.done(request, outcome, "office-orders", tab=back)
    return office_layout.done(request, outcome, "office-order", order_id)


def _moved_on(order_id: uuid.UUID, wanted: str) -> str:
    """The outcome of a step that an order no longer allows: done before, or something else happened.

    A hand-over that was done before is not refused; where it is, something else happened.
    """
    target = steps.STEPS[wanted].target if wanted in steps.STEPS else ""
    return "already" if order_queries.card(order_id=order_id).state == target else "moved_on"
