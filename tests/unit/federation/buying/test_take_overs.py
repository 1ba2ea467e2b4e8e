"""The federation takes over what goes back for orders of villages that left: by two persons, from its own cash alone."""

from __future__ import annotations

import uuid

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from federation.buying import refund_steps, take_over_payouts, take_over_rows, take_overs
from federation.models import SellerOrder, TakeOver
from federation.reports import cash_book
from marketplace.orders import counter_queries, refunds
from settlement import advancing, money
from settlement.ledger import own_cash, taken_over, transfers
from settlement.models import Transfer
from settlement.payments import cash_payments
from tenants import codes
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.db import context
from tenants.errors import FormReused
from tenants.people import permissions
from tenants.people.permissions import Principal
from tests.support import factories, shopping
from tests.support.marketplace import ordering
from tests.support.settlement import bank_days, leavers, rounds
from tests.support.shopping import NOON, later

CIBIRU, SUKAMAJU, MELATI = (VillageCode(code) for code in (factories.CIBIRU, factories.SUKAMAJU, factories.MELATI))
OPERATOR, APPROVER = factories.OPERATOR.principal, factories.APPROVER.principal
PAYER_AT_COUNTER = factories.DARTO.principal


@pytest.fixture
def order(market) -> SellerOrder:
    """Two pieces of Cibiru at 10,000, paid at the counter of Sukamaju and with the buyer; the federation's fee is 400."""
    placed = shopping.buy({shopping.product(CIBIRU, price_rupiah=10_000): 2})
    ordering.pay(placed)
    ordering.to_home()
    return ordering.only_order()


@pytest.fixture
def own(market) -> None:
    """The federation has 50,000 of its own."""
    bank_days.own_cash(50_000, at=NOON, first=91)


def propose(order: SellerOrder, amount: int, *, key: str = "", by=OPERATOR) -> uuid.UUID:
    act = Act(by=by, at=later(100), key=key or uuid.uuid4().hex, reason="Barang rusak")
    return take_overs.propose(order_id=order.id, amount_rupiah=amount, act=act)


def approve(take_over_id: uuid.UUID, *, by=APPROVER, key: str = "") -> None:
    take_overs.approve(take_over_id=take_over_id, act=Act(by=by, at=later(110), key=key))


def pay_out(
    order: SellerOrder, take_over_id: uuid.UUID, *, village_code=SUKAMAJU, by=PAYER_AT_COUNTER, purchase_id=None, key: str = ""
) -> None:
    act = Act(by=by, at=later(120), key=key)
    take_over_payouts.pay_out(village_code=village_code, take_over_id=take_over_id, purchase_id=purchase_id or order.purchase_id, act=act)


def booked() -> list[tuple[str, str, int]]:
    return sorted(Transfer.objects.filter(event="taken-over").values_list("debit", "credit", "amount_rupiah"))


def broken() -> set[str]:
    """What the audit finds beside the debts of whoever left at once."""
    return set(ordering.broken_rules()) - {"villages-that-left-owe-nothing"}


def test_seller_gone_the_counter_pays_and_the_federation_owes_it(market, order, own):
    leavers.leave(market, CIBIRU)

    found = propose(order, 10_000)
    assert booked() == []
    for _tap in range(2):
        approve(found, key="one form")

    assert booked() == [("taken-over", f"clearing:{SUKAMAJU}", 10_000)]
    assert ordering.owed()["F", SUKAMAJU] == 10_000
    assert taken_over.free_rupiah() == 40_000
    [due] = counter_queries.find(village_code=SUKAMAJU, code=order.purchase.code).taken_over
    assert (due.amount_rupiah, due.seller_name) == (10_000, "Cibiru")
    for _tap in range(2):
        pay_out(order, found, key="one form")
    assert counter_queries.find(village_code=SUKAMAJU, code=order.purchase.code).taken_over == []
    box = cash_book.of_day(village_code=SUKAMAJU, day=NOON.date())
    assert (box.taken_rupiah, box.paid_out_rupiah) == (20_000, 10_000)
    assert broken() == set()


