"""Payments that nobody decides: their time is long over, and the gateway is silent, used no more, or still says that they wait.

Their orders cannot lapse meanwhile, and hold goods. The round lets a person see such a payment, who gives it up here; money that comes for
it later is late money.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from federation.buying import gateway_payment_rows, gateway_problems
from marketplace.gateway_payments import gateway_attention, waiting_problems
from marketplace.orders import order_reasons
from tenants import activity_log
from tenants.acts import Act
from tenants.codes import FEDERATION
from tenants.people import permissions
from tenants.people.permissions import Permission


def give_up(*, payment_id: UUID, act: Act) -> None:
    """End a payment that nobody decides as cancelled, so that its orders lapse. The gateway is asked once more when it answers again.

    :raises gateway_attention.NotWaiting: if it does not wait for that
    :raises order_reasons.ReasonMissing: without a reason
    :raises permissions.Forbidden: unless `act.by` decides about gateways' money
    """
    permissions.require(act.by, Permission.DECIDE_GATEWAY_MONEY, FEDERATION)
    act = order_reasons.required(act)
    with transaction.atomic(durable=True):
        payment = gateway_payment_rows.locked_problem(payment_id=payment_id)
        if payment is None or not waiting_problems.can_give_up(payment):
            raise gateway_attention.NotWaiting
        payment.state, payment.ended_at, payment.url = gateway_payment_rows.State.CANCELLED, act.at, ""
        payment.next_read_at = act.at
        gateway_problems.clear(payment)
        payment.save()
        activity_log.record(action="gateway-payment.given-up", subject_id=payment.id, act=act)
