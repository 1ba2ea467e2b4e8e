"""Disputes of payments, booked by the money that they moved at the gateway, never by their state alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from federation.buying import gateway_disputes, gateway_payments, gateway_problems, gateway_refunds
from federation.buying.gateway_problems import Problem
from settlement.bank.gateways import gateway_interface as gateways
from settlement.ledger import gateway_money

State = gateway_disputes.State
ENDED = (State.WON, State.LOST)
TAKEN_BACK = "taken-back"  # our own name of what is no dispute at the gateway


def record(*, payment: gateway_payments.Row, stated: Sequence[gateways.Dispute], at: datetime) -> None:
    """Take in how the disputes of a locked payment stand; the caller saves the payment. What contradicts the books goes to a person."""
    for dispute in stated:
        row = gateway_disputes.noted(payment=payment, external_id=dispute.id, state=State(dispute.state.value), at=at)
        if not _book(payment=payment, row=row, dispute=dispute, at=at):
            gateway_problems.find(payment, Problem.DISPUTE)


def _book(*, payment: gateway_payments.Row, row: gateway_disputes.Row, dispute: gateways.Dispute, at: datetime) -> bool:
    """Book what moved since; False: it does not fit what was booked, and nothing was."""
    if not _fits(row, dispute):
        return False
    name, payment_id, dispute_id = payment.gateway, payment.id, row.id
    withdrawn, returned = dispute.withdrawn_rupiah, dispute.returned_rupiah
    if withdrawn and not row.withdrawn_rupiah:
        gateway_money.dispute(gateway=name, payment_id=payment_id, dispute_id=dispute_id, amount_rupiah=withdrawn, happened_at=at)
    if (fee := dispute.fee_rupiah) and not row.fee_rupiah:
        gateway_money.charge_dispute(gateway=name, payment_id=payment_id, dispute_id=dispute_id, fee_rupiah=fee, happened_at=at)
    if (fee := dispute.fee_returned_rupiah) and not row.fee_returned_rupiah:
        gateway_money.refund_dispute_fee(gateway=name, payment_id=payment_id, dispute_id=dispute_id, fee_rupiah=fee, happened_at=at)
    if returned and not row.returned_rupiah:
        gateway_money.win_dispute(gateway=name, payment_id=payment_id, dispute_id=dispute_id, amount_rupiah=returned, happened_at=at)
    if withdrawn and dispute.state is gateways.DisputeState.LOST and row.state != State.LOST:
        gateway_money.lose_dispute(payment_id=payment_id, dispute_id=dispute_id, amount_rupiah=withdrawn, happened_at=at)
    row.state = State(dispute.state.value)
    row.withdrawn_rupiah, row.returned_rupiah = dispute.withdrawn_rupiah, dispute.returned_rupiah
    row.fee_rupiah, row.fee_returned_rupiah = dispute.fee_rupiah, dispute.fee_returned_rupiah
    if row.state in ENDED and row.ended_at is None:
        row.ended_at = at
    row.save()
    return True


def _fits(row: gateway_disputes.Row, dispute: gateways.Dispute) -> bool:
    """Each sum is booked once; a dispute ends once, and what comes back is all that went."""
    booked = (
        (row.withdrawn_rupiah, dispute.withdrawn_rupiah),
        (row.returned_rupiah, dispute.returned_rupiah),
        (row.fee_rupiah, dispute.fee_rupiah),
        (row.fee_returned_rupiah, dispute.fee_returned_rupiah),
    )
    if any(before not in (0, now) for before, now in booked):
        return False
    if dispute.returned_rupiah not in (0, dispute.withdrawn_rupiah) or dispute.fee_returned_rupiah > dispute.fee_rupiah:
        return False
    if dispute.state is gateways.DisputeState.LOST and dispute.returned_rupiah:
        return False
    return row.state != State.LOST or dispute.state is gateways.DisputeState.LOST


def write_off(*, payment: gateway_payments.Row, at: datetime) -> None:
    """The gateway took back what it had said was paid: for a locked payment, book it as a dispute that was lost."""
    sent = sum(payment.refunds.filter(state=gateway_refunds.State.SUCCEEDED).values_list("amount_rupiah", flat=True))
    left = (payment.received_rupiah or 0) - sent - lost_rupiah(payment=payment)
    if left > 0:
        row = gateway_disputes.noted(payment=payment, external_id=TAKEN_BACK, state=State.OPEN, at=at)
        taken = gateways.Dispute(id=TAKEN_BACK, state=gateways.DisputeState.LOST, withdrawn_rupiah=left)
        _book(payment=payment, row=row, dispute=taken, at=at)


def is_disputed(*, payment: gateway_payments.Row) -> bool:
    """Whether a dispute is open whose money the gateway withdrew: meanwhile nothing else of the payment goes back."""
    rows = payment.disputes.filter(returned_rupiah=0, withdrawn_rupiah__gt=0)
    return rows.exclude(state=State.LOST).exists()


def lost_rupiah(*, payment: gateway_payments.Row) -> int:
    """What buyers have of the payment by disputes that were lost."""
    return sum(payment.disputes.filter(state=State.LOST).values_list("withdrawn_rupiah", flat=True))
