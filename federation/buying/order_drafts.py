"""One seller's part of a purchase before it is written: the value from which a checkout makes both rows and the ledger's sale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from federation.buying import order_lines
from settlement import money
from settlement.ledger import sales
from tenants.codes import VillageCode


class CheckoutOption(NamedTuple):
    """How a buyer pays one seller and gets the goods."""

    method: str  # payment_methods.Method, or what else a form sent
    delivery: str  # order_states.Delivery, or what else a form sent


class ShownLine(NamedTuple):
    """What a buyer is shown of a line, and what of it is ordered: the two must be equal."""

    product_id: str
    name: str
    maker: str
    unit: str
    quantity: int
    price_rupiah: int  # of one piece


@dataclass(frozen=True, slots=True)
class Selection:
    """What a buyer chose for one seller, the total that stood beside it, and the goods that the page showed.

    shown: in the order of the products' ids; None where nobody saw any, because a program orders
    """

    option: CheckoutOption
    expected_rupiah: int
    shown: Sequence[ShownLine] | None = None


@dataclass(frozen=True)
class Choice:
    """An option with what follows from it; `holder` takes the cash, `deliverer` hands over and earns the fee."""

    method: str
    delivery: str
    fee_rupiah: int
    holder: VillageCode
    deliverer: VillageCode
    refused: str = ""  # why not now, as a sentence; empty: open to choose

    @property
    def option(self) -> CheckoutOption:
        return CheckoutOption(self.method, self.delivery)


@dataclass(frozen=True, kw_only=True)
class OrderDraft:
    """What a buyer orders of one seller, its goods reserved. The sums follow from the lines and the choice."""

    id: str
    seller: VillageCode
    home_village: VillageCode
    choice: Choice
    carried_by: str  # who carries the goods to the home village; empty where nobody has to
    lines: Sequence[order_lines.OrderLine]
    fee_basis_points: int
    expires_at: datetime
    sold_out: Sequence[str]  # the products of which these were the last pieces
    goods_rupiah: int = field(init=False)
    fee_rupiah: int = field(init=False)  # the federation's part of the goods
    lines_json: Sequence[order_lines.Json] = field(init=False, repr=False)  # as both rows are written from them

    def __post_init__(self) -> None:
        goods = sum([line.price_rupiah * line.quantity for line in self.lines])
        object.__setattr__(self, "goods_rupiah", goods)
        object.__setattr__(self, "fee_rupiah", money.basis_points(amount_rupiah=goods, basis_points=self.fee_basis_points))
        object.__setattr__(self, "lines_json", order_lines.to_json(self.lines))

    @property
    def total_rupiah(self) -> int:
        """What the buyer pays."""
        return self.goods_rupiah + self.choice.fee_rupiah

    @property
    def shown(self) -> list[ShownLine]:
        """Its goods as a page shows them, in the order of their products' ids, as the lines are."""
        return [ShownLine(line.product_id, line.name, line.maker, line.unit, line.quantity, line.price_rupiah) for line in self.lines]

    @property
    def margin_rupiah(self) -> int:
        """What the seller's BUMDes keeps of the goods."""
        return sum([line.margin_rupiah for line in self.lines])

    def sale(self, *, by_guest: bool) -> sales.Sale:
        """The order as the ledger reserves it."""
        return sales.Sale(
            order_id=UUID(self.id),
            seller=self.seller,
            holder=self.choice.holder,
            home=self.home_village,
            goods_rupiah=self.goods_rupiah,
            fee_rupiah=self.fee_rupiah,
            delivery_rupiah=self.choice.fee_rupiah,
            deliverer=self.choice.deliverer,
            by_guest=by_guest,
        )
