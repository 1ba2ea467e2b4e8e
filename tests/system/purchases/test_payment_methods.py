"""Every method of payment from the table, end to end: ordered, paid and handed over in either order, refunded before and after a
snapshot; the ledger owes what the holder says, and the audit is clean after each step.
"""

from __future__ import annotations

import dataclasses
import uuid
from dataclasses import dataclass

import pytest

from federation.buying import order_states, payment_methods
from federation.buying.payment_methods import METHODS, ConfirmedBy, Holder, Method, PaymentMethod
from federation.models import Refund, SellerOrder
from marketplace import shops
from marketplace.checkout import place_order
from marketplace.orders import counter, counter_queries, steps
from settlement.models import Transfer
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.db import context
from tests.support import factories, shopping
from tests.support.gateways import paying
from tests.support.gateways.stateful import StatefulGateway
from tests.support.marketplace import dealing
from tests.support.marketplace.ordering import broken_rules
from tests.support.settlement import books, rounds
from tests.support.shopping import later

HOME, SELLER = VillageCode(factories.SUKAMAJU), VillageCode(factories.CIBIRU)
PIECES, PRICE = 4, 9_999


@dataclass(frozen=True)
class Walk:
    """An order on its way."""

    placed: place_order.Placed
    order_id: uuid.UUID
    row: PaymentMethod
    gateway: StatefulGateway

    @property
    def order(self) -> SellerOrder:
        return dealing.get(self.order_id)

    @property
    def holder(self) -> VillageCode:
        return self.row.holder.of(seller=SELLER, home=HOME)

    def pay(self) -> None:
        """The money comes, and whoever confirms it says so."""
        if self.row.channel is not None:
            paying.pay(self.placed, self.gateway, channel=self.row.channel)
            return
        due = counter_queries.find(village_code=self.holder, code=self.placed.code).due_rupiah
        counter.confirm(
            village_code=self.holder,
            purchase_id=self.placed.purchase_id,
            tender=self.row.tender,
            amount_rupiah=due,
            act=Act(by=factories.staff(self.holder), at=later(5), key=uuid.uuid4().hex),
        )

    def prepare(self) -> None:
        """Accepted and packed."""
        with context.inside(SELLER):
            for step, state in (("accept", "placed"), ("pack", "accepted")):
                steps.take(order_id=self.order_id, step=step, form_state=state, act=Act(by=dealing.SELLER, at=later(8)))

    def hand_over(self, *, with_money: bool) -> None:
        order = self.order
        cash = order.total_rupiah if with_money else None
        if order.delivery in order_states.AT_HOME:
            steps.take_at_home(
                village_code=HOME, order_id=self.order_id, step="hand_over", cash_rupiah=cash, act=Act(by=dealing.CASHIER, at=later(40))
            )
            return
        with context.inside(SELLER):
            steps.take(
                order_id=self.order_id, step="hand_over", form_state=order.state, cash_rupiah=cash, act=Act(by=dealing.SELLER, at=later(40))
            )

    def send(self) -> None:
        if self.order.delivery != "pickup_seller":
            with context.inside(SELLER):
                steps.take(order_id=self.order_id, step="send", form_state="ready", act=Act(by=dealing.SELLER, at=later(30)))

    def pay_refunds_out(self) -> None:
        if self.row.channel is not None:
            paying.send_refunds(self.gateway)
            assert not Refund.objects.filter(order_id=self.order_id, paid_out_at=None, voided_at=None).exists()
            return
        for refund in Refund.objects.filter(order_id=self.order_id, paid_out_at=None, voided_at=None):
            counter.pay_out(village_code=self.holder, refund_id=refund.id, act=Act(by=factories.staff(self.holder), at=later(120)))


def walk(method: Method, gateway: StatefulGateway) -> Walk:
    """An order by this method, got in the first way that the checkout offers with it."""
    dealing.set_fees()
    with context.inside(SELLER):
        shops.change(
            settings=dataclasses.replace(shops.settings(), takes_transfer=True, transfer_details="QRIS “Toko Cibiru”"),
            act=Act(by=dealing.SELLER, at=shopping.NOON),
        )
    product = shopping.product(SELLER, price_rupiah=PRICE)
    token = shopping.basket({product: PIECES})
    [offer] = shopping.offered(token, home=HOME)
    choice = next(choice for choice in offer.choices if choice.method == method)
    placed = place_order.place(form=shopping.form(token, method=method, delivery=choice.delivery), at=shopping.NOON)
    [order_id] = dealing.orders_of(placed).values()
    assert dealing.get(order_id).holder == choice.holder
    return Walk(placed, order_id, METHODS[method], gateway)


