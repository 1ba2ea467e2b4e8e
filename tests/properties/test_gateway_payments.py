"""Whatever a gateway, its buyer and the shops do in whatever order: what it holds is what the books say, and no rupiah is kept or lost."""

from __future__ import annotations

import contextlib
import os
import uuid

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from federation.models import GatewayPayment, GatewayRefund, SellerOrder
from marketplace.gateway_payments import payment_round
from marketplace.orders import expiry
from settlement.bank.gateways.gateway_interface import Channel, Dispute, DisputeState, RefundState
from settlement.ledger import federation_books
from tenants.errors import DomainError
from tenants.events import effects
from tests.support import factories, shopping
from tests.support.gateways import paying
from tests.support.gateways.stateful import NAME, StatefulGateway
from tests.support.marketplace import dealing
from tests.support.marketplace.ordering import broken_rules
from tests.support.shopping import later

RUNS = int(os.environ.get("PASARSAMA_EXAMPLES", "0")) or 12  # each takes seconds
SELLERS = (factories.CIBIRU, factories.MELATI)
ACTIONS = st.one_of(
    st.tuples(st.just("start"), st.sampled_from(Channel)),
    st.tuples(st.sampled_from(["pay", "fail", "process", "lapse", "dispute", "lose", "win"]), st.integers(0, 2)),
    st.tuples(st.just("refund"), st.sampled_from([RefundState.SUCCEEDED, RefundState.FAILED, RefundState.REQUIRES_ACTION])),
    st.tuples(st.sampled_from(["cancel", "shorten", "hand_over", "take_back"]), st.integers(0, 1)),
    st.tuples(st.sampled_from(["tell", "look", "lapse_orders", "silent", "loud"]), st.none()),
)


