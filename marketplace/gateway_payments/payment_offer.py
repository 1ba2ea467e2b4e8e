"""What a purchase's page shows of paying at a gateway: what is due, by which channels, and how the payment stands."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from federation.buying import gateway_payment_rows, gateway_problems, gateway_refunds, payment_methods, seller_orders
from federation.buying.gateway_problems import Problem
from marketplace.gateway_payments import pay_purchase
from settlement.bank.gateways.gateway_interface import Channel
from tenants import trade_holds
from tenants.codes import FEDERATION


class Stage(enum.Enum):
    """Where the payment of a purchase at a gateway stands, as its buyer needs to know it."""

    NOTHING = "nothing"  # nothing of the purchase is, or was, to be paid at a gateway
    TO_PAY = "to-pay"  # nothing is under way: choose how, and pay
    WAITING = "waiting"  # a payment waits at the gateway: go on there, or choose another way
    PROCESSING = "processing"  # the gateway has not decided: do not pay again
    FAILED = "failed"  # the last try failed or was cancelled: pay again
    UNDER_REVIEW = "under-review"  # money came that does not fit, or nobody can tell whether it did: the federation looks at it
    PAID = "paid"
    HELD = "held"  # the sellers of what is unpaid are held after a restore: it is paid once they trade again


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentOffer:
    """amount_rupiah: all unpaid orders whose money goes through a gateway, together. channels: by which it can be paid, in their order.

    chosen: the channel of the payment under way, else the one chosen at the checkout. url: where the buyer goes on, if anywhere.
    outdated: the payment under way asks for another sum than is due by now, so that nobody should pay it.
    rest_back_rupiah: money that paid no order, on its way back to the buyer.
    """

    stage: Stage
    amount_rupiah: int
    channels: Sequence[Channel]
    chosen: Channel | None
    url: str
    outdated: bool
    is_under_way: bool  # a payment is live
    replaced: bool  # it took the place of one that was cancelled, whose page or code the buyer may still have before them
    expires_at: datetime | None
    rest_back_rupiah: int

    def is_over(self, *, at: datetime) -> bool:
        """Whether too little is left of the orders' time to begin a payment."""
        return self.expires_at is None or self.expires_at <= at + pay_purchase.TIME_TO_PAY


def of_purchase(*, purchase_id: UUID, at: datetime) -> PaymentOffer:
    """What is to be paid of a purchase at a gateway. At most three statements; one for a purchase without such orders."""
    held = seller_orders.held_by(holder=FEDERATION, purchase_id=purchase_id)
    orders = [order for order in held if payment_methods.of(method=order.method).channel is not None]
    unpaid = [order for order in orders if order.paid_at is None and order.ended_at is None]
    payments = gateway_payment_rows.of_purchase(purchase_id=purchase_id) if orders else []
    last = payments[0] if payments else None
    live = last if last is not None and last.is_live else None
    due = [order for order in unpaid if not trade_holds.is_held(village_code=order.seller)]
    if live is not None and live.amount_rupiah == sum(order.total_rupiah for order in unpaid):
        due = unpaid  # it was begun before the sellers were held, and goes on
    amount = sum(order.total_rupiah for order in due)
    channels = list(pay_purchase.offered(amount_rupiah=amount)) if due else []
    outdated = live is not None and live.amount_rupiah != amount
    chosen = Channel(live.channel) if live is not None else payment_methods.of(method=due[0].method).channel if due else None
    return PaymentOffer(
        stage=Stage.HELD if unpaid and not due and live is None else _stage(due=bool(due), paid=any(o.paid_at for o in orders), last=last),
        amount_rupiah=amount,
        channels=channels,
        chosen=chosen,
        url=live.url if live is not None and live.expires_at > at and not outdated else "",
        outdated=outdated,
        is_under_way=live is not None,
        replaced=live is not None and any(row.state == gateway_payment_rows.State.CANCELLED for row in payments[1:]),
        expires_at=min((order.expires_at for order in due if order.expires_at is not None), default=None),
        rest_back_rupiah=gateway_refunds.rest_back_rupiah(purchase_id=purchase_id) if last is not None else 0,
    )


def _stage(*, due: bool, paid: bool, last: gateway_payment_rows.Row | None) -> Stage:
    if last is not None and last.state == gateway_payment_rows.State.SUCCEEDED and last.problem and (due or last.payment_id is None):
        return Stage.UNDER_REVIEW
    if due and last is not None and last.is_live and Problem.UNREADABLE in gateway_problems.of(last):
        return Stage.UNDER_REVIEW
    if last is not None and last.state == gateway_payment_rows.State.PROCESSING:
        return Stage.PROCESSING
    if due and last is not None and last.is_live:
        return Stage.WAITING
    if due and last is not None and not paid:
        return Stage.FAILED
    if due:
        return Stage.TO_PAY
    return Stage.PAID if paid else Stage.NOTHING
