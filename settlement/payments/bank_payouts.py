"""What a person says of a payout by bank: that the bank refused it, or that its money is brought in cash instead.

A bank reports a refusal in its portal or by letter, and no statement ever shows it: unless somebody says so, the payout waits for ever, and
its cycle with it. One operator's word is enough: by it no money moves. What is paid instead goes to the same village, by a new key in a new
file or from hand to hand with two persons; and if the bank paid after all, the statement's line is put aside (after-failure): until a
person has decided it, the federation sends that village nothing more, and the cycle does not close over it.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from settlement import money_hold
from settlement.bank import bank_accounts
from settlement.bank.rails import rail_interface as rails
from settlement.cycles import lifecycle
from settlement.models import Cycle, PaymentLeg, StatementLine
from settlement.payments import legs, paid_after_all
from tenants import activity_log
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

State = PaymentLeg.State
Rail = PaymentLeg.Rail
GivenUp = PaymentLeg.GivenUp


class NotAPayoutByBank(DomainError):
    """The leg is cash, or no payment of the federation's."""

    kind = Kind.CONFLICT
    code = "not-a-payout-by-bank"
    sentence = gettext_noop("Ini bukan pembayaran federasi lewat bank.")


class NotFiledYet(DomainError):
    """The payout was never sent to the bank, so it cannot have refused it."""

    kind = Kind.CONFLICT
    code = "payout-not-filed-yet"
    sentence = gettext_noop("Pembayaran ini belum masuk berkas bank, jadi bank belum bisa menolaknya.")


class FiledAlready(DomainError):
    """The payout was sent to the bank, which may still pay it."""

    kind = Kind.CONFLICT
    code = "payout-filed-already"
    sentence = gettext_noop(
        "Pembayaran ini sudah masuk berkas bank. Hanya kalau bank menolaknya, uangnya bisa dibayarkan dengan jalan lain."
    )


class EndedAlready(DomainError):
    """The payout arrived, came back, or was given up in another way."""

    kind = Kind.CONFLICT
    code = "payout-ended-already"
    sentence = gettext_noop("Pembayaran ini sudah berakhir. Buka lagi halamannya.")


class LineWaits(DomainError):
    """A statement's line that nobody has decided speaks of the payout, or may be it: some money may have moved."""

    kind = Kind.CONFLICT
    code = "payout-line-waits"
    sentence = gettext_noop("Ada baris rekening koran yang belum diputuskan dan mungkin pembayaran ini. Putuskan dulu baris itu.")


class FailedPayoutOnStatement(DomainError):
    """A statement shows money of a payout that failed, and nobody has decided yet what that was."""

    kind = Kind.CONFLICT
    code = "payout-on-statement"
    sentence = gettext_noop(
        "Rekening koran menunjukkan uang keluar untuk pembayaran %(key)s, yang sudah dicatat gagal. Putuskan dulu baris itu, supaya "
        "desanya tidak dibayar dua kali."
    )


class AccountWaits(DomainError):
    """The receiver's account is not in force yet, or stopped: that is no reason to bring the money in cash."""

    kind = Kind.CONFLICT
    code = "payout-account-waits"
    sentence = gettext_noop(
        "Rekening desa ini sedang diganti atau dihentikan oleh desanya. Pembayarannya menunggu rekening itu, dan tidak diganti tunai."
    )


class ReasonMissing(DomainError):
    """A payout is not given up without saying why."""

    kind = Kind.INVALID
    code = "payout-reason-missing"
    sentence = gettext_noop("Tulis alasannya, misalnya jawaban bank.")


def refuse(*, number: int, leg_id: UUID, act: Act) -> None:
    """The bank refused a filed payout: no money moved, and what it would have paid can be planned again. Sent twice, it counts once.

    :raises legs.NoSuchLeg: if it is no payment of this cycle
    :raises ReasonMissing, NotAPayoutByBank, NotFiledYet, LineWaits, EndedAlready: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` pays villages
    """
    permissions.require(act.by, Permission.PAY_VILLAGES, FEDERATION)
    act = act.with_given_reason(missing=ReasonMissing())
    with transaction.atomic(durable=True):
        leg = _locked(number, leg_id)
        if _is_done(leg, as_=GivenUp.REFUSED):
            return
        if leg.state == State.PLANNED:
            raise NotFiledYet
        if _waiting([leg]).exists():
            raise LineWaits
        leg.given_up = GivenUp.REFUSED
        outcome = rails.Outcome(state=rails.OutcomeState.FAILED, amount_rupiah=None, at=act.at, evidence=act.reason)
        legs.learn(leg=leg, outcome=outcome, act=act, matched=False)
        activity_log.record(action="payout.refused", subject_id=str(leg_id), act=act)
        lifecycle.wake_worker(cycle=leg.cycle)


