"""A payment of a cycle with its labels, its history, and what somebody at the desk may do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from federation.labels import payment_labels
from federation.members import party_names
from federation.pages.desk import desk_layout
from settlement.reports import payment_overview
from settlement.reports.cycle_facts import CashLeg
from tenants import codes
from tenants.people import accounts
from tenants.people.permissions import Permission


@dataclass(frozen=True)
class Event:
    """What was learned of a payment."""

    at: datetime
    label: str
    by_name: str
    quarantined: bool


@dataclass(frozen=True)
class Action:
    """What may be done about a payment, at an address of its own; `asks`: its page asks for something first, else a button does it."""

    name: str
    label: str
    url: str
    asks: bool


@dataclass(frozen=True)
class Row:
    """A payment with its labels; `waits`: for a statement of this desk."""

    leg: CashLeg
    giver: str
    receiver: str
    rail: str
    state: str
    tone: str
    events: Sequence[Event]
    actions: Sequence[Action]
    waits: bool


def rows(*, legs: Sequence[CashLeg], number: int, request: desk_layout.Request) -> list[Row]:
    """Payments of a cycle with their labels, in the order given."""
    found = payment_overview.events(number=number, leg_ids=[leg.id for leg in legs])
    people = accounts.names_of(user_ids=[event.by for event in found])
    events: dict[UUID, list[Event]] = {}
    for event in found:
        label = payment_labels.of_evidence(text=event.evidence, quarantined=event.quarantined)
        events.setdefault(event.leg_id, []).append(Event(event.at, label, people.get(event.by, "") if event.by else "", event.quarantined))
    names = party_names.of_parties()
    return [_row(leg, events=events.get(leg.id, ()), names=names, request=request) for leg in legs]


def row(*, number: int, leg_id: UUID, action: str, request: desk_layout.Request) -> Row | None:
    """One payment of a cycle, None where this person cannot do `action` about it (any more); 404 if there is none."""
    leg = next(iter(payment_overview.legs(number=number, leg_id=leg_id)), None)
    if leg is None:
        raise Http404
    found = _row(leg, events=(), names=party_names.of_parties(), request=request)
    return found if action in {one.name for one in found.actions} else None


def _row(leg: CashLeg, *, events: Sequence[Event], names: Mapping[str, str], request: desk_layout.Request) -> Row:
    state, tone = payment_labels.state(rail=leg.rail, code=leg.state)
    actions = _actions(leg, allowed(leg=leg, request=request))
    return Row(
        leg=leg,
        giver=names.get(leg.giver, leg.giver),
        receiver=names.get(leg.receiver, leg.receiver),
        rail=str(payment_labels.RAILS.get(leg.rail, leg.rail)),
        state=state,
        tone=tone,
        events=events,
        actions=actions,
        waits=leg.rail == "cash" and bool(actions),
    )


def desk(request: desk_layout.Request) -> payment_overview.Desk:
    """Who asks, for the order of payments: those about which `allowed` lets this person say that cash was given or got come first."""
    return payment_overview.Desk(desk_layout.may(request, Permission.CONFIRM_CASH_PAYMENTS), request.principal.account_id)


def allowed(*, leg: CashLeg, request: desk_layout.Request) -> frozenset[str]:
    """What this person may do about a payment; of cash only the federation's side, and not both sides as one person."""
    if leg.rail == "bank":
        if leg.giver != codes.FEDERATION or not desk_layout.may(request, Permission.PAY_VILLAGES):
            return frozenset()
        return frozenset({"submitted": {"refused"}, "unknown": {"refused"}, "planned": {"in_cash"}}.get(leg.state, ()))
    if leg.rail == "gateway":
        answers = leg.state in ("submitted", "unknown", "failed") and desk_layout.may(request, Permission.PROPOSE_PAYOUT_ANSWERS)
        return frozenset({"answer"} if answers else ())
    plans, confirms = (desk_layout.may(request, one) for one in (Permission.PLAN_CASH_PAYMENTS, Permission.CONFIRM_CASH_PAYMENTS))
    may = {"call_off"} if plans and leg.state in ("planned", "submitted") else set()
    if confirms and leg.state == "planned" and leg.giver == codes.FEDERATION:
        may.add("give")
    if confirms and leg.state == "submitted" and leg.receiver == codes.FEDERATION and leg.given_by != request.principal.account_id:
        may.add("receive")
    return frozenset(may)


def _actions(leg: CashLeg, names: frozenset[str]) -> list[Action]:
    """What may be done, in the order in which it is offered."""
    of_cycle = [leg.cycle_number, leg.id]
    known = (
        ("give", _("Uangnya sudah saya serahkan"), "desk-cash-give", of_cycle, False),
        ("receive", _("Uangnya sudah saya terima"), "desk-cash-receive", of_cycle, False),
        ("call_off", _("Batalkan penyerahan ini"), "desk-cash-call-off", of_cycle, True),
        ("refused", _("Bank menolak pembayaran ini"), "desk-payout-refused", of_cycle, True),
        ("in_cash", _("Bayarkan tunai saja"), "desk-payout-in-cash", of_cycle, True),
        ("answer", _("Catat jawaban tertulis gerbang"), "desk-payout-answer-propose", [leg.id], True),
    )
    return [Action(name, label, reverse(url_name, args=args), asks) for name, label, url_name, args, asks in known if name in names]
