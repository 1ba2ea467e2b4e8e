"""A buyer pays at a gateway: one payment for all orders of a purchase whose money the federation holds, whatever their sellers."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, transaction
from django.utils.translation import gettext_noop

from federation.buying import gateway_payment_rows, gateway_problems, payment_methods, purchases, seller_orders
from federation.buying.gateway_problems import Problem
from marketplace.gateway_payments import payment_round, readings
from marketplace.orders import order_records
from settlement.bank.gateways import gateway_interface as gateways
from settlement.bank.gateways import registry
from settlement.bank.gateways.gateway_interface import KEY_LIVES, Channel, Gateway, PaymentOrder, Terms
from settlement.ledger import open_accounts
from tenants import trade_holds
from tenants.codes import FEDERATION
from tenants.errors import DomainError, Kind

State = gateway_payment_rows.State
TIME_TO_PAY = timedelta(minutes=2)  # less is left of an order's time: it is as good as over
TRIES = 3
_log = logging.getLogger(__name__)


class NoSuchPurchase(DomainError):
    """No purchase has this link."""

    kind = Kind.NOT_FOUND
    code = "no-such-purchase-to-pay"
    sentence = gettext_noop("Belanjaan tidak ditemukan. Buka lagi dari tautan Anda.")


class NothingToPay(DomainError):
    """No order of the purchase waits for money that goes through a gateway, or its time is over."""

    kind = Kind.CONFLICT
    code = "nothing-to-pay"
    sentence = gettext_noop("Tidak ada yang perlu dibayar di sini, atau waktunya sudah lewat.")


class ChannelNotOffered(DomainError):
    """No gateway takes this sum by this channel."""

    kind = Kind.CONFLICT
    code = "channel-not-offered"
    sentence = gettext_noop("Cara bayar itu sedang tidak tersedia untuk jumlah ini. Pilih cara lain.")


class BeingDecided(DomainError):
    """The buyer has paid, and the gateway has not decided yet."""

    kind = Kind.CONFLICT
    code = "payment-being-decided"
    sentence = gettext_noop("Pembayaran Anda sedang diproses. Tunggu sebentar, jangan membayar lagi.")


class UnderReview(DomainError):
    """Money came in another sum than was asked for, or what the gateway said cannot be taken in, and a person looks at it."""

    kind = Kind.CONFLICT
    code = "payment-under-review"
    sentence = gettext_noop("Pembayaran Anda sedang diperiksa federasi. Jangan membayar lagi; kami hubungi Anda.")


class GatewayRefused(DomainError):
    """The gateway will not begin such a payment."""

    kind = Kind.CONFLICT
    code = "gateway-refused"
    sentence = gettext_noop("Cara bayar itu menolak pembayaran ini. Belum ada uang yang berpindah. Pilih cara lain.")


class GatewayDoesNotAnswer(DomainError):
    """Nobody knows whether the gateway began the payment; the same request again goes on from there."""

    kind = Kind.UNAVAILABLE
    code = "gateway-does-not-answer"
    sentence = gettext_noop("Cara bayar itu sedang tidak menjawab. Coba lagi sebentar lagi; Anda tidak akan membayar dua kali.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """A payment that waits for its buyer at `url` (empty: it was paid meanwhile, or needs no page)."""

    payment_id: UUID
    channel: Channel
    amount_rupiah: int
    url: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """The live payment of a purchase. is_wanted: it asks for what is due, by the channel that the buyer wants, and its time is not over."""

    payment: gateway_payment_rows.Row
    is_wanted: bool


def start(*, token: str, channel: Channel, return_url: str, at: datetime) -> Started:
    """Begin to pay what a purchase owes the federation, or go on with what was begun: sent twice, it is one payment.

    A payment that waits for another sum, or by another channel, is cancelled at its gateway first. A use case of its own.

    :raises trade_holds.TradeHeld: if nothing else waits than orders whose sellers are held after a restore
    :raises NoSuchPurchase, NothingToPay, ChannelNotOffered, BeingDecided, UnderReview, GatewayRefused, GatewayDoesNotAnswer: as they say
    """
    purchase = purchases.by_token(token=token)
    if purchase is None:
        raise NoSuchPurchase
    for _try in range(TRIES):
        begun = _begin(purchase=purchase, channel=channel, return_url=return_url, at=at)
        payment = begun.payment
        gateway = registry.of(name=payment.gateway)
        if gateway is None:
            raise GatewayDoesNotAnswer
        try:
            if begun.is_wanted:
                return _call(payment=payment, gateway=gateway, code=purchase.code, at=at)
            payment = payment_round.cancel(payment=payment, gateway=gateway, at=at)
        except (DomainError, OperationalError):
            raise
        except OSError as silence:
            raise GatewayDoesNotAnswer from silence
        except Exception as fault:
            _log.exception("payment %s at %s could not be begun", payment.id, gateway.name)
            readings.record_fault(payment_id=payment.id, at=at)
            raise UnderReview from fault
        if payment.is_live:
            raise BeingDecided
    raise GatewayDoesNotAnswer


def _begin(*, purchase: purchases.Row, channel: Channel, return_url: str, at: datetime) -> Begun:
    """The live payment of the purchase, or a new one where there is none."""
    with transaction.atomic(durable=True):
        places = seller_orders.places_held_by(holder=FEDERATION, purchase_id=purchase.id)
        pairs = [
            pair
            for pair in order_records.all_locked_that_can_change(places=places)
            if pair.own.paid_at is None and pair.own.ended_at is None
        ]
        pairs = [pair for pair in pairs if payment_methods.of(method=pair.own.method).channel is not None]
        live = gateway_payment_rows.live_of(purchase_id=purchase.id)
        until = min((pair.own.expires_at for pair in pairs if pair.own.expires_at is not None), default=at)
        due = {pair.own.id: pair.own.total_rupiah for pair in pairs}
        # No payment is begun for a seller that is held after a restore; one that was begun before goes on.
        due_now = {pair.own.id: due[pair.own.id] for pair in pairs if not trade_holds.is_held(village_code=pair.seller)}
        if live is not None:
            if live.state == State.PROCESSING:
                raise BeingDecided
            if Problem.UNREADABLE in gateway_problems.of(live):
                raise UnderReview
            shares = gateway_payment_rows.shares_of(payment=live)
            if live.channel == channel and live.expires_at > at and shares in (due, due_now):
                return Begun(payment=live, is_wanted=True)
        for pair in pairs if not due_now else ():
            trade_holds.refuse_order(village_code=pair.seller)
        if live is not None:
            return Begun(payment=live, is_wanted=False)
        if gateway_payment_rows.is_under_review(purchase_id=purchase.id):
            raise UnderReview
        if not due_now or until <= at + TIME_TO_PAY:
            raise NothingToPay
        name = offered(amount_rupiah=sum(due_now.values())).get(channel)
        if name is None:
            raise ChannelNotOffered
        open_accounts.open_gateway(name=name, at=at)
        payment = gateway_payment_rows.begin(
            purchase=purchase,
            gateway=name,
            channel=channel,
            amounts_rupiah=due_now,
            return_url=return_url,
            expires_at=until,
            at=at,
        )
        return Begun(payment=payment, is_wanted=True)


def offered(*, amount_rupiah: int) -> dict[Channel, str]:
    """The channels by which so much can be paid at once, each with the gateway that takes it."""
    found = registry.channels().items()
    return {channel: offer.gateway for channel, offer in found if _takes(offer.terms, amount_rupiah)}


def _takes(terms: Terms, amount_rupiah: int) -> bool:
    return terms.largest_rupiah is None or amount_rupiah <= terms.largest_rupiah


def _call(*, payment: gateway_payment_rows.Row, gateway: Gateway, code: str, at: datetime) -> Started:
    """Tell the gateway of the payment, under its key: it begins it, or says how it stands."""
    order = PaymentOrder(
        key=payment.key,
        channel=Channel(payment.channel),
        amount_rupiah=payment.amount_rupiah,
        label=f"Pasarsama {code}",
        return_url=payment.return_url,
        expires_at=payment.expires_at,
    )
    try:
        if payment.state == State.STARTING and at - payment.started_at < KEY_LIVES:
            reading = gateway.start(order)
        else:
            found = gateway.read(key=payment.key, id=payment.external_id)
            if found is None:
                raise GatewayDoesNotAnswer
            reading = found
    except gateways.Refused as refusal:
        _log.warning("payment %s refused by %s: %s", payment.id, gateway.name, refusal)
        readings.record_refusal(payment_id=payment.id, problem=None, at=at)
        raise GatewayRefused from refusal
    except gateways.KeyReused as error:
        readings.record_refusal(payment_id=payment.id, problem=Problem.KEY, at=at)
        raise GatewayRefused from error
    payment = readings.record(payment_id=payment.id, reading=reading, at=at)
    if payment.state in (State.FAILED, State.CANCELLED):
        if reading.state in payment_round.UNDECIDED:  # it was given up while it began: nobody shall pay it
            with contextlib.suppress(OSError):  # the round reads it again
                payment_round.cancel(payment=payment, gateway=gateway, at=at)
        raise GatewayRefused
    return Started(
        payment_id=payment.id,
        channel=Channel(payment.channel),
        amount_rupiah=payment.amount_rupiah,
        url=payment.url,
        expires_at=payment.expires_at,
    )
