"""Money paid by card: the federation holds it as an agent, from the gateway's word until the goods are handed over and the seller is paid.

The gateways themselves call these verbs later; here stands what the books say of each event. Each takes part in the caller's transaction
and can be repeated under its reference. The gateway's charge is the federation's expense and is covered from its own cash at once, so that
agent cash is always all that buyers and sellers are owed.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from settlement import money
from settlement.ledger import locks, parties, sales, transfers
from settlement.ledger.transfers import PlannedTransfer
from settlement.models import Obligation, Transfer
from tenants.codes import FEDERATION, OUTSIDE, VillageCode

AGENT, OWN, DEPOSITS = parties.AGENT_CASH, parties.OWN_CASH, parties.DEPOSITS


def receive(*, payment_id: UUID, gross_rupiah: int, charge_rupiah: int, happened_at: datetime) -> bool:
    """The gateway says that a payment succeeded and keeps its charge. False: it was booked before.

    :raises ValueError: if the charge is above the payment
    :raises ledger.ReferenceReused: if it was booked with other amounts
    """
    if charge_rupiah > gross_rupiah:
        raise ValueError(f"The charge of payment {payment_id} is above the payment")
    entries = [
        PlannedTransfer(event="card-in", debit=AGENT, credit=DEPOSITS, amount_rupiah=gross_rupiah - charge_rupiah),
        PlannedTransfer(event="gateway-charge", debit=parties.GATEWAY_COST, credit=DEPOSITS, amount_rupiah=charge_rupiah),
        PlannedTransfer(event="charge-covered", debit=AGENT, credit=OWN, amount_rupiah=charge_rupiah),
    ]
    return transfers.record(entries=entries, reference=f"card:{payment_id}:received", cause_id=payment_id, happened_at=happened_at)


def hand_over(*, sale: sales.Sale, payment_id: UUID, happened_at: datetime) -> bool:
    """The goods of an order paid by card are handed over: F owes the seller goods − fee, whoever delivers the delivery fee, and its fee
    moves to its own purse. False: it was booked before.

    :raises ValueError: for amounts or parties that no sale by card has
    :raises sales.AlreadyPosted: if another payment posted the order
    :raises ledger.ReferenceReused: if it was booked with other terms
    """
    for amount in (sale.goods_rupiah, sale.fee_rupiah, sale.delivery_rupiah):
        money.checked(amount_rupiah=amount)
    deliverers = {sale.seller, sale.home} - {OUTSIDE}
    if sale.holder != FEDERATION or sale.fee_rupiah > sale.goods_rupiah or sale.deliverer not in deliverers:
        raise ValueError(f"Order {sale.order_id} is no sale by card")
    by_seller = sale.delivery_rupiah if sale.deliverer == sale.seller else 0
    entries = [
        _owed(event="card-sale", village=sale.seller, amount_rupiah=sale.goods_rupiah - sale.fee_rupiah + by_seller),
        _owed(event="card-delivery", village=sale.deliverer, amount_rupiah=sale.delivery_rupiah - by_seller),
        PlannedTransfer(event="card-fee", debit=DEPOSITS, credit=parties.FEE_INCOME, amount_rupiah=sale.fee_rupiah),
        PlannedTransfer(event="card-fee-kept", debit=OWN, credit=AGENT, amount_rupiah=sale.fee_rupiah),
    ]
    locks.hold_order(order_id=sale.order_id)
    locks.pass_gate()  # no snapshot is taken meanwhile
    reference = f"order:{sale.order_id}:card-sale:{payment_id}"
    others = Transfer.objects.filter(cause_id=sale.order_id, event__in=("card-sale", "card-fee")).exclude(reference=reference)
    if others.exists():
        raise sales.AlreadyPosted
    return transfers.record(entries=entries, reference=reference, cause_id=sale.order_id, happened_at=happened_at)


def give_back_deposit(*, order_id: UUID, refund_id: UUID, amount_rupiah: int, happened_at: datetime) -> bool:
    """Money goes back through the gateway before the goods were handed over. False: it was booked before."""
    entry = PlannedTransfer(event="deposit-back", debit=DEPOSITS, credit=AGENT, amount_rupiah=amount_rupiah)
    reference = f"order:{order_id}:card-refund:{refund_id}"
    return transfers.record(entries=[entry], reference=reference, cause_id=order_id, happened_at=happened_at)


def refund(
    *,
    order_id: UUID,
    refund_id: UUID,
    goods_rupiah: int,
    delivery_rupiah: int,
    fee_rupiah: int,
    happened_at: datetime,
) -> bool:
    """Money goes back through the gateway after the hand-over, at most what came. False: it was booked before.

    What F still owes the seller shrinks. What it does not owe any more (a snapshot froze it, or it is paid) it advances from its own
    purse, and the seller owes it. `delivery_rupiah` is of the seller's own delivery; a home courier's fee stays earned.

    :raises sales.NotPosted: if no goods were handed over
    :raises sales.RefundExceedsSale: if more would go back than came
    :raises ledger.ReferenceReused: if this refund was booked with other amounts
    """
    for amount in (goods_rupiah, delivery_rupiah, fee_rupiah):
        money.checked(amount_rupiah=amount)
    if fee_rupiah > goods_rupiah:
        raise ValueError(f"The fee that goes back with refund {refund_id} is above its goods")
    locks.hold_order(order_id=order_id)
    locks.pass_gate()  # no snapshot is taken meanwhile
    reference = f"order:{order_id}:card-refund:{refund_id}"
    terms = (goods_rupiah, delivery_rupiah, fee_rupiah)
    sale = Transfer.objects.filter(cause_id=order_id, event="card-sale").first()
    if sale is None:  # not handed over, or all of it was fee
        raise sales.RefundExceedsSale(reference=reference) if _sum(order_id, "card-fee") else sales.NotPosted
    seller = parties.village_of(sale.credit_id)
    back = goods_rupiah - fee_rupiah + delivery_rupiah
    owed = Obligation.objects.select_for_update(no_key=True).get(transfer=sale)
    shrunk = 0 if _is_frozen(owed.id) else min(owed.open_rupiah, back)
    earlier = _sum(order_id, "card-refund"), _sum(order_id, "card-fee-back")
    done = transfers.record(
        entries=_given_back(seller=seller, shrunk_rupiah=shrunk, advanced_rupiah=back - shrunk, fee_rupiah=fee_rupiah),
        reference=reference,
        cause_id=order_id,
        happened_at=happened_at,
        obligation_cause="refund",
        effect_id=refund_id,
        terms=terms,
    )
    if not done:
        return False
    if back + earlier[0] > sale.amount_rupiah or fee_rupiah + earlier[1] > _sum(order_id, "card-fee"):
        raise sales.RefundExceedsSale(reference=reference)
    owed.open_rupiah -= shrunk
    owed.save(update_fields=["open_rupiah"])
    return True


def _given_back(*, seller: VillageCode, shrunk_rupiah: int, advanced_rupiah: int, fee_rupiah: int) -> list[PlannedTransfer]:
    """What the seller was still owed shrinks; what it was paid already the federation advances, and the seller owes it."""
    clearing = parties.clearing(seller)
    return [
        PlannedTransfer(event="card-refund", debit=clearing, credit=AGENT, amount_rupiah=shrunk_rupiah),
        PlannedTransfer(
            event="card-refund",
            debit=clearing,
            credit=AGENT,
            amount_rupiah=advanced_rupiah,
            debtor=seller,
            creditor=FEDERATION,
            owed_rupiah=advanced_rupiah,
        ),
        PlannedTransfer(event="card-fee-back", debit=parties.FEE_INCOME, credit=AGENT, amount_rupiah=fee_rupiah),
        # the fee lies in F's own purse, and so does what it advances
        PlannedTransfer(event="own-to-agent", debit=AGENT, credit=OWN, amount_rupiah=fee_rupiah + advanced_rupiah),
    ]


def _owed(*, event: str, village: VillageCode, amount_rupiah: int) -> PlannedTransfer:
    """A deposit becomes what F owes a village."""
    return PlannedTransfer(
        event=event,
        debit=DEPOSITS,
        credit=parties.clearing(village),
        amount_rupiah=amount_rupiah,
        debtor=FEDERATION,
        creditor=village,
        owed_rupiah=amount_rupiah,
    )


def _is_frozen(obligation_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.settlement_is_frozen(%s)", [obligation_id])
        return bool(cursor.fetchone()[0])


def _sum(order_id: UUID, event: str) -> int:
    return Transfer.objects.filter(cause_id=order_id, event=event).aggregate(sum=Sum("amount_rupiah"))["sum"] or 0
