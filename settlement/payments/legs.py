"""One movement of cash: what is learned of it, and what the ledger then posts. States only move forward."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop

from settlement import money_hold
from settlement.bank.bank_accounts import Account
from settlement.bank.rails import progress
from settlement.bank.rails.progress import LegState
from settlement.bank.rails.rail_interface import Outcome
from settlement.bank.statement_files import references
from settlement.cycles import lifecycle
from settlement.ledger import parties, taken_over, transfers
from settlement.ledger.transfers import PlannedTransfer
from settlement.models import BankFile, Cycle, LegEvent, PaymentLeg, Transfer
from settlement.payments import evidence, pool_items
from tenants import archived_villages, uuids
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.errors import DomainError, Kind

State = PaymentLeg.State
Rail = PaymentLeg.Rail
EVIDENCE_MOST = 300
ACCOUNTS = ("from_account", "to_account")
SETTLED = ("arrived", "left")  # the events by which money leaves the transit


class NoSuchLeg(DomainError):
    """There is no such payment."""

    kind = Kind.NOT_FOUND
    code = "no-such-leg"
    sentence = gettext_noop("Pembayaran itu tidak ada.")


@dataclass(frozen=True, slots=True)
class Payment:
    """Who is to pay whom how much, by which rail (which gateway, where it is that); without a `key` the leg gets its own."""

    giver: str
    receiver: str
    amount_rupiah: int
    rail: str
    key: str = ""
    gateway: str = ""


def plan(*, cycle: Cycle, giver: str, receiver: str, amount_rupiah: int, rail: str, act: Act, key: str = "") -> PaymentLeg:
    """Write a leg down before anybody is asked to pay, in the transaction that holds the cycle's lock."""
    [leg] = plan_all(cycle=cycle, payments=[Payment(giver, receiver, amount_rupiah, rail, key)], act=act)
    return leg


def plan_all(*, cycle: Cycle, payments: Sequence[Payment], act: Act) -> list[PaymentLeg]:
    """The same for many legs of one cycle at once, in the order given.

    :raises archived_villages.VillageLeft: if a receiver has left: nobody is there to take it
    """
    planned = []
    ids = sorted(uuids.uuid7() for _ in payments)  # made within one millisecond they are in no order of their own
    for leg_id, payment in zip(ids, payments, strict=True):
        archived_villages.refuse(village_code=payment.receiver)
        leg = PaymentLeg(
            id=leg_id,
            cycle=cycle,
            giver=payment.giver,
            receiver=payment.receiver,
            amount_rupiah=payment.amount_rupiah,
            rail=payment.rail,
            gateway=payment.gateway,
            key=payment.key or references.leg(leg_id=leg_id),
            planned_by=act.by.account_id,
            planned_at=act.at,
        )
        planned.append(leg)
    PaymentLeg.objects.bulk_create(planned)
    _note_all(planned, evidence.Kind.PLANNED, act=act)
    return planned


def file_all(*, planned: Sequence[PaymentLeg], file: BankFile, accounts: Mapping[str, Account], act: Act) -> None:
    """Call planned legs, whose rows the caller has locked, submitted in this file for the bank, to these accounts by party.

    :raises money_hold.MoneyHeld, money_hold.CashNotStated, money_hold.PaymentUnknown: and nothing was changed
    """
    money_hold.refuse_to([leg.receiver for leg in planned])
    for leg in planned:
        leg.state, leg.bank_file = State.SUBMITTED, file
        leg.from_account_id, leg.to_account_id = accounts[leg.giver].step_id, accounts[leg.receiver].step_id
    PaymentLeg.objects.bulk_update(planned, ["state", "bank_file", *ACCOUNTS])
    _note_all(planned, evidence.filed(message_id=file.message_id), act=act)


def locked(*, leg_id: UUID) -> PaymentLeg:
    """A leg with its cycle, both locked, the cycle first.

    :raises NoSuchLeg: if there is none
    """
    number = PaymentLeg.objects.filter(id=leg_id).values_list("cycle__number", flat=True).first()
    if number is None:
        raise NoSuchLeg
    cycle = lifecycle.locked(number=number)
    leg = PaymentLeg.objects.select_for_update(no_key=True).get(id=leg_id)
    leg.cycle = cycle
    return leg