def test_seller_and_counter_gone_the_federation_pays(market, order, own):
    leavers.leave(market, CIBIRU)
    leavers.leave(market, SUKAMAJU)

    approve(propose(order, 10_000))

    assert booked() == [("taken-over", "own-cash", 10_000)]
    assert TakeOver.objects.get().paid_out_at == later(110)
    assert taken_over.free_rupiah() == 40_000
    assert broken() == set()


def test_counter_gone_the_federation_pays_and_the_seller_owes_it_less_the_fee(market, order, own):
    leavers.leave(market, SUKAMAJU)

    approve(propose(order, 10_000))

    assert booked() == [(f"clearing:{CIBIRU}", "own-cash", 9_800), ("fee-income", "own-cash", 200)]
    assert ordering.owed()[CIBIRU, "F"] == 9_800
    assert taken_over.free_rupiah() == 40_000
    assert broken() == set()


def test_other_peoples_money_is_never_used(market, order):
    leavers.leave(market, CIBIRU)
    bank_days.own_cash(12_000, at=NOON, first=92)
    with transaction.atomic():
        entry = own_cash.owed_by_own(amount_rupiah=5_000)
        transfers.record(entries=[entry], reference="uji:lack", cause_id=order.id, happened_at=NOON)
    found = propose(order, 8_000)

    with pytest.raises(taken_over.OwnCashShort) as refused:
        approve(found)

    assert refused.value.values == {"free": 7_000, "amount": 8_000}
    assert (booked(), TakeOver.objects.get().approved_at) == ([], None)


def test_what_was_taken_over_before_is_not_free_any_more(market, order):
    leavers.leave(market, CIBIRU)
    bank_days.own_cash(15_000, at=NOON, first=93)
    approve(propose(order, 10_000))
    second = propose(order, 10_000)

    with pytest.raises(taken_over.OwnCashShort):
        approve(second)


def test_two_persons_with_their_permissions(market, order, own):
    leavers.leave(market, CIBIRU)
    with pytest.raises(permissions.Forbidden):
        propose(order, 1, by=APPROVER)
    found = propose(order, 1)
    with pytest.raises(permissions.Forbidden):
        approve(found, by=OPERATOR)
    both = permissions.Principal(OPERATOR.account_id, OPERATOR.roles | {(codes.FEDERATION, "approver")})
    with pytest.raises(take_overs.SamePerson):
        approve(found, by=both)
    assert booked() == []


def test_nothing_beyond_what_was_paid_and_did_not_go_back(market, order, own):
    with context.inside(CIBIRU):
        line = order.lines[0]["line_id"] if "line_id" in order.lines[0] else order.lines[0]["id"]
        act = Act(by=ordering.SELLER, at=later(60), key="beri", reason="Penyok")
        refunds.give(order_id=order.id, amounts_rupiah={uuid.UUID(line): 3_000}, delivery_rupiah=0, act=act)
    leavers.leave(market, CIBIRU)
    with pytest.raises(take_overs.BeyondPaid) as refused:
        propose(order, 17_001)
    assert refused.value.values == {"left": 17_000}
    propose(order, 10_000)
    with pytest.raises(take_overs.BeyondPaid):
        propose(order, 7_001)
    with pytest.raises(take_overs.BeyondPaid):
        propose(order, 0)


def test_declined_frees_what_it_held(market, order, own):
    leavers.leave(market, CIBIRU)
    found = propose(order, 20_000)
    for _tap in range(2):
        take_overs.decline(take_over_id=found, act=Act(by=APPROVER, at=later(105), reason="Tidak perlu"))
    with pytest.raises(take_overs.NoSuchTakeOver):
        approve(found)
    again = propose(order, 20_000)
    approve(again)
    with pytest.raises(take_overs.NoSuchTakeOver):
        take_overs.decline(take_over_id=again, act=Act(by=APPROVER, at=later(105), reason="x"))


def test_nothing_is_taken_over_while_seller_and_counter_are_there(market, order, own):
    with pytest.raises(take_overs.NothingToTakeOver):
        propose(order, 1)
    assert take_over_rows.eligible(code=order.purchase.code) == []


