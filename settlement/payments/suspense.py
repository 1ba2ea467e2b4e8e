"""Statement lines that no reference explains: a person says what they are. Until then money that came lies in suspense.

The books know whole rupiah only: of a line that is counted its rupiah go into them, its sen stay out and stand on the line alone.

The same decision sent twice, by the same person and for the same reason, is made once; anything else about a line that was decided is
refused, so that nobody is told that something was booked which was not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement import apps
from settlement.cycles import lifecycle
from settlement.ledger import gateway_money
from settlement.models import Cycle, StatementLine
from settlement.payments import gateway_arrivals, matching, pool_items, suspense_account
from tenants import activity_log, idempotency
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

State = StatementLine.State
What = StatementLine.Decision
WAITING = (State.OPEN, State.SUSPENSE)
CHANGES = apps.SettlementConfig.limited_updates["settlement_statementline"]  # what the application's role may change of a line


@dataclass(frozen=True, kw_only=True, slots=True)
class _Decision:
    """What a person says that a line is."""

    what: str  # StatementLine.Decision
    reason: str
    by: UUID | None
    village: str = ""  # of a pay-in
    source_id: UUID | None = None  # of money that was paid back
    gateway: str = ""  # of money that a payment gateway paid out or took
    cycle_number: int | None = None  # of a pay-in, once it is known


class AlreadyDecided(DomainError):
    """The line was decided, and not just so by this person."""

    kind = Kind.CONFLICT
    code = "line-already-decided"
    sentence = gettext_noop("Baris ini sudah diputuskan. Buka lagi halamannya.")


class ReasonMissing(DomainError):
    """A decision about money says why."""

    kind = Kind.INVALID
    code = "line-reason-missing"
    sentence = gettext_noop("Tulis alasannya, supaya pemeriksa mengerti.")


class WrongDirection(DomainError):
    """Money that came cannot have been paid back, and the other way round."""

    kind = Kind.INVALID
    code = "line-other-direction"
    sentence = gettext_noop("Keputusan itu tidak cocok dengan arah uangnya.")


class NotInSuspense(DomainError):
    """Less lies in suspense of the named line."""

    kind = Kind.CONFLICT
    code = "not-in-suspense"
    sentence = gettext_noop("Yang masih belum jelas dari baris itu tinggal Rp %(left)s.")


class LessThanOneRupiah(DomainError):
    """The line moved some sen only, and the books know none."""

    kind = Kind.CONFLICT
    code = "line-only-cents"
    sentence = gettext_noop("Baris ini kurang dari satu rupiah, jadi tidak bisa dibukukan. Tulis saja penjelasannya.")


class NoCycleCollects(DomainError):
    """No cycle takes payments at the moment, nor late ones."""

    kind = Kind.CONFLICT
    code = "no-cycle-collects"
    sentence = gettext_noop("Sekarang tidak ada putaran yang menagih pembayaran. Simpan dulu sebagai uang yang belum jelas.")


def explain(*, line_id: UUID, act: Act) -> None:
    """The line is no business of the cycles: a bank's charge, interest, the federation's own rent.

    :raises ReasonMissing, AlreadyDecided: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` decides statement lines
    """
    permissions.require(act.by, Permission.DECIDE_STATEMENT_LINES, FEDERATION)
    act = act.with_given_reason(missing=ReasonMissing())
    decision = _Decision(what=What.EXPLAINED, reason=act.reason, by=act.by.account_id)
    with transaction.atomic(durable=True):
        line = _locked(line_id)
        if _waits(line, decision=decision, within=(State.OPEN,)):
            _decide(line, to=State.EXPLAINED, decision=decision, act=act)


def hold(*, line_id: UUID, act: Act) -> None:
    """Money that came is ours to hold, and nobody knows yet for whom: its whole rupiah, while its sen are left out of the books.

    :raises ReasonMissing, AlreadyDecided, WrongDirection, LessThanOneRupiah: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` decides statement lines
    """
    permissions.require(act.by, Permission.DECIDE_STATEMENT_LINES, FEDERATION)
    act = act.with_given_reason(missing=ReasonMissing())
    decision = _Decision(what=What.HELD, reason=act.reason, by=act.by.account_id)
    with transaction.atomic(durable=True):
        line = _locked(line_id)
        if not _waits(line, decision=decision, within=(State.OPEN,)):
            return
        if not line.incoming:
            raise WrongDirection
        _check_rupiah(line)
        suspense_account.put_in(line, at=act.at)
        _decide(line, to=State.SUSPENSE, decision=decision, act=act)


def count_as_pay_in(*, line_id: UUID, village_code: VillageCode, act: Act) -> None:
    """Money that came is a village's payment into the cycle under way; what is more than it owes stays in suspense.

    The same form counts once, also where there is room for more of the line again.

    Late money counts too, until the cycle closes: it is paid on like all that came before (ending.close). Whole rupiah count; the sen of
    the line are left out of the books.

    :raises NoCycleCollects, pool_items.MoreThanOpen, ReasonMissing, AlreadyDecided, WrongDirection, LessThanOneRupiah: nothing was changed
    :raises permissions.Forbidden: unless `act.by` decides statement lines
    """
    permissions.require(act.by, Permission.DECIDE_STATEMENT_LINES, FEDERATION)
    act = act.with_given_reason(missing=ReasonMissing())
    decision = _Decision(what=What.PAY_IN, reason=act.reason, by=act.by.account_id, village=village_code)
    scope = idempotency.Scope(operation="statement-line", principal=act.by.account_id, village_code="")
    with transaction.atomic(durable=True):
        if idempotency.is_repeat(scope=scope, key=act.key, request={"line": line_id, "decision": decision}, money=True, at=act.at):
            return
        done = StatementLine.objects.filter(id=line_id).exclude(state__in=WAITING).first()
        if done is not None and _is_decided(done, decision):  # what it paid may have ended the cycle since
            return
        found = lifecycle.unfinished()
        if found is None or found.state not in Cycle.COUNTS_PAY_INS:
            raise NoCycleCollects
        cycle = lifecycle.locked(number=found.number, within=Cycle.COUNTS_PAY_INS)
        line = _locked(line_id)
        if not _waits(line, decision=decision, within=WAITING):
            return
        if not line.incoming:
            raise WrongDirection
        if line.state == State.OPEN:
            _check_rupiah(line)
            suspense_account.put_in(line, at=act.at)
        totals = pool_items.PoolTotals(cycle=cycle)
        room = totals.room(debtor=village_code)
        amount, decision = min(suspense_account.left_of(line=line), room), replace(decision, cycle_number=cycle.number)
        if amount <= 0:
            if _is_decided(line, decision):  # the first time took all the room there was
                return
            raise pool_items.MoreThanOpen(open=room, amount=suspense_account.left_of(line=line))
        suspense_account.take_out(line, amount_rupiah=amount, at=act.at)
        leg = matching.pay_in(cycle=cycle, village_code=village_code, amount_rupiah=amount, evidence=act.reason, totals=totals, act=act)
        if line.leg_id is None:  # where several payments are found in one line, it keeps the leg that it showed first
            line.leg = leg
        to = State.SUSPENSE if suspense_account.left_of(line=line) else State.MATCHED
        _decide(line, to=to, decision=decision, act=act)
    lifecycle.wake_worker(cycle=cycle)


def count_as_gateways(*, line_id: UUID, gateway: str, act: Act) -> None:
    """Money that came is a gateway's payout to the federation; money that went was taken by it for want of balance. Sen are left out.

    :raises gateway_arrivals.MoreThanAtGateway, ReasonMissing, AlreadyDecided, LessThanOneRupiah: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` decides statement lines
    """
    permissions.require(act.by, Permission.DECIDE_STATEMENT_LINES, FEDERATION)
    act = act.with_given_reason(missing=ReasonMissing())
    decision = _Decision(what=What.GATEWAY, reason=act.reason, by=act.by.account_id, gateway=gateway)
    with transaction.atomic(durable=True):
        line = _locked(line_id)
        if not _waits(line, decision=decision, within=WAITING):
            return
        _check_rupiah(line)
        amount, was_held = (suspense_account.left_of(line=line), True) if line.state == State.SUSPENSE else (line.amount_rupiah, False)
        _decide(line, to=State.EXPLAINED, decision=decision, act=act)
        if line.incoming:
            gateway_arrivals.book_decided(gateway=gateway, line=line, amount_rupiah=amount, at=act.at)
            if was_held:
                suspense_account.take_out(line, amount_rupiah=amount, at=act.at)
            gateway_arrivals.arrived(amount_rupiah=amount, cause_id=line.id, at=act.at)
        else:
            gateway_money.withdraw(gateway=gateway, line_id=line.id, amount_rupiah=line.amount_rupiah, happened_at=act.at)


def pay_back(*, line_id: UUID, source_id: UUID, act: Act) -> None:
    """Money that went was what lay in suspense of an earlier line: given back to its sender, or sent again to its receiver.

    The sen of both lines are left out of the books, so what came with sen may go back with or without them.

    :raises NotInSuspense, ReasonMissing, AlreadyDecided, WrongDirection, LessThanOneRupiah: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` decides statement lines
    """
    permissions.require(act.by, Permission.DECIDE_STATEMENT_LINES, FEDERATION)
    act = act.with_given_reason(missing=ReasonMissing())
    decision = _Decision(what=What.PAID_BACK, reason=act.reason, by=act.by.account_id, source_id=source_id)
    with transaction.atomic(durable=True):
        first, second = sorted((line_id, source_id))
        locked = {one: _locked(one) for one in (first, second)}
        line, source = locked[line_id], locked[source_id]
        if not _waits(line, decision=decision, within=WAITING):
            return
        if source.state not in WAITING:
            raise AlreadyDecided
        if line.incoming or line.state != State.OPEN or not source.incoming or source.state != State.SUSPENSE:
            raise WrongDirection
        _check_rupiah(line)
        left = suspense_account.left_of(line=source)
        if line.amount_rupiah > left:
            raise NotInSuspense(left=left)
        suspense_account.take_out(source, amount_rupiah=line.amount_rupiah, at=act.at)
        _decide(line, to=State.EXPLAINED, decision=decision, act=act)
        if line.amount_rupiah == left:
            _decide(source, to=State.EXPLAINED, decision=decision, act=act)


def _check_rupiah(line: StatementLine) -> None:
    if not line.amount_rupiah:
        raise LessThanOneRupiah


def _decide(line: StatementLine, *, to: str, decision: _Decision, act: Act) -> None:
    line.state, line.why, line.decided_by, line.decided_at = to, decision.reason, decision.by, act.at
    line.decision, line.decided_village = decision.what, decision.village
    line.decided_source, line.decided_gateway, line.decided_cycle = decision.source_id, decision.gateway, decision.cycle_number
    line.text = line.text if to == State.SUSPENSE else ""
    line.save(update_fields=CHANGES)
    terms = {"decision": decision.what, "village": decision.village, "source": str(decision.source_id or ""), "gateway": decision.gateway}
    activity_log.record(
        action="statement.line-decided",
        subject_id=str(line.id),
        act=act,
        detail={name: value for name, value in {**terms, "cycle": decision.cycle_number}.items() if value},
    )


def _locked(line_id: UUID) -> StatementLine:
    line = StatementLine.objects.select_for_update(no_key=True).filter(id=line_id).first()
    if line is None:
        raise AlreadyDecided
    return line


def _waits(line: StatementLine, *, decision: _Decision, within: tuple[str, ...]) -> bool:
    """Whether a locked line still waits for this decision; False if it is just what was decided before.

    :raises AlreadyDecided: if anything else was
    """
    if line.state in within:
        return True
    if _is_decided(line, decision):
        return False
    raise AlreadyDecided


def _is_decided(line: StatementLine, decision: _Decision) -> bool:
    """Whether the last decision about the line was this person's, this one, for this reason; of any cycle, if it names none."""
    last = _Decision(
        what=line.decision,
        reason=line.why,
        by=line.decided_by,
        village=line.decided_village,
        source_id=line.decided_source,
        gateway=line.decided_gateway,
        cycle_number=line.decided_cycle if decision.cycle_number else None,
    )
    return last == decision
