"""Bank statements against what is expected: matched by reference and amount, or left for a person with the reason. Nothing is guessed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement.bank import bank_accounts
from settlement.bank.rails import account_rules, progress
from settlement.bank.rails import rail_interface as rails
from settlement.bank.statement_files import (
    Direction,
    Statement,
    StatementEntry,
    camt053,
    charges,
    csv_lines,
    identities,
    references,
    statement_problems,
)
from settlement.cycles import lifecycle
from settlement.models import BankStatement, Cycle, GatewayPayout, PaymentLeg, StatementLine
from settlement.payments import bank_files, evidence, legs, pay_ins, pool_items, take_backs
from settlement.statement_lines import gateway_lines, new_lines, suspense_account
from tenants import activity_log
from tenants.acts import Act
from tenants.codes import FEDERATION
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

State = StatementLine.State


class OtherAccount(DomainError):
    """The statement is of another account than the federation's."""

    kind = Kind.INVALID
    code = "statement-of-other-account"
    sentence = gettext_noop("Rekening koran ini milik rekening %(account)s, bukan rekening federasi.")


@dataclass(frozen=True)
class Imported:
    """What an import did: lines that are new, of them matched; and those that were there already."""

    new: int
    matched: int
    known: int


def import_statement(
    *,
    contents: bytes,
    file: str,
    mapping: Mapping[str, str] | None,
    act: Act,
    whole_sha256: str = "",
    covers: tuple[date, date] | None = None,
) -> Imported:
    """Take in a bank's statement: camt.053, or a table with a mapping (see statement_files.csv_lines). Read whole or not at all.

    A mapping that could read a table is offered the next time. Only the bookings count that no line shows yet. Of the same file again, with
    whatever mapping, only those that no line shows with their day, direction and amount: its first reading may have been a wrong one.

    whole_sha256: of a file of which a person says that its last line is the bank's, though the file may have been cut off in it
    covers: the first and last day that a person says it shows; what the file itself says comes first, its first and last booking last

    :raises statement_problems.PerhapsCutOff: if it may have been, and nobody says so of this very file
    :raises bank_files.FederationAccountMissing, OtherAccount: and every refusal of the readers; nothing was changed
    :raises permissions.Forbidden: unless `act.by` decides statement lines
    """
    permissions.require(act.by, Permission.DECIDE_STATEMENT_LINES, FEDERATION)
    statement = camt053.read(contents) if mapping is None else csv_lines.read(contents, mapping)
    statement_problems.check_days(statement=statement, at=act.at)
    sha256 = hashlib.sha256(contents).hexdigest()
    statement_problems.check_end(statement=statement, sha256=sha256, whole_sha256=whole_sha256)
    with transaction.atomic(durable=True):
        # The account's row first: overlapping files of one account wait for each other, also where they name no cycle.
        bank_accounts.hold_own()
        own_numbers = bank_accounts.own_numbers(at=act.at)
        if not own_numbers:
            raise bank_files.FederationAccountMissing
        if account_rules.bare(statement.account) not in map(account_rules.bare, own_numbers):
            raise OtherAccount(account=statement.account)
        if mapping is not None:
            bank_accounts.remember_mapping(party=FEDERATION, mapping=mapping, act=act)
        entries = charges.split_off(entries=statement.entries, payouts=_payouts(statement.entries))
        kept, fresh = BankStatement.objects.get_or_create(
            sha256=sha256,
            defaults={
                "file": file[:120],
                "line_count": len(entries),
                "imported_by": act.by.account_id,
                "imported_at": act.at,
                "account": statement.account,
                **_days(statement, stated=covers),
            },
        )
        unknown = new_lines.unknown(entries=entries, own_numbers=own_numbers)
        if not fresh:
            unknown = new_lines.beyond_known(unknown=unknown, entries=entries)
            if not unknown:
                return Imported(new=0, matched=0, known=len(entries))
        expected = _expect([one.entry for one in unknown])
        matched = 0
        for one in sorted(unknown, key=_leaves, reverse=True):
            line = new_lines.line(one=one, statement_id=kept.id)
            if one.doubt:
                line.why = one.doubt
                line.save(force_insert=True)
            else:
                matched += _match(line=line, entry=one.entry, expected=expected, act=act)
        detail = {"new": len(unknown), "matched": matched}
        activity_log.record(action="statement.imported", subject_id=str(kept.id), act=act, detail=detail)
        gateway_lines.arrived(amount_rupiah=expected.from_gateways_rupiah, cause_id=kept.id, at=act.at)
    for cycle in expected.cycles.values():
        if cycle.state in Cycle.TAKES_PAYMENTS:
            lifecycle.wake_worker(cycle=cycle)
    return Imported(new=len(unknown), matched=matched, known=len(entries) - len(unknown))