def test_a_form_proposes_once(market, order, own):
    leavers.leave(market, CIBIRU)
    assert propose(order, 5, key="f" * 16) == propose(order, 5, key="f" * 16)
    with pytest.raises(FormReused):
        propose(order, 6, key="f" * 16)
    assert TakeOver.objects.count() == 1


def test_another_person_or_another_form_hears_who_did_it_before(market, order, own):
    leavers.leave(market, CIBIRU)
    found = propose(order, 10_000)
    approve(found, key="one form")

    other = Principal(factories.WULAN.id, APPROVER.roles)
    for by, key in ((other, "one form"), (APPROVER, "another form")):
        with pytest.raises(take_overs.ApprovedAlready, match=factories.APPROVER.name):
            approve(found, by=by, key=key)
    pay_out(order, found, key="one form")
    manager = factories.RATNA.principal
    for by, key in ((manager, "one form"), (PAYER_AT_COUNTER, "another form")):
        with pytest.raises(refund_steps.PaidOutAlready, match=factories.DARTO.name):
            pay_out(order, found, by=by, key=key)
    assert len(booked()) == 1


def test_no_stranger_pays_it_out(market, order, own):
    leavers.leave(market, CIBIRU)
    found = propose(order, 5)
    approve(found)
    with pytest.raises(take_overs.NoSuchTakeOver):
        pay_out(order, found, village_code=MELATI, by=factories.TINI.principal)
    with pytest.raises(permissions.Forbidden):
        pay_out(order, found, by=factories.TINI.principal)


def test_it_is_paid_out_for_its_own_purchase_alone(market, order, own):
    other = shopping.buy({shopping.product(MELATI, price_rupiah=10_000): 1}, phone="081290990002")
    leavers.leave(market, CIBIRU)
    found = propose(order, 5)
    approve(found)
    with pytest.raises(take_overs.NoSuchTakeOver):
        pay_out(order, found, purchase_id=other.purchase_id)
    assert TakeOver.objects.get().paid_out_at is None


@given(goods=st.integers(1, 10**9), points=st.integers(0, 10_000), cuts=st.lists(st.integers(1, 10**9), max_size=6))
def test_parts_of_the_fee_equal_the_whole(goods, points, cuts):
    """As take_overs counts them: each part is the difference of two floors, so that all together give the fee of all goods back."""
    fee = money.basis_points(amount_rupiah=goods, basis_points=points)
    ends = sorted({min(cut, goods) for cut in cuts} | {goods})
    parts, before = [], 0
    for end in ends:
        part = take_overs.fee_part(fee_rupiah=fee, goods_rupiah=goods, gone_rupiah=before, more_rupiah=end - before, back_rupiah=sum(parts))
        assert 0 <= part <= end - before
        parts.append(part)
        before = end
    assert sum(parts) == fee


def test_a_cycle_settles_it_out_of_own_cash_and_closes_though_the_seller_is_gone(market, order, own):
    """Sukamaju owes 20,000 and is owed 10,000; nobody is there to take Cibiru's 19,600: they roll on at once, with their money."""
    leavers.leave(market, CIBIRU)
    approve(propose(order, 10_000))

    rounds.collecting(number=1, at=NOON)
    planned = cash_payments.plan(number=1, giver=SUKAMAJU, amount_rupiah=10_000, direct=True, act=Act(by=rounds.MAKER, at=NOON))
    for leg in planned:
        cash_payments.give(number=1, leg_id=leg.id, party=SUKAMAJU, act=Act(by=rounds.MAKER, at=NOON))
        cash_payments.receive(number=1, leg_id=leg.id, party=leg.receiver, act=Act(by=rounds.SECOND, at=NOON))
    assert [(leg.receiver, leg.amount_rupiah) for leg in planned] == [("F", 10_000)]
    assert rounds.balances()["own-cash"] == 50_000 - 9_600

    assert advancing.advance(number=1, at=NOON) == "closed"
    assert rounds.open_items(2) == {("P", CIBIRU): 19_600, ("F", "P"): 19_600}
    assert rounds.balances()["agent-cash"] == 19_600
    assert broken() == set()
