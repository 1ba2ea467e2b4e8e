"""A gateway's payout that had failed, and went out all the same: the village has the money, so it is set off against what it has coming.

What was only planned in its place gives way, and a payment of its own stands for the money. What the village has not coming any more, since
that was sent already or its cycle has closed, it was paid twice: it owes it to the federation, whose own cash covers it meanwhile. If the
gateway has the money back later, the same is undone. For a village that has left the federation bears the one and keeps the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from settlement.ledger import federation_books, own_cash, parties, taken_over, transfers
from settlement.ledger.transfers import PlannedTransfer
from settlement.models import Cycle, PaymentLeg, PayoutAnswer
from settlement.payments import agent_cash, legs, pool_items, take_backs
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.errors import DomainError, Kind

State = PaymentLeg.State
Rail = PaymentLeg.Rail
WENT, BACK = "succeeded", "returned"  # of PaymentLeg.heard


class Undecided(DomainError):
    """A gateway says that a payout went out which counts as failed, and nobody has decided about it yet."""

    kind = Kind.CONFLICT
    code = "payout-paid-after-all"
    sentence = gettext_noop(
        "Menurut gerbang, pembayaran %(key)s yang tercatat gagal ternyata dibayarkan. Catat dulu jawaban tertulis gerbang, supaya desanya "
        "tidak dibayar dua kali."
    )


def undecided() -> QuerySet[PaymentLeg]:
    """The failed payouts of which a gateway says otherwise than the books, unless people decided about just that word of its."""
    last = PayoutAnswer.objects.filter(leg=OuterRef("id"), confirmed_at__isnull=False).order_by("-id")
    rows = PaymentLeg.objects.filter(rail=Rail.GATEWAY, state=State.FAILED).exclude(heard="")
    rows = rows.annotate(
        counted=Coalesce(Subquery(last.values("paid_rupiah")[:1]), Value(0)),
        decided=Coalesce(Subquery(last.values("heard")[:1]), Value("")),
    )
    return rows.exclude(heard=F("decided")).exclude(heard=WENT, counted__gt=0).exclude(heard=BACK, counted=0)


def in_force(*, leg: PaymentLeg) -> PayoutAnswer | None:
    """The answer by which the books say what was paid of a failed payout; None if they say nothing."""
    last = PayoutAnswer.objects.filter(leg=leg, confirmed_at__isnull=False).order_by("-id").first()
    return last if last is not None and last.paid_rupiah else None


def count(*, leg: PaymentLeg, answer: PayoutAnswer, words: str, act: Act) -> None:
    """The gateway paid so much by a failed payout, which is locked: as far as the village has it coming, a payment of its own stands for
    it, which the answer names; the rest it owes. Locks agent cash last.
    """
    part = _coming(leg, most=answer.paid_rupiah)
    if part.amount_rupiah:
        answer.counted_leg = _pay(leg, part, words=words, act=act)
    twice = answer.paid_rupiah - part.amount_rupiah
    if twice:
        source, debit = parties.gateway(leg.gateway), parties.clearing(VillageCode(leg.receiver))
        owed = PlannedTransfer(
            event="paid-twice", debit=debit, credit=source, amount_rupiah=twice, debtor=leg.receiver, creditor=FEDERATION
        )
        entries = [own_cash.owed_by_own(amount_rupiah=twice), owed]
        if legs.has_left(leg=leg, party=leg.receiver):
            entries = taken_over.borne_for_gone(event=owed.event, account=source, amount_rupiah=twice)
        _book(leg, entries, answer=answer, event=owed.event, at=act.at)
    agent_cash.settle(arrived_rupiah=0, cause_id=leg.id, at=act.at)


def take_back(*, leg: PaymentLeg, answer: PayoutAnswer, by: PayoutAnswer, words: str, act: Act) -> None:
    """The gateway has back what it had paid by this answer, says another: the payment that stood for it came back, and what the village
    owed for being paid twice, it is owed in turn.
    """
    counted = answer.counted_leg
    if counted is not None:
        counted = PaymentLeg.objects.select_for_update(no_key=True).get(id=counted.id)
        counted.cycle = leg.cycle
        legs.move(leg=counted, to=State.RETURNED, evidence=words, act=act)
    twice = answer.paid_rupiah - (counted.amount_rupiah if counted else 0)
    if twice:
        account, credit = parties.gateway(leg.gateway), parties.clearing(VillageCode(leg.receiver))
        back = PlannedTransfer(
            event="paid-twice-back", debit=account, credit=credit, amount_rupiah=twice, debtor=FEDERATION, creditor=leg.receiver
        )
        entries = [back]
        if legs.has_left(leg=leg, party=leg.receiver):
            entries = taken_over.kept_for_gone(event=back.event, account=account, amount_rupiah=twice)
        _book(leg, entries, answer=by, event=back.event, at=act.at)


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a payment the village has coming, and what gives way for it.

    from_pool_rupiah: what had counted of agent cash for the pool, and which the federation owes there again
    """

    amount_rupiah: int = 0
    from_pool_rupiah: int = 0
    gives_way: Sequence[PaymentLeg] = ()


