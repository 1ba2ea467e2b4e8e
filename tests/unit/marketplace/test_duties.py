"""What each role of a back office may do with orders, and that a second role adds to it and takes nothing away."""

from __future__ import annotations

from itertools import combinations

import pytest

from federation.models import SellerOrder
from marketplace import duties
from marketplace.orders import steps

STATES, DELIVERIES, TAPS = SellerOrder.State.values, SellerOrder.Delivery.values, steps.TAPS
HELD = [frozenset(roles) for count in (1, 2, 3, 4) for roles in combinations(("manager", "cashier", "courier", "service"), count)]


def may(roles: frozenset[str]) -> set[tuple[str, str]]:
    """Everything that these roles allow."""
    return {
        *{("see", state) for state in STATES if duties.may_see(roles=roles, state=state)},
        *{("step", step) for step in TAPS if duties.may_step(roles=roles, step=step)},
        *{("cash", delivery) for delivery in DELIVERIES if duties.may_take_cash(roles=roles, delivery=delivery)},
    }


@pytest.mark.parametrize(
    ("role", "states", "taps", "cash"),
    [
        ("manager", STATES, TAPS, DELIVERIES),
        ("cashier", STATES, TAPS, DELIVERIES),
        ("service", STATES, TAPS, ()),
        ("courier", ("ready", "underway", "delivered"), ("send", "hand_over"), ("courier_seller", "courier_home")),
    ],
)
def test_each_role_has_its_part(role, states, taps, cash):
    wanted = {*(("see", state) for state in states), *(("step", tap) for tap in taps), *(("cash", way) for way in cash)}
    assert may(frozenset({role})) == wanted


@pytest.mark.parametrize("roles", HELD, ids=lambda roles: "+".join(sorted(roles)))
def test_who_holds_several_roles_may_what_each_of_them_may(roles):
    assert may(roles) == set().union(*(may(frozenset({role})) for role in roles))


def test_a_step_that_does_not_exist_is_nobodys():
    assert not any(duties.may_step(roles=roles, step=step) for roles in HELD for step in ("", "arrived", "cancel"))
