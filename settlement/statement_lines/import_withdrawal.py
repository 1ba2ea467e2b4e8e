"""Taking an import back: a table that was read with wrong columns or days counts as never read, while nothing was paid on because of it.

Its lines stay, withdrawn, and the file can be taken in again. Pay-ins that it showed are open again, what a person held or explained of it
leaves the books as it came. A payout that it showed, of ours or of a gateway, keeps its line: reference and amount say what it is, whatever
the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from settlement.cycles import lifecycle
from settlement.ledger import own_costs
from settlement.models import BankAccount, BankStatement, Cycle, StatementLine
from settlement.payments import agent_cash, pool_items, take_backs
from settlement.statement_lines import line_decisions, suspense_account
from tenants import activity_log, idempotency
from tenants.acts import Act
from tenants.codes import AT_FEDERATION, FEDERATION
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

State = StatementLine.State
What = StatementLine.Decision
# What can be undone of what a person said; anything else another line or a payment stands on.
_UNDONE = ("", What.EXPLAINED, What.MISREAD, What.UNBOOKED, What.HELD, What.PAY_IN)


class NoSuchImport(DomainError):
    """There is no such import."""

    kind = Kind.NOT_FOUND
    code = "no-such-import"
    sentence = gettext_noop("Rekening koran itu tidak ada.")


class PaidOnAlready(DomainError):
    """Money of a pay-in that the import showed was paid on, or its cycle has closed."""

    kind = Kind.CONFLICT
    code = "import-paid-on-already"
    sentence = gettext_noop(
        "Berkas ini tidak bisa ditarik: setoran %(village)s sebesar Rp %(amount)s sudah dibayarkan ke desa lain atau putarannya selesai. "
        "Masukkan berkas yang benar, lalu putuskan baris yang berbeda satu per satu."
    )


class DecidedOn(DomainError):
    """A person decided about a line of the import what stands on other lines or payments."""

    kind = Kind.CONFLICT
    code = "import-decided-on"
    sentence = gettext_noop(
        "Berkas ini tidak bisa ditarik: baris Rp %(amount)s pada %(booked_on)s sudah diputuskan bersama pembayaran lain. "
        "Putuskan baris yang salah satu per satu."
    )


@dataclass(frozen=True)
class Withdrawn:
    """How many lines of an import were withdrawn, and how many were kept since they show payouts."""

    lines: int
    kept: int


def take_back(*, statement_id: UUID, act: Act) -> Withdrawn:
    """Withdraw the lines of an import. The same form, or a second time, withdraws nothing more.

    :raises NoSuchImport, PaidOnAlready, DecidedOn, line_decisions.ReasonMissing: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` decides statement lines
    """
    permissions.require(act.by, Permission.DECIDE_STATEMENT_LINES, FEDERATION)
    act = act.with_given_reason(missing=line_decisions.ReasonMissing())
    scope = idempotency.Scope(operation="statement-import", principal=act.by.account_id, village_code=AT_FEDERATION)
    with transaction.atomic(durable=True):
        if idempotency.is_repeat(scope=scope, key=act.key, request={"import": statement_id}, money=True, at=act.at):
            return Withdrawn(0, 0)
        # In the order of an import: the account, cycles by number, then lines and payments.
        BankAccount.objects.select_for_update(no_key=True).filter(party=FEDERATION).first()
        if not BankStatement.objects.filter(id=statement_id).exists():
            raise NoSuchImport
        rows = StatementLine.objects.filter(statement_id=statement_id).exclude(state=State.WITHDRAWN)
        cycles = _locked_cycles(rows)
        lines = list(rows.select_for_update(no_key=True, of=("self",)).order_by("id"))
        kept = {line.id for line in lines if _shows_payout(line)}
        totals = {cycle.id: pool_items.PoolTotals(cycle=cycle) for cycle in cycles.values() if cycle.state in Cycle.MOVING}
        going = [line for line in reversed(lines) if line.id not in kept]
        _check_nothing_stands_on(going)
        for line in going:
            _withdraw(line, cycles=cycles, totals=totals, act=act)
        if going:
            agent_cash.settle(arrived_rupiah=0, cause_id=statement_id, at=act.at)
            for cycle in cycles.values():
                take_backs.call_off_uncovered(cycle=cycle, act=act)
            detail = {"lines": len(going), "kept": len(kept)}
            activity_log.record(action="statement.taken-back", subject_id=str(statement_id), act=act, detail=detail)
    for cycle in cycles.values():
        if cycle.state in Cycle.MOVING:
            lifecycle.wake_worker(cycle=cycle)
    return Withdrawn(len(going), len(kept))


def _locked_cycles(lines: QuerySet[StatementLine]) -> dict[UUID, Cycle]:
    """Those that the lines paid, and the one under way: what it plans to pay may give way."""
    numbers = [number for number in lines.values_list("decided_cycle", flat=True) if number]
    under_way = lifecycle.unfinished()
    if under_way is not None:
        numbers.append(under_way.number)
    found = Cycle.objects.filter(Q(number__in=numbers) | Q(id__in=lines.filter(leg__isnull=False).values("leg__cycle")))
    return {cycle.id: cycle for cycle in Cycle.objects.select_for_update(no_key=True).filter(id__in=found.values("id")).order_by("number")}


def _shows_payout(line: StatementLine) -> bool:
    """Whether the bank's own words matched it with a payout of ours or of a gateway."""
    if line.state != State.MATCHED or line.decision:
        return line.state == State.SUSPENSE and line.leg_id is not None and not line.decision
    return line.leg is None or line.leg.giver == FEDERATION


def _check_nothing_stands_on(going: Sequence[StatementLine]) -> None:
    """No line may go whose money another line paid back or took back."""
    sources = set(
        StatementLine.objects.filter(decided_source__in=[line.id for line in going])
        .exclude(state=State.WITHDRAWN)
        .values_list("decided_source", flat=True)
    )
    for line in going:
        if line.id in sources:
            raise DecidedOn(amount=line.amount_rupiah, booked_on=line.booked_on.isoformat())


def _withdraw(line: StatementLine, *, cycles: dict[UUID, Cycle], totals: dict[UUID, pool_items.PoolTotals], act: Act) -> None:
    if line.decision not in _UNDONE:
        raise DecidedOn(amount=line.amount_rupiah, booked_on=line.booked_on.isoformat())
    for leg in suspense_account.payments_of(line_id=line.id).select_for_update(no_key=True, of=("self",)).order_by("id"):
        leg.cycle = cycles[leg.cycle_id]
        if leg.cycle_id not in totals or not take_backs.undo(leg=leg, words=act.reason, totals=totals[leg.cycle_id], act=act):
            raise PaidOnAlready(village=leg.giver, amount=leg.amount_rupiah)
    if line.state == State.SUSPENSE:
        suspense_account.take_out(line, amount_rupiah=suspense_account.left_of(line=line), at=act.at)
    borne = own_costs.borne_rupiah(line_id=line.id)
    if borne > 0:
        own_costs.gain(line_id=line.id, amount_rupiah=borne, happened_at=act.at)
    elif borne:
        own_costs.bear(line_id=line.id, amount_rupiah=-borne, happened_at=act.at)
    line.state, line.text = State.WITHDRAWN, ""
    line.save(update_fields=["state", "text"])
