"""Gateways pay at any moment: whatever is booked while the money of a cycle is explained, no difference is told that never was."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from settlement.payments import reconciliation
from tests.support.settlement import gateway_deals, rounds
from tests.support.settlement.gateway_deals import deposit_sale

EVENTS = {
    "paid": lambda: gateway_deals.paid(deposit_sale(), charge=700),
    "handed-over": lambda: gateway_deals.handed_over(deposit_sale(seller=rounds.C)),
    "cash-settles": lambda: gateway_deals.settle(),
}


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_while_it_is_counted_makes_no_difference(market, event):
    rounds.worked_example()
    cycle = rounds.collecting()

    place, passed = 0, 1
    while place < passed:
        place += 1
        passed, told = _explained(EVENTS[event], cycle=cycle, after=place)
        assert told == {}, f"after statement {place} of {passed}"
    assert passed >= 2  # the pool, and all that an event may change


def _explained(event: Any, *, cycle: Any, after: int) -> tuple[int, dict[str, int]]:
    """What is not explained, with an event booked between two of its statements; gives the number of statements too."""
    passed, booking = 0, False

    def between(execute: Any, *said: Any) -> Any:
        nonlocal passed, booking
        result = execute(*said)
        if not booking:
            passed += 1
            if passed == after:
                booking = True
                event()
                booking = False
        return result

    with connection.execute_wrapper(between):
        told = reconciliation.unexplained(cycle=cycle)
    return passed, told
