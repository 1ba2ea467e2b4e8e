"""A sale as a model in plain integers knows it, for tests that trade at random."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from settlement import money
from settlement.ledger import sales
from tests.support.settlement import books


@dataclass
class Deal:
    """A sale as the model knows it."""

    sale: sales.Sale
    basis_points: int
    refunded: int = 0  # of the goods
    delivery_refunded: int = 0
    posted: bool = False
    payment_id: uuid.UUID | None = None
    guest_counts: bool = False
    refunds: list[tuple[uuid.UUID, int, int, int]] = field(default_factory=list)

    @property
    def held_elsewhere(self) -> bool:
        return self.sale.holder != self.sale.seller

    def now(self) -> sales.Sale:
        """The sale with the amounts of now: what was refunded counts no more."""
        return books.sale(
            order_id=self.sale.order_id,
            goods=self.sale.goods_rupiah - self.refunded,
            fee=self.sale.fee_rupiah - self.fee_back(self.refunded),
            delivery=self.sale.delivery_rupiah - self.delivery_refunded,
            home=self.sale.home,
            seller=self.sale.seller,
            holder=self.sale.holder,
            deliverer=self.sale.deliverer,
        )

    def fee_back(self, refunded: int) -> int:
        return money.fee_returned(fee_rupiah=self.sale.fee_rupiah, goods_rupiah=self.sale.goods_rupiah, refunded_rupiah=refunded)

    def owes(self) -> int:
        """What its holder owes in all while it is held elsewhere; else the fee."""
        sale = self.now()
        if not self.held_elsewhere:
            return sale.fee_rupiah
        return sale.goods_rupiah + (sale.delivery_rupiah if sale.deliverer == sale.seller else 0)

    def earns(self) -> int:
        """What the ledger owes its seller."""
        return self.owes() - self.now().fee_rupiah if self.held_elsewhere else 0
