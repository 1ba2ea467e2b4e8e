"""Villages of random rounds that leave, and what the federation takes over of them: nothing of theirs is owed, lost or waited for."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter

import psycopg2
import pytest
from django.db import transaction
from django.db.models import Q
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from federation.buying import take_over_payouts, take_overs
from federation.members import leaving
from federation.models import Purchase, Refund, SellerOrder, TakeOver
from settlement.bank.rails import rail_interface as rails
from settlement.bank.statement_files import references
from settlement.ledger import taken_over, unsettled
from settlement.models import Cycle, LegEvent, Obligation, PaymentLeg, StatementLine
from settlement.statement_lines import suspense
from tenants import acts, villages
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.errors import DomainError
from tests.support import servers
from tests.support.settlement import books
from tests.support.settlement.deals import Deal
from tests.support.settlement.random_gateway_payouts import GatewayPayouts
from tests.support.settlement.random_payments import Rail, State, picked
from tests.support.settlement.random_rounds import PICK
from tests.support.settlement.random_trade import MARKET, VILLAGES
from tests.support.settlement.rounds import APPROVER, MAKER, MAKER_AS_APPROVER, T0

TERM = datetime.timedelta(days=14)  # as long as a bank or gateway may still say something
LONG_AGO = T0 - datetime.timedelta(days=90)  # when the orders ended, so that the market's own days to bring goods back are over
STAY = 4  # so many go on trading
ALL_HERE = """
SET session_replication_role = replica;
UPDATE tenants_village SET state = 'active' WHERE state = 'archived';
TRUNCATE federation_takeover, federation_refund, federation_sellerorder, federation_purchase CASCADE
"""
GO = "UPDATE tenants_village SET state = 'archived' WHERE code = %s"
# Of the federation's own cash, what it owes to nobody.
FREE = """
SELECT (SELECT coalesce(sum(CASE WHEN t.debit = one.account THEN t.amount_rupiah ELSE -t.amount_rupiah END * one.sign), 0)
        FROM (VALUES ('own-cash', 1), ('uncovered', -1)) AS one (account, sign)
        JOIN settlement_transfer t ON t.phase = 'posted' AND one.account IN (t.debit, t.credit))
    - (SELECT coalesce(sum(o.open_rupiah), 0) FROM settlement_obligation o JOIN settlement_transfer t ON t.id = o.transfer_id
        WHERE o.debtor = 'F' AND t.debit IN ('fee-income', 'taken-over'))
