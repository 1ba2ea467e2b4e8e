"""How far a payment or refund at a gateway has come, and what a reading changes about it. Whoever stores them only obeys.

Readings come late, twice and in the wrong order. While nothing is decided the newest reading counts; after that only money that moved, or
moved back, changes anything. What was acted upon and is contradicted afterwards goes to a person, except the two contradictions that the
gateways themselves announce: money that came after a payment had ended (it did come), and a refund that failed after it had succeeded (it
is owed again).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from federation.models import GatewayPayment, GatewayRefund
from settlement.bank.gateways.gateway_interface import PaymentState, RefundState

State = TypeVar("State", GatewayPayment.State, GatewayRefund.State)


class Effect(enum.Enum):
    """What a reading does besides the new state."""

    NONE = "none"
    BOOK = "book"  # the money moved: book it
    UNBOOK = "unbook"  # it moved back
    ASK_A_PERSON = "ask-a-person"


@dataclass(frozen=True, slots=True)
class Step(Generic[State]):
    """The state after a reading, and what follows from it."""

    state: State
    effect: Effect = Effect.NONE


_UNDECIDED = frozenset(GatewayPayment.LIVE)
_REFUND_UNDECIDED = frozenset(GatewayRefund.OPEN)
_REFUND_STATES: Mapping[RefundState, GatewayRefund.State] = {
    RefundState.PENDING: GatewayRefund.State.PENDING,
    RefundState.REQUIRES_ACTION: GatewayRefund.State.REQUIRES_ACTION,
    RefundState.SUCCEEDED: GatewayRefund.State.SUCCEEDED,
    RefundState.FAILED: GatewayRefund.State.FAILED,
    RefundState.CANCELLED: GatewayRefund.State.FAILED,
}


def after_payment(*, known: GatewayPayment.State, reading: PaymentState) -> Step[GatewayPayment.State]:
    """Where a payment stands that was `known` and is read as this."""
    succeeded = GatewayPayment.State.SUCCEEDED
    if reading is PaymentState.SUCCEEDED:
        return Step(known) if known == succeeded else Step(succeeded, Effect.BOOK)
    if known == succeeded:
        ended = reading in (PaymentState.FAILED, PaymentState.CANCELLED)
        return Step(known, Effect.ASK_A_PERSON) if ended else Step(known)
    if known not in _UNDECIDED:  # failed or cancelled: only money changes that
        return Step(known)
    return Step(GatewayPayment.State(reading.value))


def after_refund(*, known: GatewayRefund.State, reading: RefundState) -> Step[GatewayRefund.State]:
    """Where an attempt to send money back stands that was `known` and is read as this."""
    succeeded, failed = GatewayRefund.State.SUCCEEDED, GatewayRefund.State.FAILED
    new = _REFUND_STATES[reading]
    if known in _REFUND_UNDECIDED:
        return Step(new, Effect.BOOK if new == succeeded else Effect.ASK_A_PERSON if new == failed else Effect.NONE)
    if known == succeeded and new == failed:
        return Step(new, Effect.UNBOOK)
    if known != succeeded and new == succeeded:
        return Step(known, Effect.ASK_A_PERSON)  # it may have been sent another way meanwhile, or was: the buyer has it twice
    return Step(known)
