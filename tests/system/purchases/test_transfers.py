"""Money to the shop's own QRIS or account: unpaid until its cashier has seen it, apart from the cash, and given back when it came late."""

from __future__ import annotations

import dataclasses
import uuid

import pytest

from federation.buying import purchase_details
from federation.buying.payment_methods import Tender
from federation.models import Payment, Refund
from federation.reports import cash_book
from marketplace import shops
from marketplace.orders import counter, counter_queries, expiry, reversals
from settlement.models import Obligation
from tenants.acts import Act
from tenants.codes import OUTSIDE, VillageCode
from tenants.db import context
from tenants.errors import FormReused
from tests.support import factories, shopping
from tests.support.marketplace import dealing
from tests.support.marketplace.ordering import broken_rules
from tests.support.shopping import NOON, later

HOME, CIBIRU = VillageCode(factories.SUKAMAJU), VillageCode(factories.CIBIRU)
WHERE = "QRIS “Toko Cibiru”"
CASHIER, HOME_CASHIER = factories.ASEP.principal, factories.DARTO.principal


def take_transfers(village: str) -> None:
    with context.inside(village):
        shops.change(
            settings=dataclasses.replace(shops.settings(), takes_transfer=True, transfer_details=WHERE),
            act=Act(by=factories.staff(context.here()), at=NOON),
        )


@pytest.fixture
def chips(market) -> uuid.UUID:
    take_transfers(CIBIRU)
    return shopping.product(CIBIRU, price_rupiah=10_000)


def bought(chips, **wishes):
    placed = dealing.buy({chips: 2}, **{"method": "transfer", "delivery": "pickup_seller", **wishes})
    [order_id] = dealing.orders_of(placed).values()
    return placed, order_id


def late(order_id, *, form_key: str = "form-late-0001") -> counter.Receipt:
    purchase_id = dealing.get(order_id).purchase_id
    return counter.confirm_late(
        village_code=CIBIRU, purchase_id=purchase_id, order_id=order_id, act=Act(by=CASHIER, at=later(30 * 60), key=form_key)
    )


def test_a_shop_says_where_to_pay_before_it_takes_transfers(market):
    with context.inside(CIBIRU), pytest.raises(shops.TransferDetailsMissing):
        shops.change(
            settings=dataclasses.replace(shops.settings(), takes_transfer=True, transfer_details=" "),
            act=Act(by=factories.staff(context.here()), at=NOON),
        )
    take_transfers(CIBIRU)
    with context.inside(CIBIRU), pytest.raises(shops.TransferDetailsMissing):
        shops.change(
            settings=dataclasses.replace(shops.settings(), transfer_details=""), act=Act(by=factories.staff(context.here()), at=NOON)
        )


def test_it_is_offered_by_shops_that_take_it_to_every_home(chips, market):
    other = shopping.product(factories.MELATI)
    token = shopping.basket({chips: 1, other: 1})
    for home in (HOME, CIBIRU, OUTSIDE):
        offered = {offer.village_code: {choice.method for choice in offer.choices} for offer in shopping.offered(token, home=home)}
        assert "transfer" in offered[CIBIRU]
        assert "transfer" not in offered[factories.MELATI]


def test_the_buyer_is_told_where_to_pay_until_the_cashier_has_confirmed(chips):
    placed, order_id = bought(chips)
    [order] = purchase_details.by_token(token=placed.token).orders
    assert (order.transfer_details, order.paid_at, order.due_rupiah) == (WHERE, None, 20_000)

    counter.confirm(
        village_code=CIBIRU,
        purchase_id=placed.purchase_id,
        tender=Tender.ACCOUNT,
        amount_rupiah=20_000,
        act=Act(by=CASHIER, at=later(5), key="formulir-kasir-1"),
    )

    [order] = purchase_details.by_token(token=placed.token).orders
    assert (order.transfer_details, order.paid_at) == ("", later(5))
    assert dealing.get(order_id).expires_at is None


