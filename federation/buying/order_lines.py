"""A line of an order as it is frozen when the order is placed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderLine:
    """Some pieces of one product. Keys are texts, as they come from the database and go to it: converting them costs more than it tells."""

    id: str
    product_id: str
    consignor_id: str
    name: str
    unit: str
    quantity: int
    price_rupiah: int  # of one piece
    margin_rupiah: int  # what the seller's BUMDes keeps of the whole line

    @property
    def goods_rupiah(self) -> int:
        return self.price_rupiah * self.quantity