def pay_in_cash(*, number: int, leg_id: UUID, act: Act) -> None:
    """A payout that no file carries yet is given up, and the same amount planned as a hand-over. Sent twice, it is planned once.

    For a village whose account does not work: planned again by itself, the money would go by bank again.

    :raises legs.NoSuchLeg: if it is no payment of this cycle
    :raises ReasonMissing, NotAPayoutByBank, FiledAlready, EndedAlready, AccountWaits: and nothing was changed
    :raises money_hold.MoneyHeld, money_hold.CashNotStated, money_hold.PaymentUnknown: since a restore; likewise
    :raises permissions.Forbidden: unless `act.by` pays villages
    """
    permissions.require(act.by, Permission.PAY_VILLAGES, FEDERATION)
    act = act.with_given_reason(missing=ReasonMissing())
    with transaction.atomic(durable=True):
        leg = _locked(number, leg_id)
        if _is_done(leg, as_=GivenUp.IN_CASH):
            return
        if leg.state != State.PLANNED:
            raise FiledAlready
        money_hold.refuse_to([leg.receiver])
        if bank_accounts.status(party=VillageCode(leg.receiver), at=act.at).waits:
            raise AccountWaits
        leg.given_up = GivenUp.IN_CASH
        legs.move(leg=leg, to=State.FAILED, evidence=act.reason, act=act)
        legs.plan(cycle=leg.cycle, giver=FEDERATION, receiver=leg.receiver, amount_rupiah=leg.amount_rupiah, rail=Rail.CASH, act=act)
        activity_log.record(action="payout.in-cash", subject_id=str(leg_id), act=act)


def check_none_has_gone(*, cycle: Cycle, receivers: Collection[str]) -> None:
    """Before a locked cycle's money goes to these villages: that no line which waits may show that it went before, and no gateway says so.

    :raises FailedPayoutOnStatement, paid_after_all.Undecided: if one does
    """
    if found := _on_statement(cycle, receivers):
        raise FailedPayoutOnStatement(key=found)
    if found := _at_gateway(cycle, receivers):
        raise paid_after_all.Undecided(key=found)


def may_have_gone(*, cycle: Cycle, receivers: Collection[str]) -> bool:
    """Whether money of a locked cycle may have gone to one of these villages before, by a line that waits or a gateway's word."""
    return bool(_on_statement(cycle, receivers) or _at_gateway(cycle, receivers))


def _at_gateway(cycle: Cycle, receivers: Collection[str]) -> str:
    """The reference of a failed payout of which its gateway says that it went, while nobody has decided about it; or empty."""
    rows = paid_after_all.undecided().filter(cycle=cycle, receiver__in=receivers, heard=paid_after_all.WENT)
    return rows.order_by("id").values_list("key", flat=True).first() or ""


def _on_statement(cycle: Cycle, receivers: Collection[str]) -> str:
    """The reference of a failed payout that a line which waits may show, or empty."""
    failed = PaymentLeg.objects.filter(cycle=cycle, giver=FEDERATION, receiver__in=receivers, rail=Rail.BANK, state=State.FAILED)
    refused = list(failed.filter(Q(given_up=GivenUp.REFUSED) | Q(key__in=_open_lines().values("key"))).order_by("id"))
    line = _waiting(refused).order_by("booked_on", "id").first() if refused else None
    return (line.key or refused[0].key) if line is not None else ""


def _waiting(payouts: Collection[PaymentLeg]) -> QuerySet[StatementLine]:
    """The lines nobody has decided that may show money of one of these: that name it, or name nothing of ours and have enough for it."""
    smallest = min(leg.amount_rupiah for leg in payouts)
    unnamed = Q(key="", incoming=False, amount_rupiah__gte=smallest)
    return _open_lines().filter(Q(key__in=[leg.key for leg in payouts]) | unnamed)


def _open_lines() -> QuerySet[StatementLine]:
    return StatementLine.objects.filter(state=StatementLine.State.OPEN)


def _locked(number: int, leg_id: UUID) -> PaymentLeg:
    leg = legs.locked(leg_id=leg_id)
    if leg.cycle.number != number:
        raise legs.NoSuchLeg
    if leg.giver != FEDERATION or leg.rail != Rail.BANK:
        raise NotAPayoutByBank
    return leg


def _is_done(leg: PaymentLeg, *, as_: GivenUp) -> bool:
    """Whether the locked leg was given up in just this way before.

    :raises EndedAlready: if it ended in another way
    """
    if leg.state in PaymentLeg.ACTIVE:
        return False
    if leg.given_up == as_:
        return True
    raise EndedAlready
