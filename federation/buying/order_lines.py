"""The lines of an order as they are frozen when it is placed, and their form in SellerOrder.lines: the only place that reads and writes it.

What a seller's BUMDes keeps of a line (margin) and paid for it (cost) is its own business. Who shows lines to anybody else (a buyer,
another village, the federation) reads them by `for_buyer`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]  # a line as it stands in SellerOrder.lines; its keys are the fields of OrderLine
SECRETS = ("margin_rupiah", "cost_rupiah")  # the seller's alone


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderLine:
    """Some pieces of one product: all that is needed to make the seller's own line again, and what reports ask for.

    Keys are texts, as they come from the database and go to it: converting them costs more than it tells.
    """

    id: str
    product_id: str
    consignor_id: str
    maker: str  # the consignor's name
    name: str
    unit: str
    quantity: int  # lowered when an unpaid order is shortened
    price_rupiah: int  # of one piece
    margin_rupiah: int  # what the seller's BUMDes keeps of the whole line; shrinks with what goes back
    cost_rupiah: int | None  # what the seller paid for one piece; goods have none yet
    category: str
    made_here: bool
    flagship: bool
    refunded: int = 0  # pieces whose price went back
    allowance_rupiah: int = 0  # what went back of the price of the other pieces

    @property
    def goods_rupiah(self) -> int:
        return self.price_rupiah * self.quantity


@dataclass(frozen=True, kw_only=True, slots=True)
class BuyerLine:
    """A line as anybody may see it who has to do with the order."""

    name: str
    unit: str
    quantity: int
    price_rupiah: int


def to_json(lines: Iterable[OrderLine]) -> list[Json]:
    """The lines as the column holds them."""
    return [
        {
            "id": line.id,
            "product_id": line.product_id,
            "consignor_id": line.consignor_id,
            "maker": line.maker,
            "name": line.name,
            "unit": line.unit,
            "quantity": line.quantity,
            "price_rupiah": line.price_rupiah,
            "margin_rupiah": line.margin_rupiah,
            "cost_rupiah": line.cost_rupiah,
            "category": line.category,
            "made_here": line.made_here,
            "flagship": line.flagship,
            "refunded": line.refunded,
            "allowance_rupiah": line.allowance_rupiah,
        }
        for line in lines
    ]


def read(rows: Iterable[Mapping[str, Any]]) -> list[OrderLine]:
    """The lines that a column holds, for the seller and for the books."""
    return [OrderLine(**row) for row in rows]


def for_buyer(rows: Iterable[Mapping[str, Any]]) -> list[BuyerLine]:
    """What others may see of the lines that a column holds."""
    return [BuyerLine(name=row["name"], unit=row["unit"], quantity=row["quantity"], price_rupiah=row["price_rupiah"]) for row in rows]