def learn(*, leg: PaymentLeg, outcome: Outcome, act: Act, matched: bool = True) -> bool:
    """Take in what a rail, a statement or a person says of a locked leg; True if it fitted (also where it was known before).

    What does not fit (another amount, a step back) is kept beside the leg and changes nothing. `matched` says that the money is
    seen on the account or in the hand; without it, it stays in transit until `settle`. That a payment came back after its cycle's end is
    believed when it is seen: nothing is open any more that a word could open again. Of what a gateway paid, its word is all there is.
    """
    step = progress.after(state=LegState(leg.state), outcome=outcome, amount_rupiah=leg.amount_rupiah)
    back_too_late = leg.state == State.SUCCEEDED and step.state == LegState.RETURNED and leg.cycle.state not in Cycle.MOVING
    only_noted = back_too_late and not matched and leg.rail != Rail.GATEWAY
    if why := "after-its-cycle" if only_noted else step.quarantined:
        note(leg=leg, evidence=evidence.put_aside(why=why, evidence=outcome.evidence), act=act, quarantined=True)
        return False
    if step.state == leg.state:
        return True
    move(leg=leg, to=step.state, evidence=outcome.evidence, act=act, matched=matched)
    return True


def move(*, leg: PaymentLeg, to: str, evidence: str, act: Act, matched: bool = True) -> None:
    """Bring a locked leg to its next state and post what that means.

    :raises money_hold.MoneyHeld, money_hold.CashNotStated, money_hold.PaymentUnknown: if somebody outside would be told to move money now
    """
    if to == State.SUBMITTED:
        money_hold.refuse_to([leg.giver, leg.receiver])
    if to == State.SUCCEEDED:
        _shrink_items(leg, leg.amount_rupiah)
        _book(leg, _entries(leg, matched=matched), suffix="succeeded", at=act.at)
    elif to == State.RETURNED and leg.state == State.SUCCEEDED:
        _take_back(leg, at=act.at)
    leg.state = to
    leg.ended_at = None if to in PaymentLeg.ACTIVE else act.at
    leg.save(update_fields=["state", "given_by", "given_at", "bank_file", "ended_at", "given_up", *ACCOUNTS])
    note(leg=leg, evidence=evidence, act=act)


def settle(*, leg: PaymentLeg, at: datetime) -> None:
    """A leg that succeeded by word alone is now seen on the account: nothing of it is in transit any more. Repeating it changes nothing."""
    if not is_settled(leg=leg):
        _book(leg, _settling(leg), suffix="settled", at=at)


def note(*, leg: PaymentLeg, evidence: str, act: Act, quarantined: bool = False) -> None:
    """Keep what was said of a leg; what did not fit is kept once while it is said again and again."""
    if quarantined:
        last = LegEvent.objects.filter(leg=leg).order_by("-at", "-id").values_list("evidence", "quarantined").first()
        if last == (evidence[:EVIDENCE_MOST], True):
            return
    LegEvent.objects.create(
        leg=leg, state=leg.state, evidence=evidence[:EVIDENCE_MOST], quarantined=quarantined, by=act.by.account_id, at=act.at
    )


def _note_all(legs: Sequence[PaymentLeg], evidence: str, *, act: Act) -> None:
    LegEvent.objects.bulk_create(
        [LegEvent(leg=leg, state=leg.state, evidence=evidence[:EVIDENCE_MOST], by=act.by.account_id, at=act.at) for leg in legs]
    )


def is_settled(*, leg: PaymentLeg) -> bool:
    """Whether a statement line, or two hands, have shown the money of a leg that succeeded. What a gateway pays needs neither."""
    return leg.rail != Rail.BANK or Transfer.objects.filter(cause_id=leg.id, event__in=SETTLED).exists()


