"""Bank statements against what is expected: matched by reference and amount, or left for a person with the reason. Nothing is guessed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement import bank_statements, rails
from settlement.bank_statements import Direction, StatementEntry, camt053, csv_lines, references
from settlement.cycles import standing
from settlement.models import BankAccount, BankStatement, Cycle, PaymentLeg, StatementLine
from settlement.payments import bank_files, items, legs
from settlement.rails import progress
from tenants import trail
from tenants.codes import FEDERATION
from tenants.refusals import Refused

State = StatementLine.State
TEXT_MAX = 300
# Why a line waits: what the page that shows it says.
REASONS: Mapping[str, str] = {
    "no-reference": gettext_noop("Tidak ada nomor rujukan kita di berita transfer."),
    "has-cents": gettext_noop(
        "Jumlahnya memuat sen; pembayaran putaran selalu rupiah bulat. Kalau tetap dihitung, hanya rupiahnya yang dibukukan."
    ),
    "several-references": gettext_noop("Ada lebih dari satu nomor rujukan, jadi tidak jelas mana yang dimaksud."),
    "unknown-payment": gettext_noop("Nomor rujukannya tidak dikenal."),
    "cycle-not-collecting": gettext_noop("Putaran itu sedang tidak menagih pembayaran."),
    "more-than-open": gettext_noop("Lebih besar dari yang masih harus dibayar desa itu."),
    "seen-before": gettext_noop("Pembayaran dengan nomor ini sudah pernah terlihat di rekening."),
    "no-such-pay-in": gettext_noop("Uang masuk yang ditarik kembali ini tidak cocok dengan satu setoran."),
    "paid-on-already": gettext_noop("Setoran ini ditarik kembali, padahal uangnya sudah dibayarkan ke desa lain."),
    **progress.REASONS,
}


class OtherAccount(Refused):
    """The statement is of another account than the federation's."""

    code = "statement-of-other-account"
    sentence = gettext_noop("Rekening koran ini milik rekening %(account)s, bukan rekening federasi.")


@dataclass(frozen=True)
class Imported:
    """What an import did: lines that are new, of them matched; and those that were there already."""

    new: int
    matched: int
    known: int


def import_statement(*, contents: bytes, file: str, mapping: Mapping[str, str] | None, by: UUID | None, at: datetime) -> Imported:
    """Take in a bank's statement: camt.053, or a table with a mapping (see bank_statements.csv_lines). Read whole or not at all.

    The same file again, or the same booking in another file, changes nothing.

    :raises bank_files.FederationAccountMissing, OtherAccount: and every refusal of the readers; nothing was changed
    """
    statement = camt053.read(contents) if mapping is None else csv_lines.read(contents, mapping)
    own = BankAccount.objects.filter(party=FEDERATION).values_list("number", flat=True).first()
    if own is None:
        raise bank_files.FederationAccountMissing
    if _bare(own) != _bare(statement.account):
        raise OtherAccount(account=statement.account)
    with transaction.atomic(durable=True):
        cycles = _locked_cycles(statement.entries)
        sha256 = hashlib.sha256(contents).hexdigest()
        kept, fresh = BankStatement.objects.get_or_create(
            sha256=sha256,
            defaults={"file": file[:120], "line_count": len(statement.entries), "imported_by": by, "imported_at": at},
        )
        identities = {_identity(entry): entry for entry in statement.entries}
        there = set(StatementLine.objects.filter(identity__in=identities).values_list("identity", flat=True))
        matched = 0
        for identity, entry in identities.items():
            if identity not in there:
                line = _keep(entry, statement_id=kept.id, identity=identity)
                matched += _match(line=line, entry=entry, cycles=cycles, by=by, at=at)
        if fresh:
            detail = {"new": len(identities) - len(there), "matched": matched}
            trail.record(action="statement.imported", subject_id=str(kept.id), by=by, at=at, detail=detail)
    for cycle in cycles.values():
        if cycle.state in Cycle.TAKES_PAYMENTS:
            standing.nudge(cycle=cycle)
    return Imported(new=len(identities) - len(there), matched=matched, known=len(there))


def pay_in(
    *, cycle: Cycle, village_code: str, amount_rupiah: int, evidence: str, line: StatementLine, by: UUID | None, at: datetime
) -> None:
    """What a statement line shows is a village's payment into the pool of a locked cycle.

    Where a person finds several payments in one line, the line keeps the leg that it showed first.

    :raises items.MoreThanOpen: if the village owes less
    """
    reference = references.pay_in(cycle_number=cycle.number, village_code=village_code)
    number = PaymentLeg.objects.filter(cycle=cycle, giver=village_code).count() + 1
    leg = legs.plan(
        cycle=cycle,
        giver=village_code,
        receiver=FEDERATION,
        amount_rupiah=amount_rupiah,
        rail=PaymentLeg.Rail.BANK,
        by=by,
        at=at,
        key=f"{reference}-{number}",
    )
    if line.leg_id is None:
        _attach(line, leg=leg)
    legs.move(leg=leg, to=PaymentLeg.State.SUCCEEDED, evidence=evidence, by=by, at=at)


def _match(*, line: StatementLine, entry: StatementEntry, cycles: Mapping[int, Cycle], by: UUID | None, at: datetime) -> bool:
    """Match one new line, or write down why not."""
    found = _references(entry)
    if entry.sen:
        why = "has-cents"  # whatever it refers to: what we ask for and what we send is whole rupiah
    elif len(found) != 1:
        why = "several-references" if found else "no-reference"
    elif (wanted := references.pay_in_of(reference=found[0])) is not None:
        incoming = entry.direction is Direction.CREDIT
        match = _match_pay_in if incoming else _match_taken_back
        why = match(line=line, entry=entry, cycle=cycles.get(wanted.cycle_number), wanted=wanted, by=by, at=at)
    else:
        why = _match_leg(line=line, entry=entry, key=found[0], cycles=cycles, by=by, at=at)
    if why:
        line.why = why
        line.save(update_fields=["why"])
        return False
    line.text = ""  # whose words they are is nobody's business once it is clear what they pay
    if line.state == State.OPEN:
        line.state = State.MATCHED
    line.save(update_fields=["state", "text"])
    return True


