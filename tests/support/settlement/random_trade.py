"""Six villages that trade at random by every kind of posting, beside a model in plain integers of who is owed what."""

from __future__ import annotations

import collections
import datetime
import uuid

import psycopg2
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, multiple, rule

from settlement import money
from settlement.ledger import positions
from tests.support import servers
from tests.support.settlement import books, rounds
from tests.support.settlement.deals import Deal

VILLAGES = rounds.VILLAGES
WHO = st.sampled_from(VILLAGES)
TABLES = (
    *("transfer", "obligation", "objection", "reference", "positionincrement", "cycle", "snapshot", "cycleedge", "solution", "setoff"),
    *("cycleparty", "approval", "carryterm", "bankfile", "paymentleg", "legevent", "bankstatement", "statementline"),
    *("gatewaypayout", "payoutanswer", "lineowner"),
)
EMPTY = f"""
SET session_replication_role = replica;
TRUNCATE {", ".join(f"settlement_{table}" for table in TABLES)}, tenants_activityentry;
UPDATE settlement_position SET debit_pending_rupiah = 0, debit_posted_rupiah = 0, credit_pending_rupiah = 0, credit_posted_rupiah = 0,
    guest_pending_rupiah = 0, limit_rupiah = 1000000000000;
INSERT INTO settlement_cycle (id, number, state, opened_at, objection_days, collection_days, end_reason)
VALUES (settlement_uuid7(), 1, 'open', now(), 0, 0, '')
"""  # noqa: S608 - our own names
MARKET: list[str] = []  # the database of the test that runs


