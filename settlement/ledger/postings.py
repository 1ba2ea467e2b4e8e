"""What the ledger posts of an order, one function for each event. Who holds the money decides which module follows.

`sales` does where a village holds it, `deposit_sales` where the federation does, at a gateway. A payment method names its module
(federation.buying.payment_methods).
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from settlement.ledger.sales import Sale


class Postings(Protocol):
    """The verbs for one kind of holder. Each takes part in the caller's transaction and can be repeated under its reference."""

    def secure(self, *, order_id: UUID) -> None:
        """The money of an order is with its holder."""

    def post(self, *, sale: Sale, payment_id: UUID, happened_at: datetime) -> None:
        """The order is paid, by this payment, and handed over."""

    def refund(
        self, *, order_id: UUID, refund_id: UUID, goods_rupiah: int, delivery_rupiah: int, fee_rupiah: int, happened_at: datetime
    ) -> None:
        """Money of a posted order is owed back to its buyer."""

    def unpost(self, *, order_id: UUID, payment_id: UUID, happened_at: datetime) -> None:
        """The payment by which the order was posted turned out to be none."""

    def void(self, *, order_id: UUID, happened_at: datetime) -> None:
        """The order ended before it was handed over."""
