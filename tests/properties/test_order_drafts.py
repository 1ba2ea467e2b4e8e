"""The sums of an order that is being written: whatever is ordered, its parts are the whole, and nothing of it is below zero."""

from __future__ import annotations

import dataclasses
import json
import uuid

from hypothesis import given
from hypothesis import strategies as st

from federation.buying import order_drafts, order_lines
from marketplace.goods import consignors
from settlement import money
from settlement.ledger import sales
from tenants.codes import FEDERATION, VillageCode
from tests.support.shopping import NOON

SELLER, HOME = VillageCode("34.02.90.2001"), VillageCode("34.02.90.2002")
PRICES = st.integers(1, 2_000_000_000)
MARGINS = st.one_of(
    st.tuples(st.integers(0, 100_000_000), st.none()),
    st.tuples(st.none(), st.integers(0, consignors.BASIS_POINTS_WHOLE)),
)


@st.composite
def lines(draw) -> order_lines.OrderLine:
    """A line with the margin of some consignor."""
    price, quantity, (rupiah, basis_points) = draw(PRICES), draw(st.integers(1, 999)), draw(MARGINS)
    return order_lines.OrderLine(
        id=str(draw(st.uuids())),
        product_id=str(draw(st.uuids())),
        consignor_id=str(draw(st.uuids())),
        maker=draw(st.text(min_size=1, max_size=20)),
        name=draw(st.text(max_size=20)),
        unit=draw(st.text(max_size=20)),
        quantity=quantity,
        price_rupiah=price,
        margin_rupiah=consignors.margin_of(price_rupiah=price, quantity=quantity, margin_rupiah=rupiah, margin_basis_points=basis_points),
        cost_rupiah=draw(st.none() | st.integers(0, price)),
        category="jajanan",
        made_here=draw(st.booleans()),
        flagship=draw(st.booleans()),
    )


@st.composite
def drafts(draw) -> order_drafts.OrderDraft:
    """An order of one to twelve lines, whoever holds the cash and whoever delivers."""
    choice = order_drafts.Choice(
        "counter",
        "pickup_home",
        draw(st.integers(0, 10_000_000)),
        draw(st.sampled_from([SELLER, HOME])),
        draw(st.sampled_from([SELLER, HOME])),
    )
    return order_drafts.OrderDraft(
        id=str(uuid.uuid4()),
        seller=SELLER,
        home_village=HOME,
        choice=choice,
        carried_by="",
        lines=draw(st.lists(lines(), min_size=1, max_size=12)),
        fee_basis_points=draw(st.integers(0, money.WHOLE_BASIS_POINTS)),
        expires_at=NOON,
        sold_out=[],
    )


@given(drafts())
def test_the_sums_of_an_order_are_its_parts(draft):
    goods = sum(line.price_rupiah * line.quantity for line in draft.lines)

    assert draft.goods_rupiah == goods
    assert draft.total_rupiah == goods + draft.choice.fee_rupiah
    assert draft.fee_rupiah * money.WHOLE_BASIS_POINTS <= goods * draft.fee_basis_points
    assert (draft.fee_rupiah + 1) * money.WHOLE_BASIS_POINTS > goods * draft.fee_basis_points
    assert all(0 <= line.margin_rupiah <= line.goods_rupiah for line in draft.lines)
    assert 0 <= draft.margin_rupiah == sum(line.margin_rupiah for line in draft.lines) <= goods


@given(drafts(), st.booleans())
def test_the_ledger_plans_the_whole_order_and_no_rupiah_more(draft, by_guest):
    sale = draft.sale(by_guest=by_guest)
    planned = sales.planned_transfers(sale=sale)

    to_seller = sum(leg.amount_rupiah for leg in planned if leg.creditor == SELLER)
    to_federation = sum(leg.amount_rupiah for leg in planned if leg.creditor == FEDERATION)
    assert to_federation == draft.fee_rupiah
    if draft.choice.holder == SELLER:
        assert to_seller == 0
    else:
        earned = draft.choice.fee_rupiah if draft.choice.deliverer == SELLER else 0
        assert to_seller + to_federation == draft.goods_rupiah + earned
    assert {leg.debtor for leg in planned} <= {draft.choice.holder}


@given(st.lists(PRICES, min_size=1, max_size=12), st.integers(0, money.WHOLE_BASIS_POINTS))
def test_a_fee_shared_out_over_the_lines_loses_nothing(prices, basis_points):
    """Whoever needs the fee by line shares it by the largest remainders: within a rupiah of each line's own part."""
    fee = money.basis_points(amount_rupiah=sum(prices), basis_points=basis_points)

    parts = money.share_out(total_rupiah=fee, weights=prices)

    assert sum(parts) == fee
    assert all(abs(part * sum(prices) - fee * price) < sum(prices) for part, price in zip(parts, prices, strict=True))


@given(st.lists(lines(), max_size=12))
def test_lines_come_back_from_json_as_they_were(written):
    column = json.loads(json.dumps(order_lines.to_json(written)))

    assert order_lines.read(column) == written
    assert [set(line) for line in column] == [{field.name for field in dataclasses.fields(order_lines.OrderLine)}] * len(written)


@given(st.lists(lines(), max_size=12))
def test_what_others_see_of_a_line_has_no_secret(written):
    seen = order_lines.for_buyer(order_lines.to_json(written))

    assert [line.price_rupiah * line.quantity for line in seen] == [line.goods_rupiah for line in written]
    assert not {field.name for field in dataclasses.fields(order_lines.BuyerLine)} & set(order_lines.SECRETS)
