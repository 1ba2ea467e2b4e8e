"""What each role of a back office may do with orders, and that a second role adds to it and takes nothing away."""

from __future__ import annotations

from itertools import combinations

import pytest

from federation.buying import order_states
from marketplace.orders import order_permissions, steps
from tenants.codes import VillageCode
from tenants.people.permissions import Principal
from tests.support.factories import CIBIRU, MELATI

STATES, DELIVERIES, TAPS = order_states.State.values, order_states.Delivery.values, steps.TAPS
HELD = [frozenset(roles) for count in (1, 2, 3, 4) for roles in combinations(("manager", "cashier", "courier", "service"), count)]


def may(roles: frozenset[str], *, village: str = CIBIRU) -> set[tuple[str, str]]:
    """Everything that these roles in Cibiru allow with an order of a village."""
    by, here = Principal(account_id=None, roles=frozenset((VillageCode(CIBIRU), role) for role in roles)), VillageCode(village)
    return {
        *{("see", state) for state in STATES if order_permissions.may_see(by, village_code=here, state=state)},
        *{("step", step) for step in TAPS if order_permissions.may_step(by, village_code=here, step=step)},
        *{("cash", delivery) for delivery in DELIVERIES if order_permissions.may_take_cash(by, village_code=here, delivery=delivery)},
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


def test_roles_in_one_village_allow_nothing_in_another():
    assert not any(may(roles, village=MELATI) for roles in HELD)


def test_a_step_that_does_not_exist_is_nobodys():
    for roles in HELD:
        by = Principal(account_id=None, roles=frozenset((VillageCode(CIBIRU), role) for role in roles))
        for step in ("", "arrived", "cancel"):
            assert not order_permissions.may_step(by, village_code=VillageCode(CIBIRU), step=step)
