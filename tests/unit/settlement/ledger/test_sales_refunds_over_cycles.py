"""Money that goes back while cycles go on: before the snapshot what is owed shrinks, after it the open cycle owes it the other way."""

from __future__ import annotations

import uuid

import pytest
from django.db.models import Sum

from deploy import audit
from federation.models import Refund, TurnoverFact
from marketplace.orders import counter
from settlement import advancing
from settlement.cycles import approving, objections
from settlement.models import Obligation
from tenants.acts import Act
from tests.support import shopping
from tests.support.marketplace import dealing
from tests.support.marketplace.dealing import CIBIRU, HOME
from tests.support.settlement import books, paying, rounds
from tests.support.settlement.books_hold import books_hold  # noqa: F401 - a fixture for all of them
from tests.support.settlement.rounds import MAKER, SECOND, T0
from tests.support.shopping import later

STAGES = ("open", "cut off", "proposed", "aborted", "collecting", "closed")
WAYS = {
    "counter": ("counter", "courier_seller"),  # the home village holds it all, the seller delivers
    "home": ("cod_home", "courier_home"),  # the home village holds it and keeps its courier's fee
    "seller": ("cod_seller", "courier_seller"),
}


@pytest.fixture
def chips(market):
    """Three cost 29,997 with a fee of 599, so that no third is a whole number."""
    dealing.set_fees()
    return shopping.product(CIBIRU, price_rupiah=9_999, stock=900)


def reach(stage: str) -> None:
    """Bring the first cycle to a stage."""
    if stage == "cut off":
        rounds.cut_off()
    elif stage in ("proposed", "aborted"):
        rounds.proposed()
        if stage == "aborted":
            approving.abort(number=1, act=Act(by=MAKER, at=T0, reason="Salah hari"))
    elif stage in ("collecting", "closed"):
        rounds.collecting()
        if stage == "closed":
            paying.pay_all()
            assert advancing.advance(number=1, at=T0) == "closed"


def broken_rules() -> list[str]:
    return [result.name for result in audit.run() if result.count]


def turnover(order: uuid.UUID) -> tuple[int, int, int]:
    sums = TurnoverFact.objects.filter(order_id=order).aggregate(Sum("goods_rupiah"), Sum("delivery_rupiah"), Sum("fee_rupiah"))
    return tuple(sums.values())


@pytest.mark.parametrize("stage", STAGES)
def test_refunds_by_piece_in_rupiah_and_of_the_whole_order_at_every_stage(chips, stage):
    orders = {name: dealing.sold(chips, way, phone=f"0812909900{place:02}") for place, (name, way) in enumerate(WAYS.items())}
    assert rounds.open_items(1) == {(HOME, CIBIRU): 2 * 29_398 + 7_002, (HOME, "F"): 2 * 599, (CIBIRU, "F"): 599}
    reach(stage)
    shrinks = stage in ("open", "cut off", "aborted")
    before = {number: rounds.open_items(number) for number in (1, 2)}

    for order in orders.values():
        dealing.take_back(order, 1)

    if shrinks:
        assert rounds.open_items(1) == {(HOME, CIBIRU): 2 * 19_598 + 7_002, (HOME, "F"): 2 * 400, (CIBIRU, "F"): 400}
        assert rounds.open_items(2) == {}
    else:
        assert rounds.open_items(1) == before[1]
        assert rounds.open_items(2) == {(CIBIRU, HOME): 2 * 9_800, ("F", HOME): 2 * 199, ("F", CIBIRU): 199}
    net = books.net(HOME)
    dealing.allow(orders["counter"], 8_888, delivery=7_002)
    assert books.net(HOME)[HOME] - net.get(HOME, 0) == 8_888 + 7_002  # what its counter pays out
    for order in orders.values():
        dealing.take_back(order, 2)

    assert dealing.back(orders["counter"]) == [(HOME, 9_999, 0, 199), (HOME, 8_888, 7_002, 178), (HOME, 11_110, 0, 222)]
    assert [fee for *_, fee in dealing.back(orders["seller"])] == [199, 400]
    assert {village for order in orders.values() for village, *_ in dealing.back(order)} == {HOME, CIBIRU}
    assert [turnover(order) for order in orders.values()] == [(0, 0, 0), (0, 2_003, 0), (0, 7_002, 0)]
    owed = {number: rounds.open_items(number) for number in (1, 2)}
    if shrinks:
        assert owed == {1: {}, 2: {}}
        assert books.net() == {}
    else:  # what came in the cycle goes back in the next, to the rupiah
        back = {(creditor, debtor): rupiah for (debtor, creditor), rupiah in owed[2].items()}
        assert back == {(HOME, CIBIRU): 2 * 29_398 + 7_002, (HOME, "F"): 2 * 599, (CIBIRU, "F"): 599}
    assert broken_rules() == []
    finish(stage)
    assert books.net() == {}
    assert rounds.balances() == {}
    assert broken_rules() == []


def finish(stage: str) -> None:
    """Settle what is left: of the first cycle, then of the second."""
    if stage in ("open", "cut off", "aborted"):
        return
    if stage == "proposed":
        rounds.approve()
        advancing.advance(number=1, at=T0)
    if stage != "closed":
        paying.pay_all()
        assert advancing.advance(number=1, at=T0) == "closed"
    rounds.collecting(number=2)
    paying.pay_all(number=2)
    assert advancing.advance(number=2, at=T0) == "closed"


