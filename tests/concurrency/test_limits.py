"""Twenty buyers for the last room under a village's limit, through the whole checkout: the limit is never passed."""

from __future__ import annotations

import pytest

from federation.models import SellerOrder
from marketplace.checkout import place_order
from settlement.ledger import limits, positions
from settlement.sql import source_files
from tenants import acts
from tests.support import factories, shopping
from tests.support.concurrency import actions, crowd
from tests.support.concurrency.actor import Call

pytestmark = pytest.mark.slow

BUYERS, PRICE, LIMIT = 20, 10_000, 57_000  # room for five, not for six


@pytest.fixture
def goods(market):
    """A product per buyer, from two villages in turn: no buyer waits for another's product, only for the room under the limit."""
    limits.set_limit(
        village_code=factories.SUKAMAJU,
        limit_rupiah=LIMIT,
        guest_limit_rupiah=LIMIT,
        act=acts.by_command_line(at=shopping.NOON, reason="baru bergabung"),
    )
    return [shopping.product((factories.CIBIRU, factories.MELATI)[number % 2], price_rupiah=PRICE) for number in range(BUYERS)]


def buying(goods):
    return [Call(run=place_order.place, terms={"form": form, "at": shopping.NOON}) for form in actions.forms([{one: 1} for one in goods])]


def exposure() -> int:
    return positions.of(village_code=factories.SUKAMAJU).exposure_rupiah


def test_a_limit_with_room_for_five_lets_five_of_twenty_in(goods):
    outcomes = crowd.run(buying(goods))

    assert crowd.counted(outcomes) == {"done": 5, "LimitReached": BUYERS - 5}
    assert exposure() == 5 * PRICE <= LIMIT
    assert SellerOrder.objects.count() == 5
    crowd.assert_books_hold()


def test_without_the_row_lock_everybody_gets_in(market, goods):
    """The proof that the test above can fail: everybody reads the position before anybody changes it."""
    with market.as_owner():
        actions.say(reserving_without_lock())

    outcomes = crowd.run(buying(goods), gate=BUYERS)

    assert crowd.counted(outcomes) == {"done": BUYERS}
    assert exposure() == BUYERS * PRICE > LIMIT


def reserving_without_lock() -> str:
    """The ledger's own function, but reading the position without a lock, and deciding by what it read."""
    whole = source_files.one("settlement_reserve").text
    lock, guard = "PERFORM settlement_fold(debtor.account);", "WHERE p.account = debtor.account"
    assert whole.count(lock) == whole.count(guard) == 1
    head, tail = whole.split(guard)
    decided, rest = tail.split("INTO allowed;")
    look = f"seen := p FROM settlement_position p WHERE p.account = debtor.account; PERFORM {crowd.PASS_GATE};"
    head = head.replace("debtor record;", "debtor record; seen settlement_position;")
    return head.replace(lock, look) + guard + decided.replace("p.", "seen.") + "INTO allowed;" + rest
