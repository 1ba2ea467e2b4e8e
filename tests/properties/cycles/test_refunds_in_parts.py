"""Any order, given back in any parts, by pieces and in rupiah, over any cycles: the parts are the whole, and the books say so after each.

PASARSAMA_REFUNDS=200 python -m pytest tests/properties/cycles/test_refunds_in_parts.py
"""

from __future__ import annotations

import os
import uuid
from datetime import timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from federation.members import terms
from federation.models import SellerOrder
from marketplace.models import OrderLine
from settlement import advancing, money
from settlement.cycles import lifecycle
from settlement.models import Cycle, PaymentLeg
from tenants import acts
from tenants.db import context
from tests.support import shopping
from tests.support.marketplace import dealing
from tests.support.marketplace.dealing import CIBIRU, HOME
from tests.support.settlement import books, paying, rounds
from tests.support.settlement.rounds import T0

RUNS = int(os.environ.get("PASARSAMA_REFUNDS", "4"))
WAYS = (("counter", "courier_seller"), ("cod_home", "courier_home"), ("cod_seller", "courier_seller"))
CHANGED = """
SELECT e.obligation_id FROM settlement_cycleedge e JOIN settlement_cycle c ON c.snapshot_id = e.snapshot_id
JOIN settlement_obligation o ON o.id = e.obligation_id
WHERE c.state IN ('snapshot', 'computed', 'proposed', 'approved') AND o.open_rupiah <> e.open_rupiah
"""
OPEN = """
SELECT coalesce(sum(CASE WHEN creditor = %s THEN open_rupiah ELSE -open_rupiah END), 0) FROM settlement_obligation
WHERE %s IN (debtor, creditor)
"""


def move_the_cycle_on() -> None:
    """From open to proposed, to collecting, to closed with its rest rolled on; what the federation has is paid out."""
    cycle = lifecycle.unfinished()
    if cycle is None:
        rounds.proposed(number=Cycle.objects.get(state="open").number)
    elif cycle.state == "proposed":
        rounds.approve(number=cycle.number)
        advancing.advance(number=cycle.number, at=T0)
    else:
        late = T0 + timedelta(days=7)
        advancing.advance(number=cycle.number, at=late)
        paying.pay_out(number=cycle.number)
        advancing.advance(number=cycle.number, at=late)


def positions() -> dict[str, int]:
    """What each village would be owed if no cycle had paid it anything; it is what is open, too."""
    found = {}
    for village in (HOME, CIBIRU):
        net = books.net(village).get(village, 0)
        assert books.rows(OPEN, village, village) == [(net,)]
        paid_out = sum(PaymentLeg.objects.filter(receiver=village, state="succeeded").values_list("amount_rupiah", flat=True))
        found[village] = net + paid_out
    return found


def expected() -> dict[str, int]:
    """The same by the frozen terms of all orders and their refunds."""
    each = [owed_for(order) for order in SellerOrder.objects.exclude(paid_at=None)]
    return {village: sum(one[village] for one in each) for village in (HOME, CIBIRU)}


def owed_for(order: SellerOrder) -> dict[str, int]:
    back = dealing.back(order.id)
    goods_back, delivery_back = sum(goods for _, goods, _, _ in back), sum(delivery for _, _, delivery, _ in back)
    assert order.refunded_rupiah == goods_back + delivery_back
    goods = order.goods_rupiah - goods_back
    fee = order.fee_rupiah - order.fee_rupiah * goods_back // order.goods_rupiah
    assert sum(fee_back for *_, fee_back in back) == order.fee_rupiah - fee
    if order.holder == order.seller:
        return {HOME: 0, CIBIRU: -fee}
    owed_delivery = order.delivery_fee_rupiah - delivery_back if order.deliverer == order.seller else 0
    return {HOME: -goods - owed_delivery, CIBIRU: goods - fee + owed_delivery}


def give_back(order_id: uuid.UUID, *, line: int, percent: int, by_piece: bool) -> None:
    """A part of one line, if that is anything."""
    with context.inside(CIBIRU):
        lines = list(OrderLine.objects.filter(order_id=order_id).order_by("-price_rupiah"))
    chosen = line % len(lines)
    one = lines[chosen]
    kept = one.quantity - one.refunded
    left = one.price_rupiah * kept - one.allowance_rupiah
    amount = (kept if by_piece else left) * percent // 100
    if amount and dealing.get(order_id).state == "completed":
        (dealing.take_back if by_piece else dealing.allow)(order_id, *[0] * chosen, amount)


@settings(max_examples=RUNS, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    goods=st.lists(st.tuples(st.integers(1, 99_999), st.integers(1, 4)), min_size=1, max_size=3, unique_by=lambda one: one[0]),
    fee_basis_points=st.sampled_from([0, 1, 200, 333, 10_000]),
    way=st.sampled_from(WAYS),
    steps=st.lists(st.tuples(st.sampled_from(["pieces", "rupiah", "cycle"]), st.integers(0, 2), st.integers(1, 100)), max_size=7),
)
@example(
    goods=[(9_999, 3), (3_333, 2)],
    fee_basis_points=200,
    way=WAYS[0],
    steps=[("pieces", 0, 40), ("cycle", 0, 1), ("rupiah", 0, 17), ("cycle", 0, 1), ("pieces", 1, 50), ("cycle", 0, 1), ("rupiah", 1, 3)],
)
@example(goods=[(77_777, 4)], fee_basis_points=333, way=WAYS[2], steps=[("rupiah", 0, 1), *[("cycle", 0, 1), ("pieces", 0, 34)] * 3])
def parts_are_the_whole(goods, fee_basis_points, way, steps):
    terms.change(values={"fee_basis_points": fee_basis_points}, act=acts.by_command_line(at=T0, reason="Coba"))
    pieces = {shopping.product(CIBIRU, name=f"Barang {price}", price_rupiah=price): quantity for price, quantity in goods}
    placed = dealing.buy(pieces, method=way[0], delivery=way[1])
    [order_id] = dealing.orders_of(placed).values()
    if way[0] == "counter":
        dealing.pay(placed)
    dealing.hand_over(order_id)
    order = dealing.get(order_id)
    assert order.fee_rupiah == money.basis_points(amount_rupiah=order.goods_rupiah, basis_points=fee_basis_points)
    everything = [("pieces", line, 100) for line in range(len(goods))]
    for step, line, percent in [*steps, *everything]:
        if step == "cycle":
            move_the_cycle_on()
        else:
            give_back(order_id, line=line, percent=percent, by_piece=step == "pieces")
        assert positions() == expected()
        assert books.rows(CHANGED) == []
    assert sum(goods for _, goods, _, _ in dealing.back(order_id)) == order.goods_rupiah
    assert dealing.get(order_id).state == "returned"


def test_any_parts_of_any_order_over_any_cycles_are_the_whole(market):
    dealing.set_fees()
    parts_are_the_whole()