@dataclass
class _Expected:
    """What the lines of one import may speak of, all of it locked: cycles by number, our payouts by key, and what is counted of them.

    shown: the (leg, incoming) of every payout of these that a line has shown.
    """

    cycles: Mapping[int, Cycle]
    payouts: Mapping[str, PaymentLeg]
    shown: set[tuple[UUID, bool]]
    tallies: dict[int, pool_items.PoolTotals] = field(default_factory=dict)
    from_gateways_rupiah: int = 0

    def totals(self, cycle: Cycle) -> pool_items.PoolTotals:
        """The cycle's pool, counted when the first line asks."""
        if cycle.number not in self.tallies:
            self.tallies[cycle.number] = pool_items.PoolTotals(cycle=cycle)
        return self.tallies[cycle.number]


def _days(statement: Statement, *, stated: tuple[date, date] | None) -> dict[str, date]:
    """The days that the statement shows, as they are kept; of one with no bookings and nobody's word none."""
    booked = [entry.booked_on for entry in statement.entries]
    found = statement.covers or stated or ((min(booked), max(booked)) if booked else None)
    return {"covers_from_on": found[0], "covers_until_on": found[1]} if found and found[0] <= found[1] else {}


def _expect(entries: Iterable[StatementEntry]) -> _Expected:
    """Lock every cycle that the entries may speak of, in the order of their numbers, then every payout, in the order of their ids."""
    found = {reference for entry in entries for reference in _references(entry)}
    numbers = {wanted.cycle_number for reference in found if (wanted := references.pay_in_of(reference=reference))}
    numbers |= set(PaymentLeg.objects.filter(key__in=found).values_list("cycle__number", flat=True).distinct())
    cycles = {row.id: row for row in Cycle.objects.select_for_update(no_key=True).filter(number__in=numbers).order_by("number")}
    ours = PaymentLeg.objects.select_for_update(no_key=True).filter(
        key__in=found, cycle_id__in=cycles, giver=FEDERATION, rail=PaymentLeg.Rail.BANK
    )
    sent = {leg.key: leg for leg in ours.order_by("id")}
    for leg in sent.values():
        leg.cycle = cycles[leg.cycle_id]
    shown = StatementLine.objects.filter(leg__in=[leg.id for leg in sent.values()]).values_list("leg_id", "incoming")
    return _Expected(cycles={cycle.number: cycle for cycle in cycles.values()}, payouts=sent, shown=set(shown))


def _match(*, line: StatementLine, entry: StatementEntry, expected: _Expected, act: Act) -> bool:
    """Match one new line, or write down why not; then keep it."""
    found = _references(entry)
    if entry.charge:
        why = "bank-charge"
    elif entry.sen:
        why = "has-cents"  # whatever it refers to: what we ask for and what we send is whole rupiah
    elif not found and (payout := _gateway_payout(entry)) is not None:
        line.state, line.text = State.MATCHED, ""
        line.save(force_insert=True)
        gateway_lines.book(payout=payout, line=line, at=act.at)
        expected.from_gateways_rupiah += line.amount_rupiah
        return True
    elif len(found) != 1:
        why = "several-references" if found else "no-reference"
    elif (wanted := references.pay_in_of(reference=found[0])) is not None:
        if entry.direction is Direction.CREDIT:
            why = _match_pay_in(line=line, entry=entry, expected=expected, wanted=wanted, act=act)
        else:
            why = _taken_back(entry=entry, expected=expected, wanted=wanted)
    else:
        why = _match_leg(line=line, entry=entry, key=found[0], expected=expected, act=act)
    line.why = why
    if why == "unknown-payment" and entry.counterparty_account:  # after a restore that tells whose it is
        line.text = f"{entry.counterparty_account} {line.text}"[: new_lines.TEXT_MAX]
    if not why:
        line.text = ""  # whose words they are is nobody's business once it is clear what they pay
        line.state = State.MATCHED if line.state == State.OPEN else line.state
    line.save(force_insert=True)
    return not why


def _gateway_payout(entry: StatementEntry) -> GatewayPayout | None:
    """The payout of a payment gateway that the entry shows, if it shows one."""
    if entry.direction is not Direction.CREDIT:
        return None
    return gateway_lines.expected(text=f"{entry.end_to_end_id}\n{entry.remittance}", amount_rupiah=entry.amount_rupiah)