"""


def as_admin(sql: str, *values: str) -> None:
    with psycopg2.connect(servers.CLUSTER.admin_url(MARKET[0])) as admin, admin.cursor() as cursor:
        cursor.execute(sql, values)
    admin.close()
    villages.forget()


def free() -> int:
    [(rupiah,)] = books.rows(FREE)
    return int(str(rupiah))


class Leavers(GatewayPayouts):
    """Who leaves, when it may. `borne`: what the federation took over; `taken`: of which orders, how much of their goods."""

    def __init__(self) -> None:
        super().__init__()
        as_admin(ALL_HERE)
        self.borne = 0
        self.taken: Counter[uuid.UUID] = Counter()
        self.back_twice: set[uuid.UUID] = set()  # pay-ins of villages that left which the bank took back

    @precondition(lambda self: len(self.left) < len(VILLAGES) - STAY)
    @rule(pick=PICK, patient=st.sampled_from([True, True, False]))
    def somebody_leaves(self, pick, patient):
        """Whose shop is closed, or whoever is even with all, tries first, and of those mostly one that was paid: so few may leave, and of
        others nothing comes back. The patient wait for the bank, but with no cycle under way."""
        here = [village for village in VILLAGES if not self.gone(village) and not self.is_in_orders(village)]
        if not here:
            return
        even = [village for village in here if not self.net[village]] or here
        paid = [village for village in even if village in self.paid()]
        if not paid and pick % 8 != 7:
            return
        who = self.closing if self.closing in even else (paid or even)[pick % len(paid or even)]
        self.leaves(who, patient=patient)

    def paid(self) -> set[str]:
        """Whom a bank or a gateway has paid."""
        return set(PaymentLeg.objects.exclude(rail=Rail.CASH).filter(giver="F", state=State.SUCCEEDED).values_list("receiver", flat=True))

    def leaves(self, who: str, *, patient: bool) -> None:
        if patient and not self.cycle:
            self.now += TERM
        act = acts.by_command_line(at=self.now, reason="keluar")
        reasons, refusal = self.reasons_to_stay(who), None
        try:
            with transaction.atomic():
                leaving.refuse_unfinished(village_code=VillageCode(who), act=act)
                unsettled.refuse_unsettled(village_code=VillageCode(who), act=act)
        except DomainError as error:
            refusal = error
        assert bool(refusal) is bool(reasons), (who, reasons, refusal)
        if refusal is None:
            as_admin(GO, who)
            self.left.add(who)
            self.closing = ""
            self.something_of_one_who_left_comes_back(pick=len(self.taken))

    def is_in_orders(self, who: str) -> bool:
        """Whether an order of its lives: then the market, which has no rows of them here, does not let it go."""
        sales = [deal.sale for deal in self.living.values()]
        return any(who in (sale.seller, sale.home, sale.holder, sale.deliverer) for sale in sales)

    def reasons_to_stay(self, who: str) -> list[str]:
        """Why somebody still waits for a village, or it for somebody."""
        theirs = PaymentLeg.objects.filter(Q(giver=who) | Q(receiver=who))
        ended = theirs.exclude(rail=Rail.CASH).filter(state__in=("succeeded", "failed")).exclude(state="failed", to_account=None)
        said = LegEvent.objects.filter(leg__in=ended, quarantined=False, state__in=("succeeded", "failed"))
        keys = {references.pay_in(cycle_number=number, village_code=who) for number in Cycle.objects.values_list("number", flat=True)}
        keys |= set(theirs.values_list("key", flat=True))
        waiting = StatementLine.objects.filter(state__in=("open", "suspense"))
        found = {
            "position": self.net[who] != 0,
            "obligations": Obligation.objects.filter(Q(debtor=who) | Q(creditor=who), open_rupiah__gt=0).exists(),
            "cycle": theirs.filter(cycle__state__in=Cycle.MOVING).exclude(state=State.FAILED).exists(),
            "bank": said.filter(at__gt=self.now - TERM).exists(),
            "lines": waiting.filter(Q(leg__in=theirs) | Q(key__in=keys)).exists(),
            "counter": TakeOver.objects.filter(payer=who, paid_out_at=None).exists(),
        }
        return [reason for reason, holds in found.items() if holds]

    @precondition(lambda self: self.left)
    @rule(pick=PICK, percent=st.integers(1, 110), by=st.sampled_from([APPROVER, APPROVER, MAKER_AS_APPROVER]), with_capital=st.booleans())
    def the_federation_takes_over(self, pick, percent, by, with_capital):
        """Out of what it has of its own, or brings for it."""
        deals = [deal for deal in self.finished.values() if self.gone(deal.sale.seller, deal.sale.holder)]
        deals = [deal for deal in deals if deal.payment_id not in self.was_disputed]
        if not deals:
            return
        deal = deals[pick % len(deals)]
        left = deal.sale.goods_rupiah - deal.refunded - self.taken[deal.sale.order_id]
        amount = max(1, left * percent // 100)
        self.know(deal)
        terms = {"order_id": deal.sale.order_id, "amount_rupiah": amount}
        act = Act(by=MAKER, at=self.now, key=uuid.uuid4().hex, reason="Barang rusak")
        if amount > left:
            with pytest.raises(take_overs.BeyondPaid):
                take_overs.propose(**terms, act=act)
            return
        proposed = take_overs.propose(**terms, act=act)
        if with_capital and amount > free():
            self.decide(self.statement("modal federasi", amount - free(), incoming=True))
        refusal = take_overs.SamePerson if by == MAKER_AS_APPROVER else taken_over.OwnCashShort if amount > free() else None
        if refusal:
            with pytest.raises(refusal):
                take_overs.approve(take_over_id=proposed, act=Act(by=by, at=self.now))
            take_overs.decline(take_over_id=proposed, act=Act(by=MAKER, at=self.now, reason="Tidak jadi"))
            return
        for _tap in range(2):
            take_overs.approve(take_over_id=proposed, act=Act(by=by, at=self.now, key=proposed.hex))
        self.take_over(deal, amount)

    @precondition(lambda self: self.left)
    @rule(pick=PICK)
    def more_is_taken_over(self, pick):
        """Once more, since there is so much else to do."""
        self.the_federation_takes_over(pick=pick, percent=60, by=APPROVER, with_capital=True)

    def it_ends(self, percent, direct):
        """Once a cycle has ended, whoever is to leave can, and something of who has left comes back."""
        super().it_ends(percent, direct)
        if not self.cycle and len(self.left) < len(VILLAGES) - STAY:
            ready = [who for who in VILLAGES if not self.gone(who) and not self.is_in_orders(who) and not self.net[who]]
            for who in [who for who in ready if who == self.closing or who in self.paid()][:1]:
                self.leaves(who, patient=True)
        if self.left:
            self.more_is_taken_over(pick=len(self.taken))
            self.something_of_one_who_left_comes_back(pick=len(self.taken))

    def take_over(self, deal: Deal, amount: int) -> None:
        """Seller gone: the federation bears it, and owes the counter that is there; else the seller owes it, less the fee."""
        sale, before = deal.sale, deal.refunded + self.taken[deal.sale.order_id]
        self.taken[sale.order_id] += amount
        if self.gone(sale.seller):
            self.borne += amount
            self.net[sale.holder] += 0 if sale.holder == "F" or self.gone(sale.holder) else amount
        else:
            fee = deal.fee_back(before + amount) - deal.fee_back(before)
            self.net[sale.seller] -= amount - fee
            self.fees -= fee

    def know(self, deal: Deal) -> None:
        """The market's row of an order, with what went back of it, as far as a take-over reads them."""
        sale = deal.sale
        if SellerOrder.objects.filter(id=sale.order_id).exists():
            return
        total, back = sale.goods_rupiah + sale.delivery_rupiah, deal.refunded + deal.delivery_refunded
        key = sale.order_id.hex
        purchase = Purchase.objects.create(form_key=key, code=key[:9], home_village=sale.home, total_rupiah=total, placed_at=LONG_AGO)
        order = SellerOrder.objects.create(
            **{"id": sale.order_id, "purchase": purchase, "seller": sale.seller, "home_village": sale.home, "holder": sale.holder},
            **{"state": "completed", "method": "counter", "delivery": "pickup_home", "deliverer": sale.deliverer, "lines": []},
            **{"goods_rupiah": sale.goods_rupiah, "delivery_fee_rupiah": sale.delivery_rupiah, "total_rupiah": total},
            **{"fee_basis_points": deal.basis_points, "fee_rupiah": sale.fee_rupiah, "refunded_rupiah": back, "placed_at": LONG_AGO},
            **{"paid_at": LONG_AGO, "handed_over_at": LONG_AGO, "ended_at": LONG_AGO},
        )
        if back:
            goods, delivery, fee = deal.refunded, deal.delivery_refunded, deal.fee_back(deal.refunded)
            terms = {"goods_rupiah": goods, "delivery_rupiah": delivery, "amount_rupiah": back, "fee_rupiah": fee}
            paid = {"reason": "Rusak", "made_at": LONG_AGO, "paid_out_at": LONG_AGO}
            Refund.objects.create(order=order, reference=key, village_code=sale.holder, **terms, **paid)

    @precondition(lambda self: self.left)
    @rule()
    def counters_pay_what_was_taken_over(self):
        for row in TakeOver.objects.exclude(payer="F").filter(approved_at__isnull=False, paid_out_at=None).select_related("order"):
            terms = {"village_code": VillageCode(row.payer), "take_over_id": row.id, "purchase_id": row.order.purchase_id}
            for _tap in range(2):
                take_over_payouts.pay_out(**terms, act=Act(by=MAKER, at=self.now, key=row.id.hex))

    @precondition(lambda self: self.left)
    @rule(pick=PICK)
    def the_bank_takes_back_what_one_who_left_had_paid_in(self, pick):
        leg = picked(pick, rail=Rail.BANK, receiver="F", state=State.SUCCEEDED, giver__in=self.left)
        if leg is None:
            return
        shown = StatementLine.objects.filter(leg=leg, incoming=True).first()
        line = self.statement(references.pay_in(cycle_number=leg.cycle.number, village_code=leg.giver), leg.amount_rupiah, incoming=False)
        if shown is None or line.state != StatementLine.State.OPEN:
            return
        act = Act(by=MAKER, at=self.now, reason="Kata bank")
        if leg.id in self.back_twice:
            with pytest.raises(suspense.NoSuchPayIn):
                suspense.take_back(line_id=line.id, pay_in_id=shown.id, act=act)
        elif shown.amount_rupiah == leg.amount_rupiah and shown.state == StatementLine.State.MATCHED:
            suspense.take_back(line_id=line.id, pay_in_id=shown.id, act=act)
            self.back_twice.add(leg.id)
            self.net[leg.giver] -= leg.amount_rupiah

    @precondition(lambda self: self.left)
    @rule(pick=PICK, by_gateway=st.booleans())
    def a_payout_of_one_who_left_comes_back(self, pick, by_gateway):
        rail = Rail.GATEWAY if by_gateway else Rail.BANK
        leg = picked(pick, rail=rail, giver="F", receiver__in=self.left, state=State.SUCCEEDED)
        if leg is None:
            return
        if by_gateway:
            self.hear_of(leg, rails.OutcomeState.RETURNED)
        else:
            self.show(leg, amount=leg.amount_rupiah, incoming=True)

    @precondition(lambda self: self.left)
    @rule(pick=PICK)
    def something_of_one_who_left_comes_back(self, pick):
        """Whatever there is: what was paid, or had failed."""
        self.a_payout_of_one_who_left_comes_back(pick=pick, by_gateway=True)
        self.a_payout_of_one_who_left_comes_back(pick=pick, by_gateway=False)
        self.a_failed_payout_of_one_who_left_was_paid(pick=pick)
        self.the_bank_takes_back_what_one_who_left_had_paid_in(pick=pick)

    @precondition(lambda self: self.left)
    @rule(pick=PICK)
    def a_failed_payout_of_one_who_left_was_paid(self, pick):
        """So the gateway says late."""
        leg = picked(pick, rail=Rail.GATEWAY, receiver__in=self.left, state=State.FAILED)
        if leg is not None:
            self.hear_of(leg, rails.OutcomeState.SUCCEEDED)

    def see_what_became_of(self, leg: PaymentLeg) -> None:
        """What the bank sends back to one who left is not held for it."""
        super().see_what_became_of(leg)
        now = PaymentLeg.objects.get(id=leg.id).state
        if leg.state == State.SUCCEEDED and now == State.RETURNED and self.gone(leg.receiver):
            self.borne -= leg.amount_rupiah

    def books_are_as_the_model_says(self) -> None:
        """What one who left would owe, or be owed, by what a bank or gateway says since, is the federation's."""
        for who in self.left:
            self.borne -= self.net[who]
            self.net[who] = 0
        super().books_are_as_the_model_says()
        found = books.sums("taken-over")
        assert found.get("debit_posted", 0) - found.get("credit_posted", 0) == self.borne
        own = books.sums("own-cash")
        assert own.get("debit_posted", 0) >= own.get("credit_posted", 0)

    def nothing_is_left_of_those_who_left(self) -> None:
        theirs = PaymentLeg.objects.filter(Q(giver__in=self.left) | Q(receiver__in=self.left))
        assert not theirs.filter(state__in=PaymentLeg.ACTIVE).exists()
        owed = Obligation.objects.filter(Q(debtor__in=self.left) | Q(creditor__in=self.left), open_rupiah__gt=0)
        assert not owed.exists()
