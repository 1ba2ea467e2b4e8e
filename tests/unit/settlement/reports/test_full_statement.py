"""That every statement adds up, whatever was traded, held, carried and paid."""

from __future__ import annotations

import random
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from settlement import advancing
from settlement.cycles import carry_terms, objections
from settlement.payments import cash_payments
from settlement.reports import full_statement
from tenants.acts import Act
from tests.support.settlement import books, rounds
from tests.support.settlement.books_hold import books_hold  # noqa: F401 - after every test here
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C
from tests.unit.settlement.reports.test_village_statement import VILLAGES, hand_over, statement


def test_random_cycles_add_up_for_every_village(market):
    """Trade, holds, carry, partial payment over four cycles: each statement adds up, and begins where the one before ended."""
    chance = random.Random(20260706)
    at, ended = T0, dict.fromkeys(VILLAGES, 0)
    for village in VILLAGES:
        carry_terms.agree(village_code=village, amount_rupiah=20_000, act=Act(by=MAKER, at=at))
        carry_terms.set_debtor_limit(village_code=village, amount_rupiah=15_000, act=Act(by=MAKER, at=at, reason="panen"))
    for number in range(1, 5):
        for _ in range(8):
            home, seller = chance.sample(VILLAGES, 2)
            rounds.trade(home, seller, chance.randrange(1_000, 90_000))
        rounds.proposed(number=number, at=at, objection_days=0)
        item = chance.choice([one for one in statement(A, number).items if one.other != "P"])
        objections.object_to(number=number, obligation_id=item.obligation_id, village_code=A, act=Act(by=MAKER, at=at, reason="periksa"))
        advancing.advance(number=number, at=at)
        for village in VILLAGES:
            found = statement(village, number)
            now = found.summary
            assert found.opening_rupiah + found.traded_rupiah == now.net_rupiah
            assert now.claimed_rupiah - now.owed_rupiah == now.net_rupiah
            assert sum(one.owed_setoff_rupiah for one in found.exchanges) == now.setoff_rupiah
            assert sum(one.claimed_setoff_rupiah for one in found.exchanges) == now.setoff_rupiah
            assert abs(now.net_rupiah) == now.carried_rupiah + now.cash_rupiah
            assert sum(one.left_rupiah if not one.owes else -one.left_rupiah for one in found.items) == now.net_rupiah
            assert found.opening_rupiah == ended[village]  # nobody answers in this run: what was on hold stays so
            assert now.net_rupiah + _held(found) == books.net().get(village, 0)
        rounds.approve(number=number, at=at)
        advancing.advance(number=number, at=at)
        for village in VILLAGES:
            now = statement(village, number).summary
            if now.owes and now.room_rupiah:
                hand_over(village, chance.randint(1, now.room_rupiah), number=number, at=at, direct=chance.random() < 0.5)
        at += timedelta(days=30)
        advancing.advance(number=number, at=at)
        for village in VILLAGES:
            for leg in statement(village, number).summary.legs:
                if leg.waits_for_giver:
                    cash_payments.give(number=number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=at))
                    cash_payments.receive(number=number, leg_id=leg.id, party=leg.receiver, act=Act(by=SECOND, at=at))
        assert advancing.advance(number=number, at=at) == "closed"
        ended = {village: statement(village, number).summary.position_rupiah for village in VILLAGES}


def _held(found: full_statement.FullStatement) -> int:
    """What stands on hold, as the village's net would count it."""
    return sum(-one.amount_rupiah if one.owes else one.amount_rupiah for one in found.held if one.answered_at is None)


ONE_ITEM = st.builds(
    full_statement.Item,
    obligation_id=st.uuids(),
    other=st.sampled_from([B, C, "F", "P"]),
    owes=st.booleans(),
    amount_rupiah=st.integers(1, 10**12),
    setoff_rupiah=st.integers(0, 10**12),
    cause=st.just(full_statement.Cause(kind="order", order_id=None, cycle_number=None)),
    earlier=st.booleans(),
    happened_at=st.just(T0),
).filter(lambda item: item.setoff_rupiah <= item.amount_rupiah)


@given(st.lists(ONE_ITEM, max_size=30))
def test_sums_by_party_lose_nothing(found):
    made = full_statement.FullStatement(village_code=A, summary=None, items=found, held=[], reference="")  # type: ignore[arg-type]

    owed = sum(item.amount_rupiah for item in found if item.owes)
    claimed = sum(item.amount_rupiah for item in found if not item.owes)
    assert made.opening_rupiah + made.traded_rupiah == claimed - owed
    assert (sum(one.owed_rupiah for one in made.exchanges), sum(one.claimed_rupiah for one in made.exchanges)) == (owed, claimed)
    assert sum(one.owed_setoff_rupiah + one.claimed_setoff_rupiah for one in made.exchanges) == sum(item.setoff_rupiah for item in found)
    assert len({one.other for one in made.exchanges}) == len(made.exchanges)