def _match_pay_in(*, line: StatementLine, entry: StatementEntry, expected: _Expected, wanted: references.PayIn, act: Act) -> str:
    cycle = expected.cycles.get(wanted.cycle_number)
    if cycle is None or cycle.state not in Cycle.TAKES_PAYMENTS:
        return "cycle-not-collecting"
    village, amount, totals = wanted.village_code, entry.amount_rupiah, expected.totals(cycle)
    if amount > totals.room(debtor=village):
        return "more-than-open"
    seen = evidence.seen(booked_on=entry.booked_on, number=identities.bank_reference(entry=entry))
    line.leg = pay_ins.record(cycle=cycle, village_code=village, amount_rupiah=amount, evidence=seen, totals=totals, act=act)
    return ""


def _taken_back(*, entry: StatementEntry, expected: _Expected, wanted: references.PayIn) -> str:
    """Why a pay-in's reference on money that went waits: a match is only undone by a person who saw it."""
    cycle = expected.cycles.get(wanted.cycle_number)
    rows = PaymentLeg.objects.filter(cycle=cycle, giver=wanted.village_code, rail=PaymentLeg.Rail.BANK, amount_rupiah=entry.amount_rupiah)
    counting = rows.filter(state=PaymentLeg.State.SUCCEEDED) if cycle is not None else rows.none()
    return "taken-back" if any(not take_backs.is_owed_again(leg=leg) for leg in counting) else "no-such-pay-in"


def _match_leg(*, line: StatementLine, entry: StatementEntry, key: str, expected: _Expected, act: Act) -> str:
    """A payout of ours on the account: it left, or it came back, which counts once it was seen to leave."""
    leg = expected.payouts.get(key)
    if leg is None:
        return "unknown-payment"
    incoming = entry.direction is Direction.CREDIT
    if (leg.id, incoming) in expected.shown:
        return "seen-before"
    outcome = _outcome(line, act=act)
    step = progress.after(state=progress.LegState(leg.state), outcome=outcome, amount_rupiah=leg.amount_rupiah)
    if step.quarantined:
        legs.learn(leg=leg, outcome=outcome, act=act)  # kept beside the leg
        return step.quarantined
    if incoming and (leg.id, False) not in expected.shown:
        return "not-seen-leaving"
    _show(line=line, leg=leg, outcome=outcome, expected=expected, act=act)
    if not incoming and (back := _waiting_return(leg)) is not None:
        back.why = back.text = ""
        back.state = State.MATCHED
        _show(line=back, leg=leg, outcome=_outcome(back, act=act), expected=expected, act=act)
        back.save(update_fields=["state", "why", "text", "leg"])
    return ""


def _outcome(line: StatementLine, *, act: Act) -> rails.Outcome:
    state = rails.OutcomeState.RETURNED if line.incoming else rails.OutcomeState.SUCCEEDED
    seen = evidence.seen(booked_on=line.booked_on, number=line.bank_reference)
    return rails.Outcome(state=state, amount_rupiah=line.amount_rupiah, at=act.at, evidence=seen)


def _show(*, line: StatementLine, leg: PaymentLeg, outcome: rails.Outcome, expected: _Expected, act: Act) -> None:
    """The line shows the leg, as it fits."""
    before = leg.state
    legs.learn(leg=leg, outcome=outcome, act=act)
    line.leg = leg
    expected.shown.add((leg.id, line.incoming))
    if not line.incoming:
        if before == PaymentLeg.State.SUCCEEDED:  # said by somebody, before it was seen here
            legs.settle(leg=leg, at=act.at)
    elif before == PaymentLeg.State.SUCCEEDED and leg.cycle.state not in Cycle.MOVING:
        line.state = State.SUSPENSE if suspense_account.left_of(line=line) else State.MATCHED
    elif before != leg.state and leg.cycle.number in expected.tallies:
        expected.tallies[leg.cycle.number].came_back(amount_rupiah=leg.amount_rupiah)


def _waiting_return(leg: PaymentLeg) -> StatementLine | None:
    """The line of a return of this payout that was read before the one which shows that it left."""
    rows = StatementLine.objects.select_for_update(no_key=True).filter(key=leg.key, incoming=True, state=State.OPEN, why="not-seen-leaving")
    return rows.filter(amount_rupiah=leg.amount_rupiah, sen=0).order_by("booked_on", "id").first()


def _leaves(one: identities.Unknown) -> bool:
    """Whether an entry shows a payout of ours that left: matched before those that come back, in whatever order its file has them."""
    return one.entry.direction is Direction.DEBIT and references.leg_of(reference=identities.reference(entry=one.entry)) is not None


def _payouts(entries: Sequence[StatementEntry]) -> dict[str, int]:
    """What each payout of ours that these entries name was to move, in rupiah, by its reference."""
    found = {reference for entry in entries for reference in _references(entry)}
    return dict(PaymentLeg.objects.filter(key__in=found, giver=FEDERATION).values_list("key", "amount_rupiah"))


def _references(entry: StatementEntry) -> list[str]:
    return references.find(f"{entry.end_to_end_id}\n{entry.remittance}")