def owed(order: SellerOrder, *, row: PaymentMethod) -> dict[str, int]:
    """What the ledger must owe each party for a completed order, counted for itself: below zero, what the party owes."""
    goods_back = sum(Refund.objects.filter(order=order).values_list("goods_rupiah", flat=True))
    goods = order.goods_rupiah - goods_back
    fee = order.fee_rupiah - order.fee_rupiah * goods_back // order.goods_rupiah
    delivery = order.delivery_fee_rupiah if order.deliverer == SELLER else 0
    by_home = {HOME: order.delivery_fee_rupiah} if order.deliverer == HOME and order.delivery_fee_rupiah else {}
    return {
        Holder.HOME: {HOME: -(goods + delivery), SELLER: goods - fee + delivery, FEDERATION: fee},
        Holder.SELLER: {SELLER: -fee, FEDERATION: fee},
        Holder.FEDERATION: {SELLER: goods - fee + delivery, **by_home, FEDERATION: fee},
    }[row.holder]


def booked() -> dict[str, int]:
    """What stands in the ledger's positions, and what the federation earned."""
    income = books.sums("fee-income")
    earned = income.get("credit_posted", 0) - income.get("debit_posted", 0)
    return {**books.net(), **({FEDERATION: earned} if earned else {})}


@pytest.mark.parametrize("method", Method)
def test_paid_handed_over_and_refunded_before_and_after_a_snapshot(market, gateway, method):
    way = walk(method, gateway)
    assert booked() == {}
    way.prepare()
    if way.row.goods_wait:
        way.pay()
        way.send()
        way.hand_over(with_money=False)
    else:
        way.send()
        way.hand_over(with_money=True)
    assert way.order.state == "completed"
    assert booked() == owed(way.order, row=way.row)
    assert broken_rules() == []

    dealing.take_back(way.order_id, 1)
    assert booked() == owed(way.order, row=way.row)
    way.pay_refunds_out()
    assert broken_rules() == []

    rounds.proposed()
    dealing.take_back(way.order_id, 1)
    assert booked() == owed(way.order, row=way.row)
    way.pay_refunds_out()
    assert way.order.refunded_rupiah == 2 * PRICE
    assert broken_rules() == []


@pytest.mark.parametrize("method", Method)
def test_the_other_order_of_events(market, gateway, method):
    """What is paid beforehand is paid while it is still new; what is paid on delivery is handed over and the money comes after."""
    way = walk(method, gateway)
    if way.row.goods_wait:
        way.pay()
        way.prepare()
        way.send()
        way.hand_over(with_money=False)
    else:
        way.prepare()
        way.send()
        way.hand_over(with_money=False)
        assert way.order.state == "delivered"
        assert booked() == {}
        way.pay()
    assert way.order.state == "completed"
    assert booked() == owed(way.order, row=way.row)
    assert broken_rules() == []


@pytest.mark.parametrize("method", Method)
def test_what_is_refunded_before_the_hand_over_never_reaches_the_ledger(market, gateway, method):
    way = walk(method, gateway)
    if not way.row.goods_wait:
        dealing.shorten(way.order_id, 1)  # not paid yet: the order is smaller
        way.prepare()
        way.send()
        way.hand_over(with_money=True)
    else:
        way.pay()
        dealing.shorten(way.order_id, 1)
        way.pay_refunds_out()
        assert broken_rules() == []
        way.prepare()
        way.send()
        way.hand_over(with_money=False)
    assert way.order.state == "completed"
    assert booked() == owed(way.order, row=way.row)
    assert broken_rules() == []


@pytest.mark.parametrize("method", [method for method in Method if METHODS[method].goods_wait])
def test_goods_that_wait_for_money_go_nowhere_without_it(market, gateway, method):
    way = walk(method, gateway)
    way.prepare()
    leave = way.send if way.order.delivery != "pickup_seller" else lambda: way.hand_over(with_money=False)
    with pytest.raises(steps.NotPaidYet):
        leave()


@pytest.mark.parametrize("method", Method)
def test_a_cancelled_order_leaves_nothing_held(market, gateway, method):
    way = walk(method, gateway)
    if way.row.goods_wait:
        way.pay()
    dealing.cancel(way.order_id)
    way.pay_refunds_out()
    assert booked() == {}
    assert not Transfer.objects.filter(phase="pending", resolutions=None).exists()
    assert way.order.refunded_rupiah == (way.order.total_rupiah if way.row.goods_wait else 0)
    assert broken_rules() == []


def test_money_is_taken_with_the_goods_only_where_the_deliverer_confirms_it():
    for method, row in METHODS.items():
        assert steps.asks_cash(method=method, paid=False) == (row.confirmed_by is ConfirmedBy.DELIVERER)
        assert steps.asks_money_first(method=method, paid=False) == row.goods_wait
        assert not steps.asks_cash(method=method, paid=True)
        assert payment_methods.of(method=method) is row