class Trading(RuleBasedStateMachine):
    """What buyers and shops do. `net`: what a village is owed by what is posted; `pending`: what an order holds of a limit.

    living: orders that are not with their buyers yet, finished: those that are; left: the villages that are gone; closing: one whose shop
    takes no orders any more, since it is to leave.
    """

    reserved, posted = Bundle("reserved"), Bundle("posted")

    def __init__(self) -> None:
        super().__init__()
        with psycopg2.connect(servers.CLUSTER.admin_url(MARKET[0])) as admin, admin.cursor() as cursor:
            cursor.execute(EMPTY)
        admin.close()
        self.now: datetime.datetime = rounds.T0
        self.net: collections.Counter[str] = collections.Counter()
        self.pending: dict[uuid.UUID, tuple[str, int]] = {}
        self.fees = 0
        self.living: dict[uuid.UUID, Deal] = {}
        self.finished: dict[uuid.UUID, Deal] = {}
        self.closing = ""
        self.left: set[str] = set()

    def gone(self, *parties: str) -> bool:
        """Whether one of them has left; the market refuses what would be written there, or be owed at a counter that is gone."""
        return bool(self.left & set(parties))

    def sells(self, *parties: str) -> bool:
        """Whether all of them trade."""
        return not self.gone(*parties) and self.closing not in parties

    def begins(self, deal: Deal) -> None:
        self.living[deal.sale.order_id] = deal
        self.finished.pop(deal.sale.order_id, None)

    def ends(self, deal: Deal) -> None:
        self.living.pop(deal.sale.order_id, None)
        if deal.posted:
            self.finished[deal.sale.order_id] = deal

    def count(self, deal: Deal, *, sign: int) -> None:
        """Add what a posted deal makes its parties owe and own, or take it away."""
        self.net[deal.sale.holder] -= sign * deal.owes()
        self.net[deal.sale.seller] += sign * deal.earns()
        self.fees += sign * deal.now().fee_rupiah

    def hold(self, deal: Deal) -> None:
        self.pending[deal.sale.order_id] = (deal.sale.holder, deal.owes() if deal.held_elsewhere else 0)

    @rule(
        target=reserved,
        parties=st.lists(WHO, min_size=2, max_size=2),
        by_seller=st.booleans(),
        goods=st.integers(1, 400_000),
        basis_points=st.sampled_from([0, 1, 200, 10_000]),
        delivery=st.sampled_from([0, 5_000]),
        home_delivers=st.booleans(),
    )
    def order(self, parties, by_seller, goods, basis_points, delivery, home_delivers):
        home, seller = parties
        if not self.sells(*parties):
            return multiple()
        sale = books.sale(
            goods=goods,
            fee=money.basis_points(amount_rupiah=goods, basis_points=basis_points),
            delivery=delivery,
            home=home,
            seller=seller,
            holder=seller if by_seller else home,
            deliverer=home if home_delivers else seller,
        )
        books.reserve(sale)
        deal = Deal(sale, basis_points)
        self.hold(deal)
        self.begins(deal)
        return deal

    @rule(target=posted, deal=consumes(reserved))
    def post(self, deal):
        deal.payment_id = books.post(deal.now())
        deal.posted, self.pending[deal.sale.order_id] = True, (deal.sale.holder, 0)
        self.count(deal, sign=1)
        self.ends(deal)
        return deal

    @initialize(target=posted, goods=st.integers(1_000, 400_000), closes=st.sampled_from(["", *VILLAGES[:3]]))
    def some_trade(self, goods, closes):
        deals = self.trade_in_a_circle(circle=VILLAGES[:4], goods=goods)
        self.closing = closes
        return deals

    @rule(target=posted, circle=st.lists(WHO, min_size=2, max_size=4, unique=True), goods=st.integers(1_000, 400_000))
    def trade_in_a_circle(self, circle, goods):
        """Each buys from the next, at another price: something to set off."""
        circle = [village for village in circle if self.sells(village)]
        if len(circle) < 2:
            return multiple()
        deals = []
        for place, home in enumerate(circle):
            sale = books.sale(goods=goods + place, fee=goods // 50, home=home, seller=circle[(place + 1) % len(circle)])
            deal = Deal(sale, 0, posted=True, payment_id=books.complete(sale))
            self.count(deal, sign=1)
            self.ends(deal)
            deals.append(deal)
        return multiple(*deals)

    @rule(deal=posted, part=st.integers(0, 100), delivery_too=st.booleans(), twice=st.booleans())
    def refund(self, deal, part, delivery_too, twice):
        if self.gone(deal.sale.seller, deal.sale.holder):
            return
        goods = (deal.sale.goods_rupiah - deal.refunded) * part // 100
        delivery = deal.sale.delivery_rupiah - deal.delivery_refunded if delivery_too else 0
        fee = deal.fee_back(deal.refunded + goods) - deal.fee_back(deal.refunded)
        refund_id = uuid.uuid4()
        for _ in range(1 + twice):
            books.refund(deal.sale, goods=goods, fee=fee, delivery=delivery, refund_id=refund_id)
        self.count(deal, sign=-1)
        deal.refunded += goods
        deal.delivery_refunded += delivery
        self.count(deal, sign=1)

    @rule(target=reserved, deal=consumes(posted))
    def undo(self, deal):
        if deal.refunded == deal.sale.goods_rupiah or self.gone(deal.sale.seller, deal.sale.home):
            return multiple()  # the market undoes no payment once all its goods came back
        books.unpost(deal.sale, deal.payment_id)
        self.count(deal, sign=-1)
        deal.posted = False
        self.hold(deal)
        self.begins(deal)
        return deal

    @rule(deal=consumes(reserved))
    def void(self, deal):
        books.void(deal.sale)
        self.ends(deal)
        self.pending[deal.sale.order_id] = (deal.sale.holder, 0)

    @rule(hours=st.integers(1, 60), folded=st.booleans())
    def wait(self, hours, folded):
        self.now += datetime.timedelta(hours=hours)
        if folded:
            positions.fold()

    def books_are_as_the_model_says(self) -> None:
        """Positions and fees; set-off, roll-over and every refusal must leave them as they are."""
        holding: collections.Counter[str] = collections.Counter()
        for village, amount in self.pending.values():
            holding[village] += amount
        for position in positions.all_():
            village = position.village_code
            assert position.net_rupiah == self.net[village], village
            assert position.exposure_rupiah == max(0, holding[village] - self.net[village]), village
        earned = books.sums("fee-income")
        assert earned.get("credit_posted", 0) - earned.get("debit_posted", 0) == self.fees
