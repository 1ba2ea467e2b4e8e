"""The trial balance at any instant: equal sides, and the sums of the transfers that were there."""

from __future__ import annotations

import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.ledger import parties
from settlement.models import Transfer
from settlement.reports import trial_balance
from tests.support.settlement import books, rounds
from tests.support.settlement.books import A, B
from tests.unit.settlement import test_advancing
from tests.unit.settlement.seals.test_seals import change

LATER = datetime.datetime(2026, 12, 31, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


def shown(found: trial_balance.TrialBalance) -> dict[str, tuple[int, int, int, int]]:
    """What is not empty, by account."""
    return {
        row.account: (row.debit_rupiah, row.credit_rupiah, row.pending_debit_rupiah, row.pending_credit_rupiah)
        for row in found.rows
        if not row.is_empty
    }


def by_transfers(moments: list[Transfer]) -> dict[str, tuple[int, int, int, int]]:
    """The same, added up one transfer after another."""
    resolved = {each.pending_id for each in moments}
    found: dict[str, list[int]] = {}
    for each in moments:
        place = {"posted": 0, "pending": 2}.get(each.phase)
        if place is None or (place and each.id in resolved):
            continue
        for side, account in enumerate((each.debit_id, each.credit_id)):
            found.setdefault(account, [0, 0, 0, 0])[place + side] += each.amount_rupiah
    return {account: (sums[0], sums[1], sums[2], sums[3]) for account, sums in found.items()}


def test_posted_and_reserved_stand_apart_and_both_sides_are_equal(market):
    books.complete(books.sale())
    books.reserve(books.sale(goods=50_000, fee=1_000))

    found = trial_balance.draw_up(before=LATER)

    assert shown(found) == {
        f"clearing:{A}": (100_000, 0, 50_000, 0),
        f"clearing:{B}": (0, 98_000, 0, 49_000),
        "fee-income": (0, 2_000, 0, 1_000),
    }
    assert found.is_balanced
    assert (found.total.debit_rupiah, found.total.credit_rupiah, found.total.balance_rupiah) == (100_000, 100_000, 0)
    assert len(found.rows) == 3 + len(parties.FEDERATION_ACCOUNTS)  # every account, empty ones too


def test_it_is_of_what_happened_before_and_as_it_was_known(market):
    books.complete(books.sale())
    change(market, "UPDATE settlement_transfer SET created_at = happened_at + interval '3 days'")
    after = books.NOON + datetime.timedelta(minutes=1)

    assert shown(trial_balance.draw_up(before=books.NOON)) == {}
    assert len(shown(trial_balance.draw_up(before=after))) == 3
    assert shown(trial_balance.draw_up(before=after, known_before=after)) == {}  # not written down yet when it happened
    assert len(shown(trial_balance.draw_up(before=after, known_before=after + 3 * DAY))) == 3


def test_a_reservation_counts_until_it_was_resolved(market):
    books.complete(books.sale())
    change(market, "UPDATE settlement_transfer SET happened_at = happened_at + interval '2 days' WHERE phase = 'posted'")

    between = shown(trial_balance.draw_up(before=books.NOON + DAY))

    assert between[f"clearing:{A}"] == (0, 0, 100_000, 0)
    assert shown(trial_balance.draw_up(before=books.NOON + 3 * DAY))[f"clearing:{A}"] == (100_000, 0, 0, 0)


def test_at_every_instant_it_is_the_sum_of_the_transfers_before_it(market):
    test_advancing.test_half_a_payment_is_shared_and_the_rest_rolls_on(market)
    for number in range(4):
        sale = books.sale(goods=10_000 * (number + 1), fee=100)
        payment = books.complete(sale)
        if number % 2:
            books.unpost(sale, payment)
    # Spread over ten days, and written down up to ten days later, in no order.
    change(
        market,
        "UPDATE settlement_transfer SET happened_at = happened_at + (hashtext(id::text) %% 10) * interval '1 day',"
        " created_at = happened_at + (hashtext(id::text || 'x') %% 20) * interval '1 day'".replace("%%", "%"),
    )
    everything = list(Transfer.objects.all())

    @given(before=st.integers(-12, 45), known=st.none() | st.integers(-12, 55))
    @settings(max_examples=60, deadline=None, derandomize=True)
    def holds(before, known):
        instant, known_at = books.NOON + before * DAY, None if known is None else books.NOON + known * DAY
        there = [each for each in everything if each.happened_at < instant and (known_at is None or each.created_at < known_at)]

        found = trial_balance.draw_up(before=instant, known_before=known_at)

        assert shown(found) == by_transfers(there)
        assert found.is_balanced

    holds()
    assert shown(trial_balance.draw_up(before=LATER))["agent-cash"][:2] == (20_600, 20_600)
    assert rounds.balances()["own-cash"] == 2_400