def _match_pay_in(
    *, line: StatementLine, entry: StatementEntry, cycle: Cycle | None, wanted: references.PayIn, by: UUID | None, at: datetime
) -> str:
    if cycle is None or cycle.state not in Cycle.TAKES_PAYMENTS:
        return "cycle-not-collecting"
    village = wanted.village_code
    if entry.amount_rupiah > items.purse(cycle=cycle).room(village):
        return "more-than-open"
    evidence = f"statement {entry.booked_on} {entry.entry_reference}"
    pay_in(cycle=cycle, village_code=village, amount_rupiah=entry.amount_rupiah, evidence=evidence, line=line, by=by, at=at)
    return ""


def _match_taken_back(
    *, line: StatementLine, entry: StatementEntry, cycle: Cycle | None, wanted: references.PayIn, by: UUID | None, at: datetime
) -> str:
    """A pay-in that the bank takes back, while it was not paid on."""
    rows = PaymentLeg.objects.filter(cycle=cycle, giver=wanted.village_code, rail=PaymentLeg.Rail.BANK, amount_rupiah=entry.amount_rupiah)
    found = list(rows.filter(state=PaymentLeg.State.SUCCEEDED)) if cycle is not None else []
    if len(found) != 1 or cycle is None or cycle.state not in Cycle.MOVING:
        return "no-such-pay-in"
    purse = items.purse(cycle=cycle)
    if purse.collected_rupiah - entry.amount_rupiah < sum(purse.outgoing.values()):
        return "paid-on-already"
    leg = found[0]
    leg.cycle = cycle
    legs.move(leg=leg, to=PaymentLeg.State.RETURNED, evidence=f"statement {entry.booked_on}: taken back", by=by, at=at)
    _attach(line, leg=leg)
    return ""


def _match_leg(*, line: StatementLine, entry: StatementEntry, key: str, cycles: Mapping[int, Cycle], by: UUID | None, at: datetime) -> str:
    """A payout of ours on the account: it left, or it came back."""
    leg = PaymentLeg.objects.select_for_update(no_key=True).filter(key=key, giver=FEDERATION, rail=PaymentLeg.Rail.BANK).first()
    if leg is None:
        return "unknown-payment"
    incoming = entry.direction is Direction.CREDIT
    if leg.lines.filter(incoming=incoming).exists():
        return "seen-before"
    leg.cycle = cycles[leg.cycle.number]
    state = rails.OutcomeState.RETURNED if incoming else rails.OutcomeState.SUCCEEDED
    evidence = f"statement {entry.booked_on} {entry.entry_reference}"
    outcome = rails.Outcome(state=state, amount_rupiah=entry.amount_rupiah, at=at, evidence=evidence)
    step = progress.after(state=progress.LegState(leg.state), outcome=outcome, amount_rupiah=leg.amount_rupiah)
    if step.quarantined:
        legs.learn(leg=leg, outcome=outcome, by=by, at=at)  # kept beside the leg
        return step.quarantined
    if incoming:
        ended = leg.state == PaymentLeg.State.SUCCEEDED and leg.cycle.state not in Cycle.MOVING
        legs.learn(leg=leg, outcome=outcome, by=by, at=at)
        line.state = State.SUSPENSE if ended else line.state
        _attach(line, leg=leg)
    else:
        told = leg.state == PaymentLeg.State.SUCCEEDED  # by word, before it was seen here
        _attach(line, leg=leg)
        legs.learn(leg=leg, outcome=outcome, by=by, at=at)
        if told:
            legs.settle(leg=leg, at=at)
    return ""


def _attach(line: StatementLine, *, leg: PaymentLeg) -> None:
    line.leg = leg
    line.save(update_fields=["leg", "state"])


def _keep(entry: StatementEntry, *, statement_id: UUID, identity: str) -> StatementLine:
    found = _references(entry)
    return StatementLine.objects.create(
        statement_id=statement_id,
        identity=identity,
        booked_on=entry.booked_on,
        incoming=entry.direction is Direction.CREDIT,
        amount_rupiah=entry.amount_rupiah,
        sen=entry.sen,
        text=entry.remittance[:TEXT_MAX],
        key=found[0] if len(found) == 1 else "",
    )


def _references(entry: StatementEntry) -> list[str]:
    return references.find(f"{entry.end_to_end_id}\n{entry.remittance}")


def _locked_cycles(entries: Iterable[StatementEntry]) -> dict[int, Cycle]:
    """Every cycle that the entries may speak of, locked in the order of their numbers."""
    found = {reference for entry in entries for reference in _references(entry)}
    numbers = {wanted.cycle_number for reference in found if (wanted := references.pay_in_of(reference=reference))}
    numbers |= set(PaymentLeg.objects.filter(key__in=found).values_list("cycle__number", flat=True))
    rows = Cycle.objects.select_for_update(no_key=True).filter(number__in=numbers).order_by("number")
    return {cycle.number: cycle for cycle in rows}


def _identity(entry: bank_statements.StatementEntry) -> str:
    """What tells a booking from all others, within a column's width."""
    return hashlib.sha256(f"{_bare(entry.account)}|{entry.entry_reference}".encode()).hexdigest()


def _bare(account: str) -> str:
    return "".join(sign for sign in account if sign.isalnum()).upper()
