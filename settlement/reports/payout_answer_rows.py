"""Payouts by gateways for which people answer, and what gateways said of them in writing, as pages read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from settlement.bank.gateways import registry
from settlement.models import LegEvent, PaymentLeg, PayoutAnswer
from settlement.payments import legs, paid_after_all, payout_answers
from tenants.codes import VillageCode

State = PaymentLeg.State


@dataclass(frozen=True, kw_only=True, slots=True)
class PayoutRow:
    """A payout that a gateway was told to make. heard: what the gateway says of it since it failed, empty where nothing."""

    leg_id: UUID
    cycle_number: int
    village_code: VillageCode
    amount_rupiah: int
    gateway: str
    key: str
    state: str
    heard: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerRow:
    """What a gateway said in writing of a payout. set_off_rupiah: what of a failed one's money was set off; owed_rupiah: what the village
    owed back for it.
    """

    id: UUID
    payout: PayoutRow
    after_failure: bool
    paid_rupiah: int
    reference: str
    reason: str
    proposed_by: UUID
    proposed_at: datetime
    confirmed_by: UUID | None
    confirmed_at: datetime | None
    declined_at: datetime | None
    set_off_rupiah: int

    @property
    def waits(self) -> bool:
        return self.confirmed_at is None and self.declined_at is None

    @property
    def was_counted(self) -> bool:
        """Whether what was paid is money of a payout that counts as failed."""
        return bool(self.confirmed_at and self.paid_rupiah) and (self.after_failure or self.paid_rupiah != self.payout.amount_rupiah)

    @property
    def owed_rupiah(self) -> int:
        return self.paid_rupiah - self.set_off_rupiah if self.was_counted else 0


def to_answer(*, at: datetime) -> list[PayoutRow]:
    """The payouts for which people must answer, none that waits for a confirmation: those that no gateway answers, the oldest first."""
    return [_payout(leg) for leg in _to_answer(at).select_related("cycle").order_by("id")]


def payout(*, leg_id: UUID) -> PayoutRow:
    """One payout.

    :raises legs.NoSuchLeg: if there is none by a gateway
    """
    leg = PaymentLeg.objects.select_related("cycle").filter(id=leg_id, rail=PaymentLeg.Rail.GATEWAY).first()
    if leg is None:
        raise legs.NoSuchLeg
    return _payout(leg)


def answers(*, most: int) -> Sequence[AnswerRow]:
    """What gateways said, that which waits first, then the newest."""
    rows = PayoutAnswer.objects.select_related("leg__cycle", "counted_leg").order_by("-id")
    open_ones = list(rows.filter(confirmed_at=None, declined_at=None)[:most])
    done = rows.exclude(confirmed_at=None, declined_at=None)[: most - len(open_ones)]
    return [_answer(row) for row in [*open_ones, *done]]


def answer(*, answer_id: UUID) -> AnswerRow:
    """One of them.

    :raises payout_answers.NoSuchAnswer: if there is none
    """
    row = PayoutAnswer.objects.select_related("leg__cycle", "counted_leg").filter(id=answer_id).first()
    if row is None:
        raise payout_answers.NoSuchAnswer
    return _answer(row)


def count(*, at: datetime) -> int:
    """How many payouts wait for people: for their answer, or for another's confirmation of it. One statement."""
    waiting = PayoutAnswer.objects.filter(leg=OuterRef("id"), confirmed_at=None, declined_at=None)
    rows = PaymentLeg.objects.filter(rail=PaymentLeg.Rail.GATEWAY)
    return rows.filter(Q(id__in=_to_answer(at).values("id")) | Q(Exists(waiting))).count()


def _to_answer(at: datetime) -> QuerySet[PaymentLeg]:
    """As payout_answers.check_open has it, of those under way; and of those that failed, what a gateway contradicts."""
    sent = LegEvent.objects.filter(leg=OuterRef("id"), state=State.SUBMITTED, quarantined=False).order_by("at").values("at")[:1]
    rows = PaymentLeg.objects.filter(rail=PaymentLeg.Rail.GATEWAY).annotate(sent_at=Subquery(sent))
    overdue = Q(sent_at__lte=at - payout_answers.ANSWERS_WITHIN) | ~Q(gateway__in=list(registry.paying_out()))
    silent = Q(state__in=(State.SUBMITTED, State.UNKNOWN), sent_at__isnull=False) & overdue
    waiting = PayoutAnswer.objects.filter(leg=OuterRef("id"), confirmed_at=None, declined_at=None)
    return rows.filter(silent | Q(id__in=paid_after_all.undecided().values("id"))).exclude(Exists(waiting))


def _payout(leg: PaymentLeg) -> PayoutRow:
    return PayoutRow(
        leg_id=leg.id,
        cycle_number=leg.cycle.number,
        village_code=VillageCode(leg.receiver),
        amount_rupiah=leg.amount_rupiah,
        gateway=leg.gateway,
        key=leg.key,
        state=leg.state,
        heard=leg.heard,
    )


def _answer(row: PayoutAnswer) -> AnswerRow:
    return AnswerRow(
        id=row.id,
        payout=_payout(row.leg),
        after_failure=row.after_failure,
        paid_rupiah=row.paid_rupiah,
        reference=row.reference,
        reason=row.reason,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
        declined_at=row.declined_at,
        set_off_rupiah=row.counted_leg.amount_rupiah if row.counted_leg is not None else 0,
    )
