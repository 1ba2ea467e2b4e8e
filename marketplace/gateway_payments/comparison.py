"""The books follow the gateway's money: of each payment, what the gateway says of it in all, against what the books hold of it there.

What no rule explains is the payment's difference. It waits for a person, beside whatever problem stands or was closed, and goes by itself
if the gateway's word changes.
"""

from __future__ import annotations

from datetime import datetime

from federation.buying import gateway_disputes, gateway_payment_rows, gateway_problems, gateway_refunds, refund_steps, take_overs
from federation.buying.gateway_problems import Problem
from marketplace.gateway_payments import disputes
from settlement.bank.gateways.gateway_interface import PaymentReading, PaymentState
from settlement.ledger import deposit_sales, gateway_money
from tenants import acts


def take_word(*, payment: gateway_payment_rows.Row, reading: PaymentReading) -> None:
    """Note what the gateway says of a locked payment whose money came; the caller saves it.

    Taken back means that nothing is left of it but what the gateway keeps, whoever took it: disputes and refunds took a part of the same.
    """
    charge = (payment.charge_rupiah if reading.charge_rupiah is None else reading.charge_rupiah) or 0
    if reading.state is PaymentState.SUCCEEDED:
        moved = disputes.moved_rupiah(payment=payment, stated=reading.disputes)
        payment.stated_rupiah, payment.is_taken_back = reading.amount_rupiah - charge + moved, False
    elif reading.state in (PaymentState.FAILED, PaymentState.CANCELLED):
        fees = disputes.kept_fees_rupiah(payment=payment, stated=reading.disputes)
        payment.stated_rupiah, payment.is_taken_back = -charge - fees, True


def reopen_refunds(*, payment: gateway_payment_rows.Row, at: datetime) -> None:
    """What a lost dispute had given buyers of a locked payment was given back: refunds that it settled are owed again, newest first.

    A person decides how they go, as of those that failed. What was paid by hand beside the dispute's money stays paid, and a person is told
    that the buyer lacks the rest (compare): it goes by bank, as the federation's cost, which has gained as much by the dispute.
    """
    for row in payment.refunds.filter(state=gateway_refunds.State.BY_DISPUTE).order_by("-made_at"):
        if gateway_disputes.unused_rupiah(payment=payment) >= 0:
            return
        deposit_sales.reopen_refund(cause_id=row.cause_id, refund_attempt_id=row.id, amount_rupiah=row.by_dispute_rupiah, happened_at=at)
        row.state, row.by_dispute_rupiah = gateway_refunds.State.FAILED, 0
        gateway_problems.require(row, Problem.REFUND_FAILED)
        row.save()
        if row.refund_id is not None:
            refund_steps.owe_again(refund_id=row.refund_id, act=acts.by_system(at=at))


def compare(payment: gateway_payment_rows.Row) -> None:
    """Note the difference of a locked payment, and whether its buyer has money of it twice, by refunds, disputes and what was taken over.

    Saves these columns, and nothing else.
    """
    refunds = list(payment.refunds.all())
    sent = 0 if payment.is_taken_back else sum(refund.sent_rupiah for refund in refunds)
    causes = {payment.id, *(refund.cause_id for refund in refunds)}
    booked = gateway_money.balance_rupiah(gateway=payment.gateway, cause_ids=causes)
    payment.difference_rupiah = payment.stated_rupiah - sent - booked
    unused = gateway_disputes.unused_rupiah(payment=payment)
    paid = sum(refund.amount_rupiah for refund in refunds if refund.state in gateway_refunds.PAID)
    taken_over_too = unused > 0 and payment.payment_id is not None and take_overs.is_paid_twice(order_payment_id=payment.payment_id)
    if paid + max(0, unused) > (payment.received_rupiah or 0) or taken_over_too:
        gateway_problems.find(payment, Problem.TWICE)
    if unused < 0:  # only what was paid by hand beside a dispute's money: reopen_refunds has reopened the others
        gateway_problems.find(payment, Problem.OWED_AGAIN)
    payment.save(update_fields=["difference_rupiah", "problem", "closed_problem"])
