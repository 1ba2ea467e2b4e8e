"""A payment gateway of random trade: buyers pay, refunds go and fail, disputes open and end, in any order, beside a model of it."""

from __future__ import annotations

import dataclasses
import uuid
from dataclasses import dataclass

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, consumes, multiple, rule

from settlement.ledger import deposit_sales, federation_books, gateway_money, open_accounts
from settlement.ledger.gateway_money import DisputeMoney
from settlement.payments import agent_cash
from tests.support.settlement import books
from tests.support.settlement.deals import Deal
from tests.support.settlement.random_trade import WHO, Trading

GATE = "uji"


@dataclass
class Owed:
    """A refund that its buyer waits for."""

    refund_id: uuid.UUID
    rupiah: int
    deal: Deal
    refund_attempt_id: uuid.UUID | None = None


@dataclass
class Disputed:
    """A payment that its buyer's bank disputes."""

    id: uuid.UUID
    deal: Deal
    rupiah: int
    fee: int


def opened(one: Disputed) -> DisputeMoney:
    return DisputeMoney(withdrawn_rupiah=one.rupiah, fee_rupiah=one.fee)


class Gateways(Trading):
    """What buyers do at a gateway. `gate`: what it holds; `lost`: what buyers have by a lost dispute and no refund says so, by order."""

    deposited, carded = Bundle("deposited"), Bundle("carded")
    owed, sent, disputed = Bundle("owed"), Bundle("sent"), Bundle("disputed")

    def __init__(self) -> None:
        super().__init__()
        open_accounts.open_gateway(name=GATE, at=self.now)
        self.gate = 0
        self.was_disputed: set[uuid.UUID] = set()
        self.lost: dict[uuid.UUID, int] = {}

    @rule(
        target=deposited,
        parties=st.lists(WHO, min_size=2, max_size=2),
        goods=st.integers(100, 400_000),
        delivery=st.sampled_from([0, 5_000]),
        home_delivers=st.booleans(),
        charge=st.sampled_from([0, 70, 70, 2_500]),
        twice=st.booleans(),
    )
    def pay_through_gateway(self, parties, goods, delivery, home_delivers, charge, twice):
        home, seller = parties
        if not self.sells(*parties):
            return multiple()
        deliverer = home if home_delivers else seller
        sale = books.sale(goods=goods, fee=goods // 50, delivery=delivery, home=home, seller=seller, holder="F", deliverer=deliverer)
        deal = Deal(sale, 0, payment_id=uuid.uuid4())
        terms = {"gateway": GATE, "payment_id": deal.payment_id, "happened_at": self.now}
        charge = min(charge, goods)
        for first in (True, False)[: 1 + twice]:
            with transaction.atomic(durable=True):
                assert gateway_money.receive(**terms, gross_rupiah=goods + delivery) is first
                assert gateway_money.charge(**terms, charge_rupiah=charge) is first
        self.gate += goods + delivery - charge
        self.begins(deal)
        return deal

    @rule(target=carded, deal=consumes(deposited), twice=st.booleans())
    def hand_over_what_was_paid(self, deal, twice):
        for _ in range(1 + twice):
            with transaction.atomic(durable=True):
                deposit_sales.post(sale=deal.sale, payment_id=deal.payment_id, happened_at=self.now)
        deal.posted = True
        self.count_deposit(deal, sign=1)
        self.ends(deal)
        return deal

    def count_deposit(self, deal: Deal, *, sign: int) -> None:
        sale = deal.now()
        by_seller = sale.delivery_rupiah if sale.deliverer == sale.seller else 0
        self.net[sale.seller] += sign * (sale.goods_rupiah - sale.fee_rupiah + by_seller)
        self.net[sale.home] += sign * (sale.delivery_rupiah - by_seller)
        self.fees += sign * sale.fee_rupiah

    @rule(target=owed, deal=consumes(deposited))
    def end_before_the_hand_over(self, deal):
        with transaction.atomic(durable=True):
            deposit_sales.void(order_id=deal.sale.order_id, happened_at=self.now)
        self.ends(deal)
        return Owed(uuid.uuid4(), deal.sale.goods_rupiah + deal.sale.delivery_rupiah, deal)

    @rule(target=owed, deal=carded, part=st.integers(0, 100), delivery_too=st.booleans())
    def refund_after_the_hand_over(self, deal, part, delivery_too):
        by_seller = deal.sale.deliverer == deal.sale.seller and delivery_too
        goods = (deal.sale.goods_rupiah - deal.refunded) * part // 100
        delivery = deal.sale.delivery_rupiah - deal.delivery_refunded if by_seller else 0
        if not goods + delivery or self.gone(deal.sale.seller):
            return multiple()
        fee = deal.fee_back(deal.refunded + goods) - deal.fee_back(deal.refunded)
        refund = Owed(uuid.uuid4(), goods + delivery, deal)
        terms = {"goods_rupiah": goods, "delivery_rupiah": delivery, "fee_rupiah": fee, "happened_at": self.now}
        for _ in range(2):
            with transaction.atomic(durable=True):
                deposit_sales.refund(order_id=deal.sale.order_id, refund_id=refund.refund_id, **terms)
        self.count_deposit(deal, sign=-1)
        deal.refunded += goods
        deal.delivery_refunded += delivery
        self.count_deposit(deal, sign=1)
        return refund

    @rule(target=carded, deal=consumes(carded))
    def the_payment_was_none_and_another_comes(self, deal):
        """One that its gateway takes back: the order is with its buyer and unpaid, until another pays it."""
        if deal.refunded or deal.delivery_refunded or self.gone(deal.sale.seller, deal.sale.home):
            return deal
        with transaction.atomic(durable=True):
            deposit_sales.unpost(order_id=deal.sale.order_id, payment_id=deal.payment_id, happened_at=self.now)
        deal.payment_id = uuid.uuid4()
        with transaction.atomic(durable=True):
            deposit_sales.post(sale=deal.sale, payment_id=deal.payment_id, happened_at=self.now)
        return deal

    @rule(target=sent, refund=consumes(owed), twice=st.booleans())
    def send_refund(self, refund, twice):
        refund.refund_attempt_id = uuid.uuid4()
        for first in (True, False)[: 1 + twice]:
            with transaction.atomic(durable=True):
                assert deposit_sales.send_refund(**self.sending(refund)) is first
        self.gate -= refund.rupiah
        return refund

    @rule(target=owed, refund=consumes(sent), twice=st.booleans())
    def refund_fails_after_it_was_sent(self, refund, twice):
        for first in (True, False)[: 1 + twice]:
            with transaction.atomic(durable=True):
                assert deposit_sales.return_refund(**self.sending(refund)) is first
        self.gate += refund.rupiah
        return refund

    def sending(self, refund: Owed) -> dict[str, object]:
        terms = {"cause_id": refund.refund_id, "refund_attempt_id": refund.refund_attempt_id, "gateway": GATE}
        return {**terms, "amount_rupiah": refund.rupiah, "happened_at": self.now}

    @rule(target=disputed, deal=st.one_of(deposited, carded), rupiah=st.integers(1, 2_000), fee=st.sampled_from([0, 50]))
    def dispute(self, deal, rupiah, fee):
        if deal.payment_id in self.was_disputed:
            return multiple()
        self.was_disputed.add(deal.payment_id)
        one = Disputed(uuid.uuid4(), deal, min(rupiah, deal.sale.goods_rupiah), fee)
        with transaction.atomic(durable=True):
            gateway_money.dispute(**self.of(one), before=DisputeMoney(), now=opened(one))
        self.gate -= one.rupiah + fee
        return one

    def of(self, one: Disputed) -> dict[str, object]:
        return {"gateway": GATE, "payment_id": one.deal.payment_id, "dispute_id": one.id, "happened_at": self.now}

    @rule(one=consumes(disputed), won=st.booleans())
    def decide_dispute(self, one, won):
        for _ in range(2):
            with transaction.atomic(durable=True):
                ended = {"returned_rupiah": one.rupiah} if won else {"lost_rupiah": one.rupiah}
                gateway_money.dispute(**self.of(one), before=opened(one), now=dataclasses.replace(opened(one), **ended))
        if won:
            self.gate += one.rupiah
        else:
            self.lost[one.deal.sale.order_id] = one.rupiah

    @rule(target=owed, refund=consumes(owed))
    def a_lost_dispute_was_the_refund(self, refund):
        if refund.rupiah > self.lost.get(refund.deal.sale.order_id, 0):
            return refund
        self.lost[refund.deal.sale.order_id] -= refund.rupiah
        with transaction.atomic(durable=True):
            terms = {
                "cause_id": refund.refund_id,
                "refund_attempt_id": refund.refund_id,
                "amount_rupiah": refund.rupiah,
                "happened_at": self.now,
            }
            assert deposit_sales.settle_refund_by_dispute(**terms)
        return multiple()

    @rule()
    def cash_settles(self):
        agent_cash.settle_due(at=self.now)

    def gateway_is_as_the_model_says(self) -> None:
        assert federation_books.gateway_balances().get(GATE, 0) == self.gate
