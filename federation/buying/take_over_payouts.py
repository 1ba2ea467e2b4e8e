"""What the federation took over reaches the buyer at the counter that once took the money (take_overs)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from federation.buying import refund_steps, take_overs
from tenants import activity_log, archived_villages, idempotency, trade_holds
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.people import permissions
from tenants.people.permissions import Permission


def pay_out(*, village_code: VillageCode, take_over_id: UUID, purchase_id: UUID, act: Act) -> None:
    """The cashier of the counter that took the money gave it back to the buyer; the same form counts once.

    :raises take_overs.NoSuchTakeOver: if this counter pays none such for this purchase
    :raises refund_steps.PaidOutAlready: if another person or another form said so before
    :raises trade_holds.RefundsHeld: while the counter is held after a restore
    :raises permissions.Forbidden: unless `act.by` pays refunds out there
    """
    permissions.require(act.by, Permission.PAY_OUT_REFUNDS, village_code)
    archived_villages.refuse(village_code=village_code)
    trade_holds.refuse_payout(village_code=village_code)
    scope = idempotency.Scope(operation="refund-paid", principal=act.by.account_id, village_code=village_code)
    with transaction.atomic(durable=True):
        if idempotency.is_repeat(scope=scope, key=act.key, request={"take_over": take_over_id}, money=True, at=act.at):
            return
        hand_back(village_code=village_code, take_over_id=take_over_id, purchase_id=purchase_id, act=act)


def hand_back(*, village_code: VillageCode, take_over_id: UUID, purchase_id: UUID | None = None, act: Act) -> None:
    """Write, in the caller's transaction, that the money is with its buyer.

    :raises take_overs.NoSuchTakeOver: if this counter pays none such for this purchase
    :raises refund_steps.PaidOutAlready: if it was said before
    """
    row = take_overs.locked(take_over_id=take_over_id)
    if row.payer != village_code or purchase_id not in (None, row.order.purchase_id):
        raise take_overs.NoSuchTakeOver
    if row.paid_out_at is not None:
        raise refund_steps.paid_out_already(row)
    row.paid_out_by, row.paid_out_at = act.by.account_id, act.at
    row.save(update_fields=["paid_out_by", "paid_out_at"])
    activity_log.record(action="take-over.paid-out", subject_id=str(row.id), act=act, village_code=village_code)
