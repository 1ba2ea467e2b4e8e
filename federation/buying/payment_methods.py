"""How an order may be paid: for each method one row that says who holds the money, and everything that follows from it.

Whoever asks anything about a method asks here. Why, and where methods to come belong: deploy/decisions/2026-11-29-payment-methods.md.

Adding a method:

1. A code in `Method` and its row in `METHODS`; `makemigrations` for the choices.
2. Its holder and tender in the audit's own table (`deploy.audit.market_invariants.METHODS`); the English of its sentences.
3. Only if its row has a new value, what follows from that:
   - `ConfirmedBy`: marketplace/orders/dues.py, and marketplace/pages/buying/option_labels.py and purchase_progress.py (mypy says where);
     what compares it in marketplace/checkout/offers.py and federation/buying/purchase_details.py; `Walk.pay` of the first test below.
   - `RefundMethod`: federation/buying/order_payments.py and marketplace/pages/buying/purchase_progress.py.
   - `Tender`: marketplace/orders/order_permissions.py and federation/reports/cash_book.py.
   - `Holder` and `Hold`: their own functions here.
4. Two tests read the rows: tests/system/purchases/test_payment_methods.py takes each method through all (ordered, paid, handed over and
   refunded in every order, with the audit after each step); tests/unit/federation/buying/test_payment_methods.py holds every row to its
   rules and to the audit's table.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, assert_never

from django.db import models
from django.utils.translation import gettext_noop

from settlement.bank.gateways.gateway_interface import Channel, Terms
from settlement.ledger import deposit_sales, sales
from settlement.ledger.postings import Postings
from tenants.codes import FEDERATION, OUTSIDE, VillageCode


class Method(models.TextChoices):
    """The methods by their code, in the order in which they are offered."""

    COUNTER = "counter"  # cash at the home BUMDes' counter, beforehand
    COD_HOME = "cod_home"  # on delivery by the home courier, or at pick-up at the home BUMDes
    COD_SELLER = "cod_seller"  # on delivery by the seller's courier, or at pick-up at the seller's
    TRANSFER = "transfer"  # to the shop's own QRIS or bank account, beforehand
    CARD = "card"  # through a gateway, beforehand, as are the next three
    WALLET = "wallet"
    VIRTUAL_ACCOUNT = "va"
    QRIS = "qris"


class Holder(enum.Enum):
    """Who has the money until it is settled."""

    HOME = "home"  # the buyer's own village
    SELLER = "seller"
    FEDERATION = "federation"  # at a gateway, until that pays out

    def of(self, *, seller: VillageCode, home: VillageCode) -> VillageCode:
        """The holder of one order's money."""
        match self:
            case Holder.HOME:
                return home
            case Holder.SELLER:
                return seller
            case Holder.FEDERATION:
                return FEDERATION
            case other:
                assert_never(other)


class Tender(models.TextChoices):
    """In what form the money is with its holder."""

    CASH = "cash"  # in the box
    ACCOUNT = "account"  # on the holder's own bank account
    GATEWAY = "gateway"  # on the account of a payment gateway


class ConfirmedBy(enum.Enum):
    """Whose word counts that the money came."""

    COUNTER = "counter"  # the cashier of the home village
    DELIVERER = "deliverer"  # whoever hands the goods over; a cashier of the holder where that was missed
    SELLER = "seller"  # a cashier of the seller, who looks into its account
    GATEWAY = "gateway"  # the gateway itself, asked by us


class RefundMethod(enum.Enum):
    """How money goes back to the buyer."""

    COUNTER = "counter"  # paid out in cash where it was taken, when a cashier there confirms it
    SELLER = "seller"  # sent back by the seller, when a cashier there confirms it
    GATEWAY = "gateway"  # sent back by the gateway; where it cannot, by the federation


class HoldTerms(Protocol):
    """For how long the federation lets unpaid orders hold goods."""

    @property
    def counter_hold_hours(self) -> int: ...
    @property
    def cod_hold_hours(self) -> int: ...


