"""What a cashier reads: one purchase by its short code, with what this counter takes, took and owes back of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from federation.buying import order_payments, purchase_details, purchases, seller_orders, take_over_rows
from marketplace.orders import dues
from tenants import villages
from tenants.codes import VillageCode


@dataclass(frozen=True)
class CounterOrder:
    """An order as the cashier sees it; `payable` where this counter takes its money now, `may_come_late` where only after its end."""

    id: UUID
    seller_name: str
    total_rupiah: int
    state: str
    paid: bool
    refunded_rupiah: int
    payable: bool
    may_come_late: bool


@dataclass(frozen=True, kw_only=True)
class CounterRefund:
    """Money that this counter owes the buyer."""

    id: UUID
    amount_rupiah: int
    seller_name: str
    reason: str


@dataclass(frozen=True)
class CounterPurchase:
    """A purchase as the cashier of one village sees it."""

    purchase_id: UUID
    code: str
    token: str
    buyer_name: str
    phone_hint: str  # the last four digits
    placed_at: datetime
    orders: Sequence[CounterOrder]
    dues: Sequence[dues.Due]
    payments: Sequence[order_payments.TakenPayment]
    refunds_due: Sequence[CounterRefund]
    taken_over: Sequence[take_over_rows.TakeOverRow]  # what this counter pays the buyer for the federation

    @property
    def due_rupiah(self) -> int:
        return sum(due.rupiah for due in self.dues)


def find(*, village_code: VillageCode, code: str) -> CounterPurchase:
    """A purchase with a part for this counter, by its short code in any writing.

    :raises purchase_details.NoSuchPurchase: if there is none that this village takes or took cash for, sells or receives
    """
    purchase = purchases.by_code(code=code)
    rows = seller_orders.with_part_of(village_code=village_code, purchase_id=purchase.id) if purchase else []
    if purchase is None or not rows:
        raise purchase_details.NoSuchPurchase
    names = {row.seller: villages.by_code(code=row.seller).name for row in rows}
    orders = [
        CounterOrder(
            row.id,
            names[row.seller],
            row.total_rupiah,
            row.state,
            row.paid_at is not None,
            row.refunded_rupiah,
            dues.is_payable(order=row, village_code=village_code),
            dues.may_come_late(order=row, village_code=village_code),
        )
        for row in rows
    ]
    return CounterPurchase(
        purchase_id=purchase.id,
        code=purchase.code,
        token=purchase.token,
        buyer_name=purchase.buyer_name,
        phone_hint=purchase.buyer_phone[-4:],
        placed_at=purchase.placed_at,
        orders=orders,
        dues=dues.of_orders(orders=rows, village_code=village_code),
        payments=order_payments.taken(purchase_id=purchase.id, village_code=village_code),
        refunds_due=_refunds_due(purchase.id, village_code, names),
        taken_over=take_over_rows.due_at(village_code=village_code, purchase_id=purchase.id),
    )


def _refunds_due(purchase_id: UUID, village_code: VillageCode, names: dict[str, str]) -> list[CounterRefund]:
    rows = order_payments.due_at(village_code=village_code, purchase_id=purchase_id)
    return [
        CounterRefund(id=row.id, amount_rupiah=row.amount_rupiah, seller_name=names[row.order.seller], reason=row.reason) for row in rows
    ]
