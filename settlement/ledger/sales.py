"""A sale in the ledger, from the reservation at checkout to its posting, refund or undoing.

Every verb takes part in the caller's transaction, is one round trip, and can be repeated: its reference makes the second call quiet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop

from settlement import money
from settlement.ledger import function_calls, own_cash, parties, transfers
from settlement.ledger.transfers import PlannedTransfer
from tenants.codes import FEDERATION, OUTSIDE, VillageCode
from tenants.db import statements
from tenants.errors import DomainError, Kind


class CreditLimitExceeded(DomainError):
    """The home village would hold more cash of others than its limit allows; `values["village_code"]` names it."""

    kind = Kind.LIMIT
    code = "credit-limit-exceeded"
    sentence = gettext_noop("Batas titipan BUMDes desa asal sudah tercapai. Pilih cara bayar lain, misalnya bayar kepada penjual.")


class GuestLimitExceeded(DomainError):
    """Unpaid purchases of guests would take more than their share of the village's limit; `values["village_code"]` names it."""

    kind = Kind.LIMIT
    code = "guest-limit-exceeded"
    sentence = gettext_noop("Pesanan tamu dan akun baru yang belum dibayar sudah terlalu banyak di desa ini. Bayar kepada penjual.")


class NotReserved(DomainError):
    """What should be posted was not reserved, was reserved for less, or is reserved although the seller holds the cash."""

    kind = Kind.CONFLICT
    code = "not-reserved"
    sentence = gettext_noop("Buku federasi tidak memegang cadangan untuk pesanan ini.")


class AlreadyPosted(DomainError):
    """The order is paid and handed over: it can be refunded, not voided, and not posted again."""

    kind = Kind.CONFLICT
    code = "already-posted"
    sentence = gettext_noop("Pesanan ini sudah dibukukan. Kembalikan uangnya, jangan dibatalkan.")


class NotPosted(DomainError):
    """Only a posted sale can be refunded in the ledger; before that its reservation is made smaller or voided."""

    kind = Kind.CONFLICT
    code = "not-posted"
    sentence = gettext_noop("Pesanan ini belum dibukukan.")


