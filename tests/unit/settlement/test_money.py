"""Whole rupiah are divided without losing one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement import money

AMOUNTS = st.integers(0, 10**12)


@given(total=AMOUNTS, weights=st.lists(st.integers(0, 10**12), min_size=1, max_size=50))
def test_every_split_loses_nothing_and_strays_less_than_a_rupiah(total, weights):
    whole = sum(weights)
    if not whole:
        return

    parts = money.share_out(total_rupiah=total, weights=weights)

    assert sum(parts) == total
    assert all(abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True))
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


@given(total=AMOUNTS, parts=st.integers(1, 50))
def test_equal_shares_differ_by_a_rupiah_and_the_earlier_get_it(total, parts):
    shares = money.share_out(total_rupiah=total, weights=[1] * parts)

    assert sum(shares) == total
    assert shares == sorted(shares, reverse=True)
    assert shares[0] - shares[-1] <= 1


def test_ties_go_to_the_earlier_part():
    assert money.share_out(total_rupiah=20_600, weights=[18_000, 18_400, 4_800]) == [9_000, 9_200, 2_400]
    assert money.share_out(total_rupiah=2, weights=[1, 1, 1]) == [1, 1, 0]


def test_nothing_is_shared_over_nobody():
    assert money.share_out(total_rupiah=0, weights=[0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="Nothing to share"):
        money.share_out(total_rupiah=1, weights=[0, 0])


@given(amount=AMOUNTS, basis_points=st.integers(0, 10_000))
def test_fee_is_the_floor(amount, basis_points):
    fee = money.basis_points(amount_rupiah=amount, basis_points=basis_points)

    assert fee * 10_000 <= amount * basis_points < (fee + 1) * 10_000
    assert fee <= amount


@given(data=st.data(), goods=st.integers(1, 10**12), basis_points=st.integers(0, 10_000))
def test_fees_that_go_back_in_parts_are_the_whole_fee(data, goods, basis_points):
    fee = money.basis_points(amount_rupiah=goods, basis_points=basis_points)
    cuts = sorted(data.draw(st.lists(st.integers(0, goods), max_size=10)))
    steps = [0, *cuts, goods]

    back = [money.fee_returned(fee_rupiah=fee, goods_rupiah=goods, refunded_rupiah=step) for step in steps]

    parts = [after - before for before, after in zip(back, back[1:], strict=False)]
    assert sum(parts) == fee
    assert all(part >= 0 for part in parts)
    # What stays owed for the goods is never below zero, after no part.
    assert all(goods - step >= fee - returned >= 0 for step, returned in zip(steps, back, strict=True))


@pytest.mark.parametrize("amount", [1.0, "1", True, None])
def test_only_whole_numbers_are_money(amount):
    with pytest.raises(TypeError):
        money.checked(amount_rupiah=amount)


def test_money_is_not_below_zero():
    with pytest.raises(ValueError, match="below zero"):
        money.checked(amount_rupiah=-1)


@pytest.mark.parametrize(("fee", "refunded"), [(1, 101), (101, 1)])
def test_neither_refund_nor_fee_passes_the_goods(fee, refunded):
    with pytest.raises(ValueError, match="may pass the goods"):
        money.fee_returned(fee_rupiah=fee, goods_rupiah=100, refunded_rupiah=refunded)
