"""Random villages trade, pay, undo, refund and cancel: after each step every invariant of the ledger holds, and the books are what a
model in plain integers says."""

from __future__ import annotations

import uuid

import psycopg2
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule, run_state_machine_as_test

from deploy.audit import examination
from settlement import money
from settlement.ledger import positions, sales
from tests.support import servers
from tests.support.settlement import books
from tests.support.settlement.books import A, B, C
from tests.support.settlement.deals import Deal

VILLAGES = (A, B, C)
LIMIT, GUEST_LIMIT = 1_000_000, 300_000
EMPTY = """
SET session_replication_role = replica;
TRUNCATE settlement_transfer, settlement_obligation, settlement_objection, settlement_reference, settlement_positionincrement;
UPDATE settlement_position SET debit_pending_rupiah = 0, debit_posted_rupiah = 0, credit_pending_rupiah = 0, credit_posted_rupiah = 0,
    guest_pending_rupiah = 0, limit_rupiah = CASE WHEN limit_rupiah IS NULL THEN NULL ELSE 1000000 END,
    guest_limit_rupiah = CASE WHEN limit_rupiah IS NULL THEN NULL ELSE 300000 END
"""


class Trade(RuleBasedStateMachine):
    """The ledger beside the model."""

    reserved, posted, gone = Bundle("reserved"), Bundle("posted"), Bundle("gone")

    def __init__(self) -> None:
        super().__init__()
        with psycopg2.connect(servers.CLUSTER.admin_url(MARKET[0])) as admin, admin.cursor() as cursor:
            cursor.execute(EMPTY)
        admin.close()
        self.pending: dict[uuid.UUID, int] = {}  # what each order holds of its holder's limit
        self.deals: dict[uuid.UUID, Deal] = {}

    def exposure(self, village: str) -> int:
        owed = sum(self.pending[deal.sale.order_id] for deal in self.deals.values() if deal.sale.holder == village)
        posted = [deal for deal in self.deals.values() if deal.posted]
        owed += sum(deal.owes() for deal in posted if deal.sale.holder == village)
        return max(0, owed - sum(deal.earns() for deal in posted if deal.sale.seller == village))

    def guests(self, village: str) -> int:
        mine = (deal for deal in self.deals.values() if deal.guest_counts and deal.sale.holder == village)
        return sum(self.pending[deal.sale.order_id] for deal in mine)

    @rule(
        target=reserved,
        home=st.sampled_from(VILLAGES),
        seller=st.sampled_from(VILLAGES),
        by_seller=st.booleans(),
        goods=st.integers(1, 400_000),
        basis_points=st.sampled_from([0, 1, 200, 10_000]),
        delivery=st.sampled_from([0, 5_000]),
        home_delivers=st.booleans(),
        by_guest=st.booleans(),
    )
    def order(self, home, seller, by_seller, goods, basis_points, delivery, home_delivers, by_guest):
        fee = money.basis_points(amount_rupiah=goods, basis_points=basis_points)
        deliverer = home if home_delivers else seller
        holder = seller if by_seller else home
        sale = books.sale(
            goods=goods, fee=fee, delivery=delivery, home=home, seller=seller, holder=holder, deliverer=deliverer, by_guest=by_guest
        )
        deal = Deal(sale, basis_points)
        amount = deal.owes() if deal.held_elsewhere else 0
        too_much = amount > 0 and self.exposure(holder) + amount > LIMIT
        guests_too_much = by_guest and amount > 0 and self.guests(holder) + amount > GUEST_LIMIT
        try:
            books.reserve(sale)
        except sales.CreditLimitExceeded:
            assert too_much
            return multiple()
        except sales.GuestLimitExceeded:
            assert guests_too_much
            assert not too_much
            return multiple()
        assert not too_much
        assert not guests_too_much
        self.deals[sale.order_id], self.pending[sale.order_id] = deal, amount
        deal.guest_counts = by_guest and deal.held_elsewhere
        return deal

    @rule(deal=reserved)
    def secure(self, deal):
        books.secure(deal.sale)
        deal.guest_counts = False

    @rule(deal=reserved, part=st.integers(0, 100))
    def shorten(self, deal, part):
        if not deal.posted:
            deal.refunded += (deal.sale.goods_rupiah - deal.refunded) * part // 100

    @rule(target=posted, deal=consumes(reserved))
    def post(self, deal):
        deal.payment_id = books.post(deal.now())
        deal.posted, deal.guest_counts, self.pending[deal.sale.order_id] = True, False, 0
        return deal

    @rule(deal=posted)
    def post_again(self, deal):
        before = len(books.transfers())
        if not deal.refunds:
            books.post(deal.now(), payment_id=deal.payment_id)
        assert len(books.transfers()) == before

    @rule(deal=posted, part=st.integers(0, 100), delivery_too=st.booleans(), twice=st.booleans())
    def refund(self, deal, part, delivery_too, twice):
        goods = (deal.sale.goods_rupiah - deal.refunded) * part // 100
        delivery = deal.sale.delivery_rupiah - deal.delivery_refunded if delivery_too else 0
        fee = deal.fee_back(deal.refunded + goods) - deal.fee_back(deal.refunded)
        refund_id = uuid.uuid4()
        for _ in range(1 + twice):
            books.refund(deal.sale, goods=goods, fee=fee, delivery=delivery, refund_id=refund_id)
        deal.refunded += goods
        deal.delivery_refunded += delivery
        deal.refunds.append((refund_id, goods, delivery, fee))

    @rule(target=reserved, deal=consumes(posted))
    def undo(self, deal):
        books.unpost(deal.sale, deal.payment_id)
        deal.posted, self.pending[deal.sale.order_id] = False, deal.owes() if deal.held_elsewhere else 0
        deal.refunds = []
        return deal

    @rule(target=gone, deal=consumes(reserved))
    def void(self, deal):
        books.void(deal.sale)
        deal.guest_counts, self.pending[deal.sale.order_id] = False, 0
        return deal

    @rule(deal=gone)
    def void_again(self, deal):
        books.void(deal.sale)

    @rule()
    def fold(self):
        positions.fold()

    @invariant()
    def books_are_as_the_model_says(self):
        for position in positions.all_():
            village = position.village_code
            assert position.exposure_rupiah == self.exposure(village)
            assert position.guest_pending_rupiah == self.guests(village)
        posted = [deal for deal in self.deals.values() if deal.posted]
        assert books.sums("fee-income").get("credit_posted", 0) - books.sums("fee-income").get("debit_posted", 0) == sum(
            deal.now().fee_rupiah for deal in posted
        )

    @invariant()
    def every_rule_of_the_ledger_holds(self):
        assert examination.broken_books() == {}


MARKET: list[str] = []  # the database of the test that runs


def test_random_trade_keeps_the_books_right(market):
    MARKET[:] = [market.database]
    run_state_machine_as_test(
        Trade,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
        ),
    )