class Hold(enum.Enum):
    """When an unpaid order lapses."""

    UNTIL_PAID = "until-paid"  # if it is not paid in time
    UNTIL_ACCEPTED = "until-accepted"  # if its seller does not accept it in time; from then on the seller answers for it

    def hours(self, *, terms: HoldTerms) -> int:
        """How long it holds its goods."""
        return terms.counter_hold_hours if self is Hold.UNTIL_PAID else terms.cod_hold_hours


@dataclass(frozen=True, kw_only=True, slots=True)
class Circumstances:
    """What decides whether a method is offered for one order."""

    seller: VillageCode
    home: VillageCode  # of the buyer
    home_is_member: bool
    deliverer: VillageCode
    takes_cod: bool  # settings of the seller's shop
    takes_transfer: bool
    gateways: Mapping[Channel, Terms]  # by what the federation's gateways take money; empty without any


@dataclass(frozen=True, kw_only=True)
class PaymentMethod:
    """One row. The sentences are msgids; %(home)s and %(seller)s are the names of the two BUMDes.

    offered: the rule. goods_wait: the goods leave the shop only when they are paid. postings: the module of the ledger that posts it.
    waiting_label: what the office reads while goods wait for their money; empty where they do not.
    """

    holder: Holder
    tender: Tender
    offered: Callable[[Circumstances], bool]
    confirmed_by: ConfirmedBy
    refund_method: RefundMethod
    hold: Hold
    goods_wait: bool
    postings: Postings
    choice_label: str  # at the checkout, behind how the goods are got
    buyer_label: str  # on the buyer's order
    office_label: str  # in the seller's back office
    waiting_label: str
    refund_label: str  # how the buyer gets money back; %(holder)s as the others
    receipt_label: str
    channel: Channel | None = None  # by what a buyer pays at a gateway; None: at none


def _through_gateway(channel: Channel, *, choice_label: str, buyer_label: str, office_label: str, receipt_label: str) -> PaymentMethod:
    """A method with the federation as holder: only what people call it differs."""
    return PaymentMethod(
        holder=Holder.FEDERATION,
        tender=Tender.GATEWAY,
        offered=lambda order: channel in order.gateways,
        confirmed_by=ConfirmedBy.GATEWAY,
        refund_method=RefundMethod.GATEWAY,
        hold=Hold.UNTIL_PAID,
        goods_wait=True,
        postings=deposit_sales,
        choice_label=choice_label,
        buyer_label=buyer_label,
        office_label=office_label,
        waiting_label=gettext_noop("Belum dibayar. Pembeli membayar lewat federasi; tunggu sampai tercatat lunas."),
        refund_label=gettext_noop("dikirim kembali lewat cara bayarnya"),
        receipt_label=receipt_label,
        channel=channel,
    )


