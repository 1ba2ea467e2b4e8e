"""What an order adds to permissions: its state decides who sees it, the money's form and the way of delivery who takes it.

Pages and the verbs of orders ask here, so that each of these is decided once. Buyers' money only: cash that villages bring each other is
settlement's (Permission.CONFIRM_CASH_PAYMENTS).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from federation.buying.order_states import BROUGHT, State
from federation.buying.payment_methods import Tender
from tenants.codes import VillageCode
from tenants.people import permissions
from tenants.people.permissions import Permission, Principal

TO_BRING = (State.READY, State.UNDERWAY, State.DELIVERED)  # what a courier needs to see
STEPS: Mapping[str, Permission] = {
    "accept": Permission.ACCEPT_ORDERS,
    "pack": Permission.PACK_ORDERS,
    "send": Permission.SEND_ORDERS,
    "hand_over": Permission.HAND_OVER,
}


def may_see(by: Principal, *, village_code: VillageCode, state: str) -> bool:
    """Whether an order of this village's shop is for these eyes: couriers see what there is to bring and what they brought."""
    if permissions.can(by, Permission.SEE_ORDERS, village_code):
        return True
    return state in TO_BRING and permissions.can(by, Permission.SEE_ORDERS_TO_BRING, village_code)


def may_step(by: Principal, *, village_code: VillageCode, step: str) -> bool:
    """Whether somebody takes this step with an order of the village's shop; nobody takes one that does not exist."""
    return step in STEPS and permissions.can(by, STEPS[step], village_code)


def may_take_at_counter(by: Principal, *, village_code: VillageCode, tender: Tender) -> bool:
    """Whether somebody takes buyers' money at the village's counter: its cash, or what came to the shop's own account."""
    match tender:
        case Tender.CASH:
            return permissions.can(by, Permission.TAKE_CASH, village_code)
        case Tender.ACCOUNT:
            return permissions.can(by, Permission.CONFIRM_TRANSFERS, village_code)
        case Tender.GATEWAY:
            return False  # no person says that a gateway took money
        case other:
            assert_never(other)


def may_take_cash(by: Principal, *, village_code: VillageCode, delivery: str) -> bool:
    """Whether somebody takes the cash that comes with a hand-over: who minds the village's cash, or its courier at the buyer's door."""
    if may_take_at_counter(by, village_code=village_code, tender=Tender.CASH):
        return True
    return delivery in BROUGHT and permissions.can(by, Permission.TAKE_CASH_AT_THE_DOOR, village_code)


def require_step(by: Principal, *, village_code: VillageCode, step: str) -> None:
    """Go on only if somebody takes this step with an order of the village's shop.

    :raises permissions.Forbidden: otherwise, also for a step that does not exist
    """
    if not may_step(by, village_code=village_code, step=step):
        raise permissions.Forbidden


def require_counter(by: Principal, *, village_code: VillageCode, tender: Tender) -> None:
    """Go on only if somebody takes such money at the village's counter.

    :raises permissions.Forbidden: otherwise
    """
    if not may_take_at_counter(by, village_code=village_code, tender=tender):
        raise permissions.Forbidden


def require_cash(by: Principal, *, village_code: VillageCode, delivery: str) -> None:
    """Go on only if somebody takes the cash that comes with a hand-over.

    :raises permissions.Forbidden: otherwise
    """
    if not may_take_cash(by, village_code=village_code, delivery=delivery):
        raise permissions.Forbidden