class RefundExceedsSale(DomainError):
    """More would go back through the ledger than came."""

    kind = Kind.CONFLICT
    code = "refund-exceeds-sale"
    sentence = gettext_noop("Pengembalian lebih besar dari yang dibukukan.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sale:
    """One seller's order as the ledger needs it: its amounts in rupiah, who holds the cash and who delivers."""

    order_id: UUID
    seller: VillageCode
    holder: VillageCode
    home: VillageCode  # empty: outside the federation
    goods_rupiah: int
    fee_rupiah: int  # the federation's, part of the goods
    delivery_rupiah: int  # on top of the goods
    deliverer: VillageCode
    by_guest: bool = False

    @property
    def is_reserved(self) -> bool:
        """Whether a village holds the cash for another, and so its limit has room reserved."""
        return self.holder not in (self.seller, FEDERATION)


def planned_transfers(*, sale: Sale) -> tuple[PlannedTransfer, ...]:
    """Who owes whom when the order is paid and handed over, by the holder of the cash; nothing is owed for zero.

    holder is the home village H: H owes the seller goods − fee (+ delivery if the seller delivers), and F the fee;
    holder is the seller S (as in any sale within one village): S owes F the fee;
    holder is the federation: out of what it holds for the buyer F owes the seller goods − fee (+ delivery if the seller delivers), the
    home village the delivery if that delivers, and the fee is its own.

    :raises ValueError: for amounts or parties that no sale has
    """
    _check(sale)
    by_seller = sale.delivery_rupiah if sale.deliverer == sale.seller else 0
    by_federation = sale.holder == FEDERATION
    holder = parties.DEPOSITS if by_federation else parties.clearing(sale.holder)
    planned = []
    if sale.holder != sale.seller:
        planned.append(
            PlannedTransfer(
                event="sale",
                debit=holder,
                credit=parties.clearing(sale.seller),
                amount_rupiah=sale.goods_rupiah - sale.fee_rupiah + by_seller,
                delivery_rupiah=by_seller,
                debtor=sale.holder,
                creditor=sale.seller,
            )
        )
    if by_federation and sale.deliverer != sale.seller:
        planned.append(
            PlannedTransfer(
                event="delivery",
                debit=holder,
                credit=parties.clearing(sale.home),
                amount_rupiah=sale.delivery_rupiah,
                delivery_rupiah=sale.delivery_rupiah,
                debtor=FEDERATION,
                creditor=sale.home,
            )
        )
    fee = sale.fee_rupiah
    if by_federation:
        planned.append(PlannedTransfer(event="fee", debit=holder, credit=parties.FEE_INCOME, amount_rupiah=fee))
        planned.append(own_cash.due_to_own(amount_rupiah=fee))
    else:
        planned.append(
            PlannedTransfer(
                event="fee", debit=holder, credit=parties.FEE_INCOME, amount_rupiah=fee, debtor=sale.holder, creditor=FEDERATION
            )
        )
    return tuple([each for each in planned if each.amount_rupiah])


def _check(sale: Sale) -> None:
    for amount in (sale.goods_rupiah, sale.fee_rupiah, sale.delivery_rupiah):
        money.checked(amount_rupiah=amount)
    if sale.fee_rupiah > sale.goods_rupiah:
        raise ValueError(f"The fee of order {sale.order_id} is above its goods")
    is_named = OUTSIDE not in (sale.holder, sale.deliverer)
    if not is_named or sale.holder not in (sale.seller, sale.home, FEDERATION) or sale.deliverer not in (sale.seller, sale.home):
        raise ValueError(f"Only the seller or the home village holds the cash of order {sale.order_id}, or the federation, and delivers it")


def reserve(*, sales: Sequence[Sale], happened_at: datetime) -> None:
    """Hold room under the holders' limits for the sales of one purchase; sales whose cash the seller or the federation takes need none.

    The holders' positions stay locked until the commit, so this comes last in a checkout. It is refused whole.

    :raises CreditLimitExceeded: if a holder's pending and posted debt would pass its limit
    :raises GuestLimitExceeded: if guests' unpaid sales would pass their share of it
    :raises function_calls.ReferenceReused: if an order was reserved with other terms
    :raises function_calls.AccountNotOpened: if a village was never opened in the ledger
    """
    held = [(sale, f"order:{sale.order_id}:reserve", planned_transfers(sale=sale)) for sale in sales if sale.is_reserved]
    held = [(sale, reference, planned) for sale, reference, planned in held if planned]
    if not held:
        return
    rows = [(reference, sale, each) for sale, reference, planned in held for each in planned]
    function_calls.call(
        function="settlement_reserve",
        types=("text[]", "text[]", "text[]", "uuid[]", *transfers.COLUMN_TYPES, "boolean[]", "timestamptz"),
        values=(
            statements.array([reference for _, reference, _ in held]),
            statements.array([function_calls.terms_sha256(*planned, sale.by_guest) for sale, _, planned in held]),
            statements.array([reference for reference, _, _ in rows]),
            statements.array([sale.order_id for _, sale, _ in rows]),
            *transfers.columns([each for _, _, each in rows]),
            statements.array([sale.by_guest for _, sale, _ in rows]),
            happened_at,
        ),
        refusals={"PS001": CreditLimitExceeded, "PS002": GuestLimitExceeded},
    )


def post(*, sale: Sale, payment_id: UUID, happened_at: datetime) -> None:
    """The order is paid (by this payment) and handed over: what was reserved is owed, with the sale's amounts of now.

    Less than reserved (a shortened or partly refunded order) releases the rest; a sale of nothing only releases. No limit is asked.

    :raises NotReserved: if the home village holds the cash for another and no reservation of this order covers it
    :raises AlreadyPosted: if the order was posted for another payment that still stands
    :raises function_calls.ReferenceReused: if it was posted for this payment with other terms
    """
    planned = planned_transfers(sale=sale)
    function_calls.call(
        function="settlement_post",
        types=("text", "text", "uuid", "boolean", *transfers.COLUMN_TYPES, "text[]", "text[]", "timestamptz"),
        values=(
            f"order:{sale.order_id}:sale:{payment_id}",
            function_calls.terms_sha256(*planned),
            str(sale.order_id),
            sale.is_reserved,
            *transfers.columns(planned),
            statements.array([each.debtor for each in planned]),
            statements.array([each.creditor for each in planned]),
            happened_at,
        ),
        refusals={"PS004": NotReserved, "PS005": AlreadyPosted},
    )


def void(*, order_id: UUID, happened_at: datetime) -> None:
    """Release what is reserved for an order that was cancelled, expired or wholly refunded before it was handed over.

    :raises AlreadyPosted: if the order is posted and not taken back: that needs a refund
    """
    function_calls.call(
        function="settlement_void",
        types=("text", "text", "uuid", "timestamptz"),
        values=(f"order:{order_id}:void", function_calls.terms_sha256("void"), str(order_id), happened_at),
        refusals={"PS004": NotReserved, "PS005": AlreadyPosted},
    )


def secure(*, order_id: UUID) -> None:
    """The holder took the cash of a guest's order: its reservation no longer counts towards the guests' share of the limit."""
    function_calls.call(function="settlement_release_guest", types=("uuid",), values=(str(order_id),))


def refund(*, order_id: UUID, refund_id: UUID, goods_rupiah: int, delivery_rupiah: int, fee_rupiah: int, happened_at: datetime) -> None:
    """Take back part of a posted sale by the accounts it came by; what is open of its obligations shrinks.

    `fee_rupiah` is the part of the federation's fee that goes back with these goods (see money.fee_returned); the delivery fee goes
    back through the ledger only if it went into the obligation.

    :raises NotPosted: if the order is only reserved
    :raises RefundExceedsSale: if more would go back than came
    :raises function_calls.ReferenceReused: if this refund was booked with other terms
    """
    for amount in (goods_rupiah, delivery_rupiah, fee_rupiah):
        money.checked(amount_rupiah=amount)
    if fee_rupiah > goods_rupiah:
        raise ValueError(f"The fee that goes back with refund {refund_id} is above its goods")
    function_calls.call(
        function="settlement_refund",
        types=("text", "text", "uuid", "uuid", "bigint", "bigint", "bigint", "timestamptz"),
        values=(
            f"order:{order_id}:refund:{refund_id}",
            function_calls.terms_sha256(goods_rupiah, delivery_rupiah, fee_rupiah),
            str(order_id),
            str(refund_id),
            goods_rupiah,
            delivery_rupiah,
            fee_rupiah,
            happened_at,
        ),
        refusals={"PS006": NotPosted, "PS007": RefundExceedsSale},
    )


def unpost(*, order_id: UUID, payment_id: UUID, happened_at: datetime) -> None:
    """Take back the posting of an order whose payment was confirmed wrongly; what had been reserved is reserved again.

    The goods are with the buyer already, so no limit is asked for the new reservation, and a guest's order does not come back under the
    guests' share (deploy/decisions: posting): its new pending transfer counts in the limit alone. Another payment can post the order again.
    """
    function_calls.call(
        function="settlement_unpost",
        types=("text", "text", "uuid", "uuid", "timestamptz"),
        values=(f"order:{order_id}:undo:{payment_id}", function_calls.terms_sha256("undo"), str(order_id), str(payment_id), happened_at),
    )