def _entries(leg: PaymentLeg, *, matched: bool) -> list[PlannedTransfer]:
    """A payment in: in transit, the giver's account. A payment out: the receiver's account, in transit. Hand to hand: both.

    By a gateway it leaves the gateway's account.
    """
    if leg.rail == Rail.GATEWAY:
        source, debit = parties.gateway(leg.gateway), parties.clearing(VillageCode(leg.receiver))
        return [PlannedTransfer(event="payout", debit=debit, credit=source, amount_rupiah=leg.amount_rupiah)]
    entries = []
    if leg.giver != FEDERATION:
        credit = parties.clearing(VillageCode(leg.giver))
        entries.append(PlannedTransfer(event="pay-in", debit=parties.IN_TRANSIT, credit=credit, amount_rupiah=leg.amount_rupiah))
    if leg.receiver != FEDERATION:
        debit = parties.clearing(VillageCode(leg.receiver))
        entries.append(PlannedTransfer(event="payout", debit=debit, credit=parties.IN_TRANSIT, amount_rupiah=leg.amount_rupiah))
    return [*entries, *(_settling(leg) if matched else [])]


def _settling(leg: PaymentLeg) -> list[PlannedTransfer]:
    if leg.receiver == FEDERATION:
        return [PlannedTransfer(event="arrived", debit=parties.AGENT_CASH, credit=parties.IN_TRANSIT, amount_rupiah=leg.amount_rupiah)]
    if leg.giver == FEDERATION:
        return [PlannedTransfer(event="left", debit=parties.IN_TRANSIT, credit=parties.AGENT_CASH, amount_rupiah=leg.amount_rupiah)]
    return []


def _take_back(leg: PaymentLeg, *, at: datetime) -> None:
    """A success that was undone: the item is open again. After the cycle's end the money waits in suspense for a person; what a gateway
    has back is owed to the village once more, in the open cycle. To a village that has left nothing is owed: the federation keeps it."""
    entries = [
        PlannedTransfer(event="returned", debit=entry.credit, credit=entry.debit, amount_rupiah=entry.amount_rupiah)
        for entry in reversed(_entries(leg, matched=is_settled(leg=leg)))
    ]
    if leg.cycle.state in Cycle.MOVING:
        _shrink_items(leg, -leg.amount_rupiah)
    elif leg.giver == FEDERATION and has_left(leg=leg, party=leg.receiver):
        account = parties.gateway(leg.gateway) if leg.rail == Rail.GATEWAY else parties.AGENT_CASH
        entries = taken_over.kept_for_gone(event="returned", account=account, amount_rupiah=leg.amount_rupiah)
    elif leg.rail == Rail.GATEWAY:
        [entry] = entries
        entries = [dataclasses.replace(entry, debtor=FEDERATION, creditor=leg.receiver)]
    else:
        accounts = (parties.AGENT_CASH, parties.SUSPENSE) if leg.giver == FEDERATION else (parties.SUSPENSE, parties.AGENT_CASH)
        entries = [PlannedTransfer(event="returned", debit=accounts[0], credit=accounts[1], amount_rupiah=leg.amount_rupiah)]
    _book(leg, entries, suffix="returned", at=at, obligation_cause="payout")


def has_left(*, leg: PaymentLeg, party: str) -> bool:
    """Whether this side of a leg has left, for the time that the caller holds the leg locked: who leaves locks its legs."""
    if party not in (leg.giver, leg.receiver):
        raise ValueError(f"{party} has no part in payment leg {leg.id}")
    return archived_villages.is_archived_now(village_code=party)


def _shrink_items(leg: PaymentLeg, amount_rupiah: int) -> None:
    if leg.giver != FEDERATION or leg.rail == Rail.GATEWAY:  # what the federation owes the pool, it pays by gateways too
        pool_items.shrink(cycle=leg.cycle, debtor=leg.giver, creditor=parties.POOL, amount_rupiah=amount_rupiah)
    if leg.receiver != FEDERATION:
        pool_items.shrink(cycle=leg.cycle, debtor=parties.POOL, creditor=leg.receiver, amount_rupiah=amount_rupiah)


def _book(leg: PaymentLeg, entries: Sequence[PlannedTransfer], *, suffix: str, at: datetime, obligation_cause: str = "order") -> None:
    reference = f"leg:{leg.id}:{suffix}"
    transfers.record(entries=entries, reference=reference, cause_id=leg.id, happened_at=at, obligation_cause=obligation_cause)