def test_one_refund_before_and_one_after_the_snapshot_are_one_whole(chips):
    order = dealing.sold(chips, WAYS["counter"])
    dealing.take_back(order, 1)
    rounds.proposed()

    dealing.take_back(order, 2)

    assert [fee for *_, fee in dealing.back(order)] == [199, 400]
    assert rounds.open_items(1) == {(HOME, CIBIRU): 19_598 + 7_002, (HOME, "F"): 400}
    assert rounds.open_items(2) == {(CIBIRU, HOME): 19_598, ("F", HOME): 400}
    assert books.net() == {HOME: -7_002, CIBIRU: 7_002}
    for refund in Refund.objects.all():
        counter.pay_out(village_code=HOME, refund_id=refund.id, act=Act(by=dealing.CASHIER, at=later(99)))
    assert broken_rules() == []


def test_refunds_before_the_hand_over_never_meet_a_cycle(chips):
    """Shortened or cancelled after it was paid, and before it was posted: only what is left is ever owed."""
    placed = [dealing.buy({chips: 3}, phone=f"0812909900{place:02}") for place in (1, 2)]
    shortened, cancelled = (dealing.orders_of(one)[CIBIRU] for one in placed)
    for one in placed:
        dealing.pay(one)
    rounds.collecting()
    dealing.shorten(shortened, 1)
    dealing.cancel(cancelled)
    assert Obligation.objects.count() == 0

    dealing.hand_over(shortened)
    rounds_closed = advancing.advance(number=1, at=T0)
    rounds.proposed(number=2)
    dealing.take_back(shortened, 2)

    assert rounds_closed == "closed"
    assert (dealing.back(shortened), dealing.back(cancelled)) == ([(HOME, 9_999, 0, 199), (HOME, 19_998, 0, 400)], [(HOME, 29_997, 0, 599)])
    assert rounds.open_items(3) == {(CIBIRU, HOME): 19_598, ("F", HOME): 400}
    assert (books.net(), broken_rules()) == ({}, [])


@pytest.mark.parametrize("stage", ["proposed", "collecting"])
def test_a_payment_undone_after_the_snapshot_is_owed_back_and_posted_anew(chips, stage):
    placed = dealing.buy({chips: 3}, delivery="courier_seller")
    [order] = dealing.orders_of(placed).values()
    wrong = dealing.pay(placed)
    dealing.hand_over(order)
    reach(stage)
    before = rounds.open_items(1)

    dealing.undo(wrong)

    assert rounds.open_items(1) == before
    assert rounds.open_items(2) == {(CIBIRU, HOME): 36_400, ("F", HOME): 599}
    assert (books.net(), turnover(order)) == ({}, (0, 0, 0))
    assert set(Obligation.objects.filter(cause="refund").values_list("cause_id", flat=True)) == {wrong}
    dealing.pay(placed)
    assert rounds.open_items(2) == {(CIBIRU, HOME): 36_400, ("F", HOME): 599, (HOME, CIBIRU): 36_400, (HOME, "F"): 599}
    assert (books.net(), turnover(order)) == ({HOME: -36_999, CIBIRU: 36_400}, (29_997, 7_002, 599))
    dealing.take_back(order, 3)  # of the new posting, which no snapshot has frozen
    assert rounds.open_items(2) == {(CIBIRU, HOME): 36_400, ("F", HOME): 599, (HOME, CIBIRU): 7_002}
    assert broken_rules() == []


def test_an_objection_is_met_by_a_refund_and_the_rest_is_taken_by_the_next_snapshot(chips):
    order = dealing.sold(chips, WAYS["counter"])
    other = dealing.sold(chips, WAYS["seller"], phone="081290990002")
    rounds.proposed(objection_days=3)
    held = Obligation.objects.get(debtor=HOME, creditor=CIBIRU)
    objections.object_to(number=1, obligation_id=held.id, village_code=HOME, act=Act(by=MAKER, at=T0, reason="Satu pecah"))
    assert rounds.get().state == "snapshot"

    dealing.allow(order, 9_999)

    held.refresh_from_db()
    assert held.open_rupiah == 29_398 + 7_002 - 9_800  # on hold it is in no snapshot, so it shrinks
    assert rounds.open_items(2) == {("F", HOME): 199}  # the fee stood in the snapshot
    assert advancing.advance(number=1, at=T0) == "proposed"
    assert rounds.solution().gross_rupiah == 599 + 599  # both fees
    objections.answer(number=1, objection_id=held.objections.get().id, answer="Uangnya dikembalikan", act=Act(by=SECOND, at=T0))
    late = rounds.get().objections_until_at
    rounds.approve(at=late)
    advancing.advance(number=1, at=late)
    held.refresh_from_db()
    assert held.open_rupiah == 26_600  # answered after the snapshot: the next one takes it
    dealing.take_back(other, 3)
    paying.pay_all()
    assert advancing.advance(number=1, at=late) == "closed"

    rounds.proposed(number=2, at=late)

    assert rounds.solution(2).gross_rupiah == 26_600 + 199 + 599
    assert broken_rules() == []
    rounds.approve(number=2, at=late)
    advancing.advance(number=2, at=late)
    paying.pay_all(number=2)
    assert advancing.advance(number=2, at=late) == "closed"
    assert (books.net(), rounds.balances()) == ({}, {"own-cash": 400, "fee-income": -400})
    assert broken_rules() == []
