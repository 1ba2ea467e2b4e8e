"""Who does what in a village's back office: what each role may do with goods, orders and money."""

from __future__ import annotations

from marketplace.orders import steps
from marketplace.orders.order_records import State
from tenants import models

Role = models.Membership.Role
MANAGER, CASHIER, COURIER, SERVICE = Role.MANAGER, Role.CASHIER, Role.COURIER, Role.SERVICE
EVERYONE = (MANAGER, CASHIER, COURIER, SERVICE)
SELLING = (MANAGER, CASHIER, SERVICE)  # may accept, pack, shorten and cancel
MONEY = (MANAGER, CASHIER)
CARRYING = (MANAGER, CASHIER, COURIER)  # hand over goods of other villages
GOODS = (MANAGER, SERVICE)  # look at products; only managers change them

COURIER_STATES = (State.READY, State.UNDERWAY, State.DELIVERED)  # what a courier needs to see to bring goods
COURIER_STEPS = ("send", "hand_over")


def only_courier(*, roles: frozenset[str]) -> bool:
    """Whether someone with these roles carries goods and has no other role in the shop."""
    return roles.isdisjoint(SELLING)


def may_see(*, roles: frozenset[str], state: str) -> bool:
    """Whether an order in this state is for these eyes: couriers see what there is to bring and what they brought."""
    return not only_courier(roles=roles) or state in COURIER_STATES


def may_step(*, roles: frozenset[str], step: str) -> bool:
    """Whether someone with these roles takes this step with an order of the shop; nobody takes one that does not exist."""
    return step in (COURIER_STEPS if only_courier(roles=roles) else steps.TAPS)


def may_take_cash(*, roles: frozenset[str], delivery: str) -> bool:
    """Whether someone with these roles takes cash with a hand-over: who minds the box, or the courier at the buyer's door."""
    return not roles.isdisjoint(MONEY) or (COURIER in roles and delivery in steps.BROUGHT)
