"""Disputes of payments, booked by the money that they moved at the gateway, never by their state alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from federation.buying import gateway_disputes, gateway_payment_rows, gateway_problems, gateway_refunds
from federation.buying.gateway_problems import Problem
from settlement.bank.gateways import gateway_interface as gateways
from settlement.ledger import gateway_money
from settlement.ledger.gateway_money import DisputeMoney

State = gateway_disputes.State
ENDED = (State.WON, State.LOST)
TAKEN_BACK = "taken-back"  # our own name of what is no dispute at the gateway


def record(*, payment: gateway_payment_rows.Row, stated: Sequence[gateways.Dispute], at: datetime) -> None:
    """Take in how the disputes of a locked payment stand; the caller saves the payment. What is odd goes to a person."""
    for dispute in stated:
        row = gateway_disputes.noted(payment=payment, external_id=dispute.id, state=State(dispute.state.value), at=at)
        if not _book(payment=payment, row=row, dispute=dispute, at=at):
            gateway_problems.find(payment, Problem.DISPUTE)


def _book(*, payment: gateway_payment_rows.Row, row: gateway_disputes.Row, dispute: gateways.Dispute, at: datetime) -> bool:
    """Book what moved since. False: it is odd; where it does not fit what was booked, nothing was."""
    before, now = money_of(row), _stated(dispute)
    if not _fits(row, dispute):
        return False
    if before != now:
        gateway_money.dispute(gateway=payment.gateway, payment_id=payment.id, dispute_id=row.id, before=before, now=now, happened_at=at)
    row.state = State(dispute.state.value)
    row.withdrawn_rupiah, row.returned_rupiah = dispute.withdrawn_rupiah, dispute.returned_rupiah
    row.fee_rupiah, row.fee_returned_rupiah = dispute.fee_rupiah, dispute.fee_returned_rupiah
    if row.state in ENDED and row.ended_at is None:
        row.ended_at = at
    row.save()
    whole = 0 if row.state == State.LOST else row.withdrawn_rupiah
    return row.returned_rupiah in (0, whole)


def _fits(row: gateway_disputes.Row, dispute: gateways.Dispute) -> bool:
    """No sum shrinks, no more comes back than went, and what was lost stays so until it is given back."""
    if dispute.withdrawn_rupiah < row.withdrawn_rupiah or not row.returned_rupiah <= dispute.returned_rupiah <= dispute.withdrawn_rupiah:
        return False
    if dispute.fee_rupiah < row.fee_rupiah or not row.fee_returned_rupiah <= dispute.fee_returned_rupiah <= dispute.fee_rupiah:
        return False
    given_back = dispute.returned_rupiah == dispute.withdrawn_rupiah
    return row.state != State.LOST or dispute.state is gateways.DisputeState.LOST or given_back


def money_of(row: gateway_disputes.Row) -> DisputeMoney:
    """What is booked of a dispute."""
    return DisputeMoney(
        withdrawn_rupiah=row.withdrawn_rupiah,
        returned_rupiah=row.returned_rupiah,
        fee_rupiah=row.fee_rupiah,
        fee_returned_rupiah=row.fee_returned_rupiah,
        lost_rupiah=gateway_disputes.lost_rupiah(row),
    )


def _stated(dispute: gateways.Dispute) -> DisputeMoney:
    return DisputeMoney(
        withdrawn_rupiah=dispute.withdrawn_rupiah,
        returned_rupiah=dispute.returned_rupiah,
        fee_rupiah=dispute.fee_rupiah,
        fee_returned_rupiah=dispute.fee_returned_rupiah,
        lost_rupiah=dispute.withdrawn_rupiah - dispute.returned_rupiah if dispute.state is gateways.DisputeState.LOST else 0,
    )


def moved_rupiah(*, payment: gateway_payment_rows.Row, stated: Sequence[gateways.Dispute]) -> int:
    """By how much the gateway has more in all by its disputes, as it states them; those that it leaves out stand as they are booked."""
    left_out = payment.disputes.exclude(external_id__in=[TAKEN_BACK, *(dispute.id for dispute in stated)])
    return sum(_stated(dispute).moved_rupiah for dispute in stated) + sum(money_of(row).moved_rupiah for row in left_out)


def kept_fees_rupiah(*, payment: gateway_payment_rows.Row, stated: Sequence[gateways.Dispute]) -> int:
    """What the gateway keeps for disputes, as moved_rupiah."""
    left_out = payment.disputes.exclude(external_id__in=[dispute.id for dispute in stated])
    fees = [*map(_stated, stated), *map(money_of, left_out)]
    return sum(fee.fee_rupiah - fee.fee_returned_rupiah for fee in fees)


def write_off(*, payment: gateway_payment_rows.Row, at: datetime) -> None:
    """The gateway took back what it had said was paid: for a locked payment, book what is left as a dispute that was lost."""
    sent = sum(payment.refunds.filter(state=gateway_refunds.State.SUCCEEDED).values_list("amount_rupiah", flat=True))
    taken = sum(row.withdrawn_rupiah - row.returned_rupiah for row in payment.disputes.all())
    left = (payment.received_rupiah or 0) - sent - taken
    if left > 0:
        row = gateway_disputes.noted(payment=payment, external_id=TAKEN_BACK, state=State.OPEN, at=at)
        withdrawn = row.withdrawn_rupiah + left
        lost = gateways.DisputeState.LOST
        dispute = gateways.Dispute(id=TAKEN_BACK, state=lost, withdrawn_rupiah=withdrawn, returned_rupiah=row.returned_rupiah)
        _book(payment=payment, row=row, dispute=dispute, at=at)


def undo_write_off(*, payment: gateway_payment_rows.Row, at: datetime) -> None:
    """The gateway says again that a locked payment was made, after it was written off: the money is there."""
    for row in payment.disputes.filter(external_id=TAKEN_BACK):
        withdrawn = row.withdrawn_rupiah
        won = gateways.Dispute(id=TAKEN_BACK, state=gateways.DisputeState.WON, withdrawn_rupiah=withdrawn, returned_rupiah=withdrawn)
        _book(payment=payment, row=row, dispute=won, at=at)


def give_up_rest(*, payment: gateway_payment_rows.Row, at: datetime) -> None:
    """A person says that the gateway gives no more back of disputes of a locked payment that it calls won and gave back in part: the buyer
    has the rest. If it comes all the same, the dispute is won as a whole, or the difference waits for a person."""
    for row in payment.disputes.filter(state=State.WON):
        if 0 < row.returned_rupiah < row.withdrawn_rupiah:
            booked = money_of(row)
            lost = gateways.Dispute(
                id=row.external_id,
                state=gateways.DisputeState.LOST,
                withdrawn_rupiah=booked.withdrawn_rupiah,
                returned_rupiah=booked.returned_rupiah,
                fee_rupiah=booked.fee_rupiah,
                fee_returned_rupiah=booked.fee_returned_rupiah,
            )
            _book(payment=payment, row=row, dispute=lost, at=at)


def lost_rupiah(*, payment: gateway_payment_rows.Row) -> int:
    """What buyers have of the payment by disputes that were lost."""
    return sum(map(gateway_disputes.lost_rupiah, payment.disputes.all()))