METHODS: Mapping[Method, PaymentMethod] = {
    Method.COUNTER: PaymentMethod(
        holder=Holder.HOME,
        tender=Tender.CASH,
        offered=lambda order: order.home != OUTSIDE and order.home_is_member,
        confirmed_by=ConfirmedBy.COUNTER,
        refund_method=RefundMethod.COUNTER,
        hold=Hold.UNTIL_PAID,
        goods_wait=True,
        postings=sales,
        choice_label=gettext_noop("bayar dulu di loket %(home)s"),
        buyer_label=gettext_noop("Bayar tunai di loket BUMDes desa Anda"),
        office_label=gettext_noop("bayar tunai di BUMDes %(home)s"),
        waiting_label=gettext_noop("Belum dibayar. Pembeli membayar dulu di kas BUMDes %(home)s."),
        refund_label=gettext_noop("diambil di loket %(holder)s"),
        receipt_label=gettext_noop("tunai di loket"),
    ),
    Method.COD_HOME: PaymentMethod(
        holder=Holder.HOME,
        tender=Tender.CASH,
        offered=lambda order: order.deliverer == order.home != order.seller,
        confirmed_by=ConfirmedBy.DELIVERER,
        refund_method=RefundMethod.COUNTER,
        hold=Hold.UNTIL_ACCEPTED,
        goods_wait=False,
        postings=sales,
        choice_label=gettext_noop("bayar saat barang diterima"),
        buyer_label=gettext_noop("Bayar saat barang Anda terima di desa sendiri"),
        office_label=gettext_noop("bayar di BUMDes %(home)s saat barang diterima"),
        waiting_label="",
        refund_label=gettext_noop("diambil di loket %(holder)s"),
        receipt_label=gettext_noop("tunai saat barang diterima"),
    ),
    Method.COD_SELLER: PaymentMethod(
        holder=Holder.SELLER,
        tender=Tender.CASH,
        offered=lambda order: order.deliverer == order.seller and order.takes_cod,
        confirmed_by=ConfirmedBy.DELIVERER,
        refund_method=RefundMethod.COUNTER,
        hold=Hold.UNTIL_ACCEPTED,
        goods_wait=False,
        postings=sales,
        choice_label=gettext_noop("bayar saat barang diterima"),
        buyer_label=gettext_noop("Bayar langsung ke penjual saat barang Anda terima"),
        office_label=gettext_noop("bayar di tempat (COD)"),
        waiting_label="",
        refund_label=gettext_noop("diambil di loket %(holder)s"),
        receipt_label=gettext_noop("tunai saat barang diterima"),
    ),
    Method.TRANSFER: PaymentMethod(
        holder=Holder.SELLER,
        tender=Tender.ACCOUNT,
        offered=lambda order: order.takes_transfer,
        confirmed_by=ConfirmedBy.SELLER,
        refund_method=RefundMethod.SELLER,
        hold=Hold.UNTIL_PAID,
        goods_wait=True,
        postings=sales,
        choice_label=gettext_noop("bayar dulu ke QRIS atau rekening %(seller)s"),
        buyer_label=gettext_noop("Bayar ke QRIS atau rekening penjual"),
        office_label=gettext_noop("bayar ke QRIS atau rekening kita"),
        waiting_label=gettext_noop("Belum dikonfirmasi. Lihat apakah uangnya sudah masuk QRIS atau rekening kita, lalu konfirmasi di Kas."),
        refund_label=gettext_noop("dikembalikan oleh %(holder)s"),
        receipt_label=gettext_noop("ke QRIS atau rekening toko"),
    ),
    Method.CARD: _through_gateway(
        Channel.CARD,
        choice_label=gettext_noop("bayar dulu dengan kartu"),
        buyer_label=gettext_noop("Bayar dengan kartu"),
        office_label=gettext_noop("bayar dengan kartu lewat federasi"),
        receipt_label=gettext_noop("dengan kartu"),
    ),
    Method.WALLET: _through_gateway(
        Channel.WALLET,
        choice_label=gettext_noop("bayar dulu dengan dompet digital"),
        buyer_label=gettext_noop("Bayar dengan dompet digital"),
        office_label=gettext_noop("bayar dengan dompet digital lewat federasi"),
        receipt_label=gettext_noop("dengan dompet digital"),
    ),
    Method.VIRTUAL_ACCOUNT: _through_gateway(
        Channel.VIRTUAL_ACCOUNT,
        choice_label=gettext_noop("bayar dulu ke virtual account bank"),
        buyer_label=gettext_noop("Bayar ke virtual account bank"),
        office_label=gettext_noop("bayar ke virtual account lewat federasi"),
        receipt_label=gettext_noop("ke virtual account"),
    ),
    Method.QRIS: _through_gateway(
        Channel.QRIS,
        choice_label=gettext_noop("bayar dulu dengan QRIS federasi"),
        buyer_label=gettext_noop("Bayar dengan QRIS federasi"),
        office_label=gettext_noop("bayar dengan QRIS lewat federasi"),
        receipt_label=gettext_noop("dengan QRIS federasi"),
    ),
}


def of(*, method: str) -> PaymentMethod:
    """The row of a method, by the code that stands on an order."""
    return METHODS[Method(method)]


def by_channel(*, channel: Channel) -> Method:
    """The method by which an order is paid through this channel of a gateway."""
    return next(method for method, row in METHODS.items() if row.channel is channel)
