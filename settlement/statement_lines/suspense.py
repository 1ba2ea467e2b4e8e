"""Statement lines that no reference explains: a person says what they are. Until then money that came lies in suspense.

The books know whole rupiah only: of a line that is counted its rupiah go into them, its sen stay out and stand on the line alone.

Each decision is made once (line_decisions).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext_noop

from settlement.cycles import lifecycle
from settlement.models import Cycle, PaymentLeg, StatementLine
from settlement.payments import agent_cash, pay_ins, pool_items, take_backs
from settlement.statement_lines import gateway_lines, line_decisions, suspense_account
from tenants import idempotency
from tenants.acts import Act
from tenants.codes import AT_FEDERATION, VillageCode
from tenants.errors import DomainError, Kind

State = StatementLine.State
What = StatementLine.Decision
WAITING = (State.OPEN, State.SUSPENSE)


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


class NoSuchPayIn(DomainError):
    """Neither a payment that the named line showed, nor all that it brought, is of this amount."""

    kind = Kind.CONFLICT
    code = "no-such-pay-in"
    sentence = gettext_noop("Setoran itu tidak bisa ditarik kembali: jumlahnya lain, atau sudah ditarik.")


class NoCycleCollects(DomainError):
    """No cycle takes payments at the moment, nor late ones."""

    kind = Kind.CONFLICT
    code = "no-cycle-collects"
    sentence = gettext_noop("Sekarang tidak ada putaran yang menagih pembayaran. Simpan dulu sebagai uang yang belum jelas.")


def hold(*, line_id: UUID, act: Act) -> None:
    """Money that came is ours to hold, and nobody knows yet for whom: its whole rupiah, while its sen are left out of the books.

    :raises WrongDirection, LessThanOneRupiah: and nothing was changed
    :raises line_decisions.ReasonMissing, line_decisions.AlreadyDecided: likewise
    :raises permissions.Forbidden: unless `act.by` decides statement lines
    """
    with line_decisions.deciding(what=What.HELD, act=act) as deciding:
        line = deciding.waiting(line_id, within=(State.OPEN,))
        if line is None:
            return
        if not line.incoming:
            raise WrongDirection
        _check_rupiah(line)
        suspense_account.put_in(line, at=act.at)
        deciding.decide(line, to=State.SUSPENSE)


def count_as_pay_in(*, line_id: UUID, village_code: VillageCode, act: Act) -> None:
    """Money that came is a village's payment into the cycle under way; what is more than it owes stays in suspense.

    The same form counts once, also where there is room for more of the line again.

    Late money counts too, until the cycle closes: it is paid on like all that came before (end_of_cycle.close). Whole rupiah count; the sen
    of the line are left out of the books.

    :raises NoCycleCollects, pool_items.MoreThanOpen, WrongDirection, LessThanOneRupiah: nothing was changed
    :raises line_decisions.ReasonMissing, line_decisions.AlreadyDecided: likewise
    :raises permissions.Forbidden: unless `act.by` decides statement lines
    """
    scope = idempotency.Scope(operation="statement-line", principal=act.by.account_id, village_code=AT_FEDERATION)
    with line_decisions.deciding(what=What.PAY_IN, act=act, village=village_code) as deciding:
        act, request = deciding.act, {"line": line_id, "decision": deciding.decision}
        if idempotency.is_repeat(scope=scope, key=act.key, request=request, money=True, at=act.at):
            return
        done = StatementLine.objects.filter(id=line_id).exclude(state__in=WAITING).first()
        if done is not None and line_decisions.is_decided(done, deciding.decision):  # what it paid may have ended the cycle since
            return
        found = lifecycle.unfinished()
        if found is None or found.state not in Cycle.COUNTS_PAY_INS:
            raise NoCycleCollects
        cycle = lifecycle.locked(number=found.number, within=Cycle.COUNTS_PAY_INS)
        line = deciding.waiting(line_id, within=WAITING)
        if line is None:
            return
        if not line.incoming:
            raise WrongDirection
        if line.state == State.OPEN:
            _check_rupiah(line)
            suspense_account.put_in(line, at=act.at)
        totals = pool_items.PoolTotals(cycle=cycle)
        room = totals.room(debtor=village_code)
        amount = min(suspense_account.left_of(line=line), room)
        deciding.decision = replace(deciding.decision, cycle_number=cycle.number)
        if amount <= 0:
            if line_decisions.is_decided(line, deciding.decision):  # the first time took all the room there was
                return
            raise pool_items.MoreThanOpen(open=room, amount=suspense_account.left_of(line=line))
        suspense_account.take_out(line, amount_rupiah=amount, at=act.at)
        leg = pay_ins.record(cycle=cycle, village_code=village_code, amount_rupiah=amount, evidence=act.reason, totals=totals, act=act)
        if line.leg_id is None:  # where several payments are found in one line, it keeps the leg that it showed first
            line.leg = leg
        to = State.SUSPENSE if suspense_account.left_of(line=line) else State.MATCHED
        deciding.decide(line, to=to)
    lifecycle.wake_worker(cycle=cycle)


def count_as_gateways(*, line_id: UUID, gateway: str, act: Act) -> None:
    """Money that came is a gateway's payout to the federation; money that went was taken by it for want of balance. Sen are left out.

    :raises gateway_lines.MoreThanAtGateway, gateway_lines.MoreThanAgentCash, gateway_lines.NoSuchGateway: and nothing was changed
    :raises LessThanOneRupiah: likewise
    :raises line_decisions.ReasonMissing, line_decisions.AlreadyDecided: likewise
    :raises permissions.Forbidden: unless `act.by` decides statement lines
    """
    with line_decisions.deciding(what=What.GATEWAY, act=act, gateway=gateway) as deciding:
        gateway_lines.check_known(gateway=gateway)
        line = deciding.waiting(line_id, within=WAITING)
        if line is None:
            return
        _check_rupiah(line)
        amount, was_held = (suspense_account.left_of(line=line), True) if line.state == State.SUSPENSE else (line.amount_rupiah, False)
        deciding.decide(line, to=State.EXPLAINED)
        if line.incoming:
            gateway_lines.book_decided(gateway=gateway, line=line, amount_rupiah=amount, at=act.at)
            if was_held:
                suspense_account.take_out(line, amount_rupiah=amount, at=act.at)
            gateway_lines.arrived(amount_rupiah=amount, cause_id=line.id, at=act.at)
        else:
            gateway_lines.book_taken(gateway=gateway, line=line, at=act.at)


def pay_back(*, line_id: UUID, source_id: UUID, act: Act) -> None:
    """Money that went was what lay in suspense of an earlier line: given back to its sender, or sent again to its receiver.

    The sen of both lines are left out of the books, so what came with sen may go back with or without them.

    :raises NotInSuspense, WrongDirection, LessThanOneRupiah: and nothing was changed
    :raises line_decisions.ReasonMissing, line_decisions.AlreadyDecided: likewise
    :raises permissions.Forbidden: unless `act.by` decides statement lines
    """
    with line_decisions.deciding(what=What.PAID_BACK, act=act, source_id=source_id) as deciding:
        line, source = deciding.locked(line_id, source_id)
        if not deciding.is_open(line, within=WAITING):
            return
        if source.state not in WAITING:
            raise line_decisions.AlreadyDecided
        if line.incoming or line.state != State.OPEN or not source.incoming or source.state != State.SUSPENSE:
            raise WrongDirection
        _check_rupiah(line)
        left = suspense_account.left_of(line=source)
        if line.amount_rupiah > left:
            raise NotInSuspense(left=left)
        suspense_account.take_out(source, amount_rupiah=line.amount_rupiah, at=act.at)
        deciding.decide(line, to=State.EXPLAINED)
        if line.amount_rupiah == left:
            deciding.decide(source, to=State.EXPLAINED)


def take_back(*, line_id: UUID, pay_in_id: UUID, act: Act) -> None:
    """Money that went is the bank taking back what a line had brought: one payment of a village out of it, or all of it, or what of it is
    in suspense. A payment is open again in its cycle; where its money was paid on, or the cycle has closed, the village owes it to the
    federation, which covers it meanwhile (take_backs). Sen are left out of the books.

    pay_in_id: the line that brought the money

    :raises NoSuchPayIn, WrongDirection, LessThanOneRupiah: and nothing was changed
    :raises line_decisions.ReasonMissing, line_decisions.AlreadyDecided: likewise
    :raises permissions.Forbidden: unless `act.by` decides statement lines
    """
    with line_decisions.deciding(what=What.RETURNED, act=act, source_id=pay_in_id) as deciding:
        act, of_line = deciding.act, suspense_account.payments_of(line_id=pay_in_id)
        locked_cycles = Cycle.objects.select_for_update(no_key=True).filter(id__in=of_line.values("cycle")).order_by("number")
        cycles = {cycle.id: cycle for cycle in locked_cycles}  # before the lines, like a pay-in
        line, shown = deciding.locked(line_id, pay_in_id)
        if not deciding.is_open(line, within=(State.OPEN,)):
            return
        if line.incoming or not shown.incoming:
            raise WrongDirection
        _check_rupiah(line)
        paid = list(of_line.select_for_update(no_key=True, of=("self",)).order_by("id"))
        left = suspense_account.left_of(line=shown) if shown.state == State.SUSPENSE else 0
        taken, out = _what_went(paid=[leg for leg in paid if not take_backs.is_owed_again(leg=leg)], left=left, amount=line.amount_rupiah)
        undone = [_take_back(leg, cycle=cycles[leg.cycle_id], act=act) for leg in taken]
        if out:
            suspense_account.take_out(shown, amount_rupiah=out, at=act.at)
        if undone == [True] and not out:
            line.leg = taken[0]
        deciding.decide(line, to=State.MATCHED if line.leg_id else State.EXPLAINED)
        if out and out == left:
            deciding.decide(shown, to=State.EXPLAINED)
        agent_cash.settle(arrived_rupiah=0, cause_id=line.id, at=act.at)
    for cycle in cycles.values():
        if cycle.state in Cycle.MOVING:
            lifecycle.wake_worker(cycle=cycle)


def _what_went(*, paid: Sequence[PaymentLeg], left: int, amount: int) -> tuple[list[PaymentLeg], int]:
    """Which payments of a line, and how much that is in suspense of it, together are this amount.

    :raises NoSuchPayIn: if none are
    """
    if one := next((leg for leg in paid if leg.amount_rupiah == amount), None):
        return [one], 0
    if amount == left + sum(leg.amount_rupiah for leg in paid):
        return list(paid), left
    if amount <= left:
        return [], amount
    raise NoSuchPayIn


def _take_back(leg: PaymentLeg, *, cycle: Cycle, act: Act) -> bool:
    """False if the payment is owed again outside its cycle."""
    leg.cycle = cycle
    if take_backs.undo(leg=leg, words=act.reason, totals=pool_items.PoolTotals(cycle=cycle), act=act):
        return True
    take_backs.owe_again(leg=leg, act=act)
    return False


def _check_rupiah(line: StatementLine) -> None:
    if not line.amount_rupiah:
        raise LessThanOneRupiah
