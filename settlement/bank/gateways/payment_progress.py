"""How far a payment or refund at a gateway has come, and what a reading changes about it. Whoever stores them only obeys.

Readings come late, twice and in the wrong order: a state that lies behind what is known changes nothing. What was acted upon and is
contradicted afterwards goes to a person, except the two contradictions that the gateways themselves announce: money that came after a
payment had ended (it did come), and a refund that failed after it had succeeded (it is owed again).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from settlement.bank.gateways import PaymentState, RefundState


class Effect(enum.Enum):
    """What a reading does besides the new state."""

    NONE = "none"
    BOOK = "book"  # the money moved: book it
    UNBOOK = "unbook"  # it moved back
    ASK_A_PERSON = "ask-a-person"


@dataclass(frozen=True, slots=True)
class Step:
    """The state after a reading, and what follows from it."""

    state: str
    effect: Effect = Effect.NONE


# Before the first answer of the gateway an attempt is "starting", a refund "waiting"; both are less than all that a gateway can say.
_RANKS: Mapping[str, int] = {"starting": 0, "pending": 1, "processing": 1}
_REFUND_RANKS: Mapping[str, int] = {"waiting": 0, "pending": 1, "action": 1}
_REFUND_STATES: Mapping[RefundState, str] = {
    RefundState.PENDING: "pending",
    RefundState.REQUIRES_ACTION: "action",
    RefundState.SUCCEEDED: "succeeded",
    RefundState.FAILED: "failed",
    RefundState.CANCELLED: "failed",
}


def after_payment(*, known: str, reading: PaymentState) -> Step:
    """Where an attempt stands that was `known` (GatewayPayment.State) and is read as this."""
    if reading is PaymentState.SUCCEEDED:
        return Step(known) if known == "succeeded" else Step("succeeded", Effect.BOOK)
    if known == "succeeded":
        ended = reading in (PaymentState.FAILED, PaymentState.CANCELLED)
        return Step(known, Effect.ASK_A_PERSON) if ended else Step(known)
    if known not in _RANKS:  # failed or cancelled: only money changes that
        return Step(known)
    return Step(reading.value)


def after_refund(*, known: str, reading: RefundState) -> Step:
    """Where an attempt to send money back stands that was `known` (GatewayRefund.State) and is read as this."""
    new = _REFUND_STATES[reading]
    if known in _REFUND_RANKS:
        return Step(new, Effect.BOOK if new == "succeeded" else Effect.ASK_A_PERSON if new == "failed" else Effect.NONE)
    if known == "succeeded" and new == "failed":
        return Step(new, Effect.UNBOOK)
    if known == "failed" and new == "succeeded":
        return Step(known, Effect.ASK_A_PERSON)  # it may have been sent another way meanwhile
    return Step(known)