def _coming(leg: PaymentLeg, *, most: int) -> _Part:
    """At most what the village's item still has open besides what was sent to it, what the federation can pay of its own item, and what
    the gateway holds by the books.
    """
    cycle = leg.cycle
    if cycle.state not in Cycle.MOVING or legs.has_left(leg=leg, party=leg.receiver):
        return _Part()
    planned = PaymentLeg.objects.select_for_update(no_key=True).filter(
        cycle=cycle, giver=FEDERATION, receiver=leg.receiver, state=State.PLANNED
    )
    gives_way = list(planned.order_by("id"))
    at_gateways = sum(one.amount_rupiah for one in gives_way if one.rail == Rail.GATEWAY)
    out_of_pool = sum(one.amount_rupiah for one in gives_way) - at_gateways
    pool = pool_items.pool(cycle=cycle)
    claim = pool.claims.get(leg.receiver, 0) - pool.outgoing.get(leg.receiver, 0) + at_gateways + out_of_pool
    room = pool.room(FEDERATION) + at_gateways
    by_gateways = PaymentLeg.objects.filter(cycle=cycle, rail=Rail.GATEWAY, state=State.SUCCEEDED)
    paid = by_gateways.aggregate(sum=Sum("amount_rupiah"))["sum"] or 0
    counted = pool.debts.get(FEDERATION, 0) - pool.open_debts.get(FEDERATION, 0) - paid
    spare = max(0, min(counted, pool.collected_rupiah - pool.committed_rupiah + out_of_pool))
    amount = max(0, min(most, claim, room + spare, federation_books.gateway_balances().get(leg.gateway, 0)))
    return _Part(amount_rupiah=amount, from_pool_rupiah=max(0, amount - room), gives_way=gives_way if amount else ())


def _pay(leg: PaymentLeg, part: _Part, *, words: str, act: Act) -> PaymentLeg:
    take_backs.call_off(list(part.gives_way), cycle=leg.cycle, act=act)
    if part.from_pool_rupiah:
        agent_cash.take_back_from_pool(cycle=leg.cycle, amount_rupiah=part.from_pool_rupiah, act=act)
    payment = legs.Payment(FEDERATION, leg.receiver, part.amount_rupiah, Rail.GATEWAY, gateway=leg.gateway)
    [paid] = legs.plan_all(cycle=leg.cycle, payments=[payment], act=act)
    legs.move(leg=paid, to=State.SUCCEEDED, evidence=words, act=act)
    return paid


def _book(leg: PaymentLeg, entries: list[PlannedTransfer], *, answer: PayoutAnswer, event: str, at: datetime) -> None:
    reference = f"answer:{answer.id}:{event}"
    transfers.record(entries=entries, reference=reference, cause_id=leg.id, happened_at=at, obligation_cause="payout")
