"""What of gateways waits for a person of the federation, and which decisions fit it. Reads only; `gateway_attention` decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from federation.buying import gateway_disputes, gateway_payment_rows, gateway_problems, gateway_refunds
from federation.buying.gateway_problems import Problem
from marketplace.gateway_payments import refund_attempts


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentProblem:
    """A payment that a person must look at.

    can_send_back: its money paid nothing, and waits to go back. can_write_off: it is gone. can_close: only looking was asked for.
    difference_rupiah: how much more the gateway has of it, by its word, than the books. can_correct: a person may decide to follow that.
    lacking_rupiah: what its buyer lacks, since a dispute's money that was counted as a refund was given back.
    can_give_up: nobody decides it, and its orders cannot lapse.
    """

    payment_id: UUID
    code: str  # the purchase's short code
    gateway: str
    channel: str
    external_id: str
    asked_rupiah: int
    received_rupiah: int | None
    problems: Sequence[Problem]
    difference_rupiah: int
    lacking_rupiah: int
    started_at: datetime
    can_send_back: bool
    can_write_off: bool
    can_close: bool
    can_correct: bool
    can_give_up: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundProblem:
    """A refund attempt that a person must look at. can_decide: it may be sent again, or paid out of the federation's own cash.

    by_hand_rupiah: what of it may be paid so; 0: nothing now.
    """

    refund_attempt_id: UUID
    code: str
    gateway: str
    channel: str
    external_id: str  # of the payment
    amount_rupiah: int
    by_hand_rupiah: int
    problems: Sequence[Problem]
    made_at: datetime
    can_decide: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """What waits for a person, oldest first; and how many payments are disputed, which wait for the buyer's bank."""

    payments: Sequence[PaymentProblem]
    refunds: Sequence[RefundProblem]
    disputed_payments: int


def read() -> Waiting:
    """All that waits for a person."""
    refunds = gateway_refunds.with_problem()
    in_force = gateway_refunds.causes_in_force(causes=[row.cause_id for row in refunds])
    return Waiting(
        payments=[
            PaymentProblem(
                payment_id=row.id,
                code=row.purchase.code,
                gateway=row.gateway,
                channel=row.channel,
                external_id=row.external_id,
                asked_rupiah=row.amount_rupiah,
                received_rupiah=row.received_rupiah,
                problems=gateway_problems.of(row),
                difference_rupiah=row.difference_rupiah,
                lacking_rupiah=max(0, -gateway_disputes.unused_rupiah(payment=row)),
                started_at=row.started_at,
                can_send_back=can_send_back(row),
                can_write_off=can_write_off(row),
                can_close=bool(closable(row)),
                can_correct=can_correct(row),
                can_give_up=can_give_up(row),
            )
            for row in gateway_payment_rows.with_problem()
        ],
        refunds=[
            RefundProblem(
                refund_attempt_id=row.id,
                code=row.gateway_payment.purchase.code,
                gateway=row.gateway_payment.gateway,
                channel=row.gateway_payment.channel,
                external_id=row.gateway_payment.external_id,
                amount_rupiah=row.amount_rupiah,
                by_hand_rupiah=refund_attempts.by_hand_rupiah(row),
                problems=gateway_problems.of(row),
                made_at=row.made_at,
                can_decide=can_decide(row, is_sent_otherwise=row.cause_id in in_force),
            )
            for row in refunds
        ],
        disputed_payments=gateway_payment_rows.disputed_count(),
    )


def can_send_back(row: gateway_payment_rows.Row) -> bool:
    """Whether its money paid nothing, and waits to go back to its buyer."""
    return Problem.AMOUNT in gateway_problems.of(row) and bool(row.received_rupiah)


def can_write_off(row: gateway_payment_rows.Row) -> bool:
    """Whether the gateway took it back, which a person must write off."""
    return Problem.TAKEN_BACK in gateway_problems.of(row)


def can_give_up(row: gateway_payment_rows.Row) -> bool:
    """Whether it is live long after its time."""
    return row.is_live and Problem.UNDECIDED in gateway_problems.of(row)


def can_correct(row: gateway_payment_rows.Row) -> bool:
    """Whether a person may decide that the books follow the gateway."""
    return row.difference_rupiah != 0 and not can_write_off(row)


def closable(row: gateway_payment_rows.Row) -> list[Problem]:
    """The problems that looking ends: neither money that must go back, nor money that is gone."""
    decided = [Problem.TAKEN_BACK, *([Problem.UNDECIDED] if can_give_up(row) else []), *([Problem.AMOUNT] if can_send_back(row) else [])]
    return [problem for problem in gateway_problems.of(row) if problem not in decided]


def can_decide(row: gateway_refunds.Row, *, is_sent_otherwise: bool) -> bool:
    """Whether its money may go back by another attempt: never while one is on its way, or has arrived."""
    return (
        row.state == gateway_refunds.State.FAILED and Problem.SENT_AFTER_FAILURE not in gateway_problems.of(row) and not is_sent_otherwise
    )