def test_what_is_on_the_account_is_confirmed_apart_from_the_cash_and_lies_in_no_box(market):
    """Sukamaju is home and seller at once: it takes cash for the other village's goods, and its own by transfer."""
    take_transfers(HOME)
    take_transfers(CIBIRU)
    own, other = shopping.product(HOME, price_rupiah=7_000), shopping.product(CIBIRU, price_rupiah=10_000)
    ways = {HOME: ("transfer", "pickup_seller"), CIBIRU: ("counter", "pickup_home")}
    placed = dealing.buy({own: 1, other: 1}, ways=ways)

    found = counter_queries.find(village_code=HOME, code=placed.code)
    assert {due.tender: due.rupiah for due in found.dues} == {Tender.CASH: 10_000, Tender.ACCOUNT: 7_000}
    terms = {"village_code": HOME, "purchase_id": placed.purchase_id, "act": Act(by=HOME_CASHIER, at=later(5), key="satu-halaman-saja")}
    with pytest.raises(counter.DueChanged):
        counter.confirm(**terms, amount_rupiah=17_000)
    counter.confirm(**terms, amount_rupiah=10_000)
    counter.confirm(**terms, tender=Tender.ACCOUNT, amount_rupiah=7_000)

    box = cash_book.of_day(village_code=HOME, day=later(5).date())
    assert (box.left_rupiah, box.account_rupiah) == (10_000, 7_000)
    assert counter_queries.find(village_code=HOME, code=placed.code).dues == []
    assert broken_rules() == []

    dealing.cancel(dealing.orders_of(placed)[HOME])
    refund = Refund.objects.get()
    assert (refund.village_code, refund.amount_rupiah) == (HOME, 7_000)
    counter.pay_out(village_code=HOME, refund_id=refund.id, act=Act(by=HOME_CASHIER, at=later(6)))
    box = cash_book.of_day(village_code=HOME, day=later(5).date())
    assert (box.left_rupiah, box.account_rupiah) == (10_000, 0)
    assert broken_rules() == []


def test_an_unconfirmed_order_lapses_and_what_was_sent_all_the_same_goes_back(chips):
    placed, order_id = bought(chips)
    assert expiry.expire_due(at=later(25 * 60)) == 1
    [seen] = counter_queries.find(village_code=CIBIRU, code=placed.code).orders
    assert (seen.payable, seen.may_come_late) == (False, True)
    assert not counter_queries.find(village_code=HOME, code=placed.code).orders[0].may_come_late

    receipt = late(order_id)
    assert late(order_id) == receipt
    assert broken_rules() == []

    order = dealing.get(order_id)
    assert (order.state, order.refunded_rupiah) == ("expired", 20_000)
    assert dealing.back(order_id) == [(CIBIRU, 20_000, 0, 400)]
    assert not Obligation.objects.exists()
    with pytest.raises(counter.NothingDue):
        late(order_id, form_key="form-late-0002")
    counter.pay_out(village_code=CIBIRU, refund_id=Refund.objects.get().id, act=Act(by=CASHIER, at=later(31 * 60)))
    assert broken_rules() == []


def test_late_money_that_never_was_is_undone(chips):
    _, order_id = bought(chips)
    with context.inside(CIBIRU):
        reversals.cancel(order_id=order_id, act=Act(by=CASHIER, at=later(3), reason="Habis"))
    receipt = late(order_id)

    counter.undo(village_code=CIBIRU, payment_id=receipt.payment_id, act=Act(by=CASHIER, at=later(31 * 60), reason="Salah lihat"))

    order = dealing.get(order_id)
    assert (order.state, order.paid_at, order.refunded_rupiah) == ("cancelled", None, 0)
    assert broken_rules() == []
    with pytest.raises(FormReused):
        late(order_id)
    late(order_id, form_key="form-late-0002")
    assert Payment.objects.count() == 3
    assert broken_rules() == []


def test_only_money_that_a_buyer_sends_by_himself_comes_late(market):
    product = shopping.product(CIBIRU)
    placed = dealing.buy({product: 1})
    [order_id] = dealing.orders_of(placed).values()
    expiry.expire_due(at=later(25 * 60))
    at = later(26 * 60)
    for village in (HOME, CIBIRU):
        act = Act(by=factories.staff(village), at=at, key="form-late-0001")
        with pytest.raises(counter.NothingDue):
            counter.confirm_late(village_code=village, purchase_id=placed.purchase_id, order_id=order_id, act=act)