class Life:
    """One purchase of two sellers, and all that happens to it. Amounts at the gateway are counted by the gateway itself."""

    def __init__(self, gateway: StatefulGateway, number: int) -> None:
        self.gateway, self.minutes = gateway, 1
        goods = {shopping.product(seller, price_rupiah=7_001): 2 for seller in SELLERS}
        self.placed = dealing.buy(goods, method="card", phone=f"0812{number % 10**8:08}")
        self.orders = [dealing.orders_of(self.placed)[seller] for seller in SELLERS]
        self.disputed: dict[str, Dispute] = {}

    def payments(self) -> list[GatewayPayment]:
        rows = GatewayPayment.objects.filter(purchase_id=self.placed.purchase_id).order_by("id")
        known = self.gateway.keys()
        return [row for row in rows if row.key in known]

    def do(self, action: str, detail: object) -> None:
        """One thing happens; what the rules refuse changes nothing."""
        self.minutes += 7
        with contextlib.suppress(DomainError):
            getattr(self, action)(detail)

    def start(self, channel: Channel) -> None:
        paying.start(self.placed, channel=channel, at=later(self.minutes))

    def _at_gateway(self, number: int, *, paid: bool) -> str | None:
        rows = self.payments()
        key = rows[number].key if number < len(rows) else None
        return key if key is not None and (self.gateway.state_of(key) == "succeeded") == paid else None

    def pay(self, number: int) -> None:
        if key := self._at_gateway(number, paid=False):
            self.gateway.pay(key)

    def fail(self, number: int) -> None:
        if key := self._at_gateway(number, paid=False):
            self.gateway.fail(key)

    def process(self, number: int) -> None:
        if key := self._at_gateway(number, paid=False):
            self.gateway.process(key)

    def lapse(self, number: int) -> None:
        if key := self._at_gateway(number, paid=False):
            self.gateway.lapse(key)

    def dispute(self, number: int) -> None:
        key = self._at_gateway(number, paid=True)
        sent = GatewayRefund.objects.filter(gateway_payment_id=uuid.UUID(key or "0" * 32)).exclude(sent_at=None).exists()
        if key and key not in self.disputed and not sent:  # banks do not take back what went back
            row = GatewayPayment.objects.get(id=uuid.UUID(key))
            opened = self.gateway.dispute(key, amount_rupiah=row.amount_rupiah, fee_rupiah=900)
            self.disputed[key] = Dispute(id=opened, state=DisputeState.OPEN, withdrawn_rupiah=row.amount_rupiah, fee_rupiah=900)

    def lose(self, number: int) -> None:
        self._decide(number, DisputeState.LOST)

    def win(self, number: int) -> None:
        self._decide(number, DisputeState.WON)

    def _decide(self, number: int, state: DisputeState) -> None:
        open_ones = [key for key, dispute in self.disputed.items() if dispute.state is DisputeState.OPEN]
        if number < len(open_ones):
            key = open_ones[number]
            before = self.disputed[key]
            back = before.withdrawn_rupiah if state is DisputeState.WON else 0
            after = Dispute(id=before.id, state=state, withdrawn_rupiah=before.withdrawn_rupiah, returned_rupiah=back, fee_rupiah=900)
            self.disputed[key] = after
            self.gateway.dispute_becomes(key, after)

    def refund(self, state: RefundState) -> None:
        for key in self.gateway.refund_keys():
            if self.gateway.refund_state_of(key) in (RefundState.PENDING, RefundState.REQUIRES_ACTION):
                self.gateway.refund_becomes(key, state)
                return

    def cancel(self, number: int) -> None:
        dealing.cancel(self.orders[number])

    def shorten(self, number: int) -> None:
        dealing.shorten(self.orders[number], 1)

    def hand_over(self, number: int) -> None:
        if dealing.get(self.orders[number]).state == "placed":
            dealing.hand_over(self.orders[number])

    def take_back(self, number: int) -> None:
        dealing.take_back(self.orders[number], 1)

    def tell(self, _nothing: object) -> None:
        with contextlib.suppress(TimeoutError):
            paying.told(self.gateway, at=later(self.minutes))

    def look(self, _nothing: object) -> None:
        payment_round.ask_all(at=later(self.minutes))

    def lapse_orders(self, _nothing: object) -> None:
        self.minutes += 24 * 60
        expiry.expire_due(at=later(self.minutes))

    def silent(self, _nothing: object) -> None:
        self.gateway.does_not_answer("start", "cancel", "refund", "read")

    def loud(self, _nothing: object) -> None:
        self.gateway.does_not_answer()

    def come_to_rest(self) -> None:
        """Everything that was begun ends: open payments are decided against, refunds succeed, everybody hears of it."""
        self.loud(None)
        for _round in range(4):
            self.minutes += 48 * 60
            GatewayPayment.objects.update(next_read_at=later(self.minutes))
            GatewayRefund.objects.filter(state__in=GatewayRefund.OPEN).update(next_read_at=later(self.minutes))
            self.look(None)
            for number in range(len(self.disputed)):
                self.win(number)
            for row in self.payments():
                if self.gateway.state_of(row.key) == "processing":
                    self.gateway.fail(row.key)
            for row in GatewayRefund.objects.filter(state__in=("pending", "action")):
                self.gateway.refund_becomes(row.key, RefundState.SUCCEEDED)
            self.tell(None)
            expiry.expire_due(at=later(self.minutes))


# A failure is told as it was found: to make it smaller costs minutes.
@pytest.mark.slow
@settings(max_examples=RUNS, phases=(Phase.generate,), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(actions=st.lists(ACTIONS, min_size=3, max_size=22))
def test_what_a_gateway_holds_is_what_the_books_say_and_every_rupiah_has_its_owner(market, gateway, actions):
    life = Life(gateway, uuid.uuid4().int)
    for action, detail in actions:
        life.do(action, detail)
    effects.sweep(at=timezone.now())  # a thousand examples take longer than events may wait for a worker
    assert broken_rules() == []

    life.come_to_rest()
    assert broken_rules() == []
    assert federation_books.gateway_balances().get(NAME, 0) == gateway.balance_rupiah
    assert not GatewayPayment.objects.filter(state__in=GatewayPayment.LIVE).exists()
    # What is a deposit waits for goods that are not handed over, or to go back where a gateway could not send it.
    kept = sum(order.total_rupiah - order.refunded_rupiah for order in SellerOrder.objects.filter(paid_at__isnull=False, ended_at=None))
    failed = sum(GatewayRefund.objects.filter(state="failed").values_list("amount_rupiah", flat=True))
    assert federation_books.read().deposits_rupiah == kept + failed
