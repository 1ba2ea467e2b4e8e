"""One basket becomes one purchase with an order at every seller: all or nothing, and once per form.

This is the one hot path, so it speaks SQL in few set-based statements; three sellers cost at most 20. Rows are locked in one order
everywhere: basket, buyer, then per seller in the order of village codes its products by id, then the ledger's positions by code.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction

from federation import catalogue, purchases
from marketplace import checkout_refusals as refusals
from marketplace import consignors, ways
from settlement import money, sales
from tenants import context, outbox, phones, uuids, villages
from tenants.codes import OUTSIDE, VillageCode
from tenants.refusals import FormReused

TRIES = 4


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """Who buys; the phone may be empty only where staff order for someone without one."""

    name: str
    phone: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Form:
    """What the buyer sent: the same `form_key` makes one purchase, however often it is sent.

    `choices` holds (method, delivery) and `expected_rupiah` the total that the buyer saw, both by seller.
    """

    form_key: str
    token: str | None
    account_id: UUID | None
    buyer: Buyer
    home_village: str
    choices: Mapping[str, tuple[str, str]]
    expected_rupiah: Mapping[str, int]
    source: str  # the network address
    language: str = "id"
    ordered_by: UUID | None = None


@dataclass(frozen=True)
class Placed:
    """A purchase that stands; `token` is the buyer's link, `code` what is said at the counter."""

    purchase_id: UUID
    token: str
    code: str


@dataclass(frozen=True)
class _Taken:
    """One seller's goods, reserved."""

    seller: VillageCode
    lines: Sequence[dict[str, Any]]
    choice: ways.Choice
    carried_by: str
    ran_out: Sequence[UUID]

    @property
    def goods_rupiah(self) -> int:
        return sum(line["price_rupiah"] * line["quantity"] for line in self.lines)


def place(*, form: Form, at: datetime) -> Placed:
    """Order everything in the visitor's basket; a form that was sent before gives the purchase that it made.

    :raises refusals.BasketEmpty, SoldOut, NotSold, PriceChanged, AmountChanged, ChoiceNotOffered, ShopClosed, TooManyUnpaid, BadBuyer:
        with what to do next; nothing was changed
    :raises refusals.LimitReached, GuestLimitReached: if the home village may not hold more cash for others; other methods remain
    """
    buyer = _checked(form)
    for attempt in range(TRIES):
        try:
            return _place(form=form, buyer=buyer, at=at)
        except sales.CreditLimitExceeded as error:
            raise refusals.LimitReached(village=villages.by_code(code=form.home_village).name) from error
        except sales.GuestLimitExceeded as error:
            raise refusals.GuestLimitReached(village=villages.by_code(code=form.home_village).name) from error
        except IntegrityError as error:  # the same form elsewhere at this moment, or a short code that is taken
            if attempt == TRIES - 1 or not any(name in str(error) for name in purchases.ONCE):
                raise
        except OperationalError as error:
            if attempt == TRIES - 1 or "deadlock detected" not in str(error):
                raise
    raise AssertionError("the last try returns or raises")


def _checked(form: Form) -> Buyer:
    name, address = " ".join(form.buyer.name.split()), " ".join(form.buyer.address.split())
    if not name or len(name) > 100 or len(address) > 300 or "\x00" in name + address:
        raise refusals.BadBuyer
    if not 16 <= len(form.form_key) <= 64:
        raise refusals.BadBuyer
    needs_address = any(delivery in (ways.Delivery.COURIER_HOME, ways.Delivery.COURIER_SELLER) for _, delivery in form.choices.values())
    if needs_address and not address:
        raise refusals.AddressMissing
    phone = form.buyer.phone.strip()
    if not phone and form.ordered_by is None:
        raise refusals.BadBuyer
    return Buyer(name=name, phone=phones.normalise(phone) if phone else "", address=address)


def _place(*, form: Form, buyer: Buyer, at: datetime) -> Placed:
    with transaction.atomic(durable=True):
        source = "" if form.ordered_by else source_hash(form.source)  # staff at one counter are many buyers
        basket_id = purchases.lock_buyer(token=form.token, account_id=form.account_id, phone=buyer.phone, source_sha256=source)
        terms = purchases.terms(form_key=form.form_key, home_village=form.home_village, phone=buyer.phone, source_sha256=source)
        wanted = purchases.lines_of(basket_id=basket_id)
        if terms.purchase is not None:
            if wanted and sum(form.expected_rupiah.values()) != terms.purchase_rupiah:
                raise FormReused  # an old page, sent again with a new basket
            return Placed(*terms.purchase)
        for unpaid, most in (
            (terms.unpaid_of_phone, terms.unpaid_per_phone_max),
            (terms.unpaid_of_source, terms.unpaid_per_address_max),
        ):
            if unpaid >= most:
                raise refusals.TooManyUnpaid(most=most)
        if form.home_village != OUTSIDE and (terms.home_shop is None or villages.by_code(code=form.home_village).state != "active"):
            raise refusals.HomeUnknown
        if not wanted:
            raise refusals.BasketEmpty
        purchase_id, code = uuids.uuid7(), purchases.new_code()
        orders: list[purchases.OrderRow] = []
        ran_out: list[UUID] = []
        for seller in sorted(wanted):
            taken = _take(seller=seller, wanted=wanted[seller], form=form, home_shop=terms.home_shop)
            ran_out += taken.ran_out
            row = _row(taken=taken, form=form, terms=terms, at=at)
            with context.inside(seller):
                _write_order(row=row, taken=taken, buyer=buyer, purchase_id=purchase_id, code=code)
            orders.append(row)
        purchase = purchases.NewPurchase(
            id=purchase_id,
            form_key=form.form_key,
            code=code,
            account_id=None if form.ordered_by else form.account_id,
            ordered_by=form.ordered_by,
            buyer_name=buyer.name,
            buyer_phone=buyer.phone,
            buyer_address=buyer.address,
            source_sha256=source,
            home_village=form.home_village,
            language=form.language,
            placed_at=at,
        )
        token = purchases.record(purchase=purchase, orders=orders, basket_id=basket_id)
        outbox.add(topic="purchase.placed", payload={"purchase_id": str(purchase_id)}, at=at)
        catalogue.set_in_stock(listing_ids=ran_out, in_stock=False)
        sales.reserve(sales=[_sale(row, by_guest=form.account_id is None and form.ordered_by is None) for row in orders], happened_at=at)
    return Placed(purchase_id, token, code)


def source_hash(source: str) -> str:
    """A network address as the purchase keeps it: a keyed hash, enough to count by."""
    return hmac.new(settings.SECRET_KEY.encode(), source.encode(), hashlib.sha256).hexdigest() if source else ""


# Locked in the order of ids, guarded so that no piece is promised twice; what comes back is what the order freezes.
RESERVE = """
WITH locked AS MATERIALIZED (
    SELECT id FROM marketplace_product WHERE id = ANY(%(products)s) ORDER BY id FOR NO KEY UPDATE
)
UPDATE marketplace_product product SET reserved = product.reserved + wanted.quantity
FROM unnest(%(products)s, %(quantities)s) AS wanted (product_id, quantity), marketplace_consignor consignor, marketplace_shop shop
WHERE product.id = wanted.product_id AND product.id IN (SELECT id FROM locked) AND consignor.id = product.consignor_id
    AND product.published AND shop.open_to_buyers AND product.on_hand - product.reserved >= wanted.quantity
RETURNING product.id, product.name, product.unit, product.price_rupiah, wanted.quantity, product.consignor_id,
    consignor.margin_rupiah, consignor.margin_basis_points, product.on_hand - product.reserved,
    shop.bumdes_name, shop.takes_cod, shop.seller_courier, shop.seller_courier_fee_rupiah, shop.seller_courier_far_fee_rupiah,
    shop.carried_by
"""
SHOP = ("bumdes_name", "takes_cod", "seller_courier", "seller_courier_fee_rupiah", "seller_courier_far_fee_rupiah", "carried_by")


def _take(*, seller: VillageCode, wanted: Sequence[tuple[UUID, int, int]], form: Form, home_shop: Mapping[str, Any] | None) -> _Taken:
    """Reserve one seller's goods and hold them against what the buyer saw."""
    village = villages.by_code(code=seller)
    if village.state != villages.State.ACTIVE:
        raise refusals.ShopClosed(village=village.name)
    with context.inside(seller), connection.cursor() as cursor:
        products = [product_id for product_id, _, _ in wanted]
        cursor.execute(RESERVE, {"products": products, "quantities": [quantity for _, quantity, _ in wanted]})
        rows = sorted(cursor.fetchall())
        if len(rows) < len(wanted):
            raise refusals.why_not(wanted=wanted, reserved={row[0] for row in rows}, village=village.name)
    shop = dict(zip(SHOP, rows[0][9:], strict=True))
    lines = [_line(row) for row in rows]
    method, delivery = form.choices.get(seller, ("", ""))
    ways_open = ways.open_to(seller=seller, shop=shop, home=form.home_village, home_shop=home_shop)
    choice = ways.find(ways_open, method=method, delivery=delivery)
    if choice is None:
        raise refusals.ChoiceNotOffered(village=village.name)
    stays = form.home_village in (seller, OUTSIDE) or delivery == ways.Delivery.PICKUP_SELLER
    carried_by = "" if stays else shop["carried_by"] or shop["bumdes_name"]
    taken = _Taken(seller, lines, choice, carried_by, [row[0] for row in rows if row[8] == 0])
    if form.expected_rupiah.get(seller) != taken.goods_rupiah + choice.fee_rupiah:
        raise refusals.what_changed(wanted=wanted, lines=lines, village=village.name)
    return taken


def _line(row: tuple[Any, ...]) -> dict[str, Any]:
    product_id, name, unit, price_rupiah, quantity, consignor_id, margin_rupiah, margin_basis_points = row[:8]
    margin = consignors.margin_of(
        price_rupiah=price_rupiah, quantity=quantity, margin_rupiah=margin_rupiah, margin_basis_points=margin_basis_points
    )
    return {
        "id": uuids.uuid7(),
        "product_id": product_id,
        "name": name,
        "unit": unit,
        "quantity": quantity,
        "price_rupiah": price_rupiah,
        "consignor_id": consignor_id,
        "margin_rupiah": margin,
    }


def _row(*, taken: _Taken, form: Form, terms: purchases.Terms, at: datetime) -> purchases.OrderRow:
    hours = terms.counter_hold_hours if taken.choice.method == ways.Method.COUNTER else terms.cod_hold_hours
    return purchases.OrderRow(
        id=uuids.uuid7(),
        seller=taken.seller,
        home_village=form.home_village,
        holder=taken.choice.holder,
        method=taken.choice.method,
        delivery=taken.choice.delivery,
        deliverer=taken.choice.deliverer,
        carried_by=taken.carried_by,
        lines=taken.lines,
        goods_rupiah=taken.goods_rupiah,
        delivery_fee_rupiah=taken.choice.fee_rupiah,
        fee_basis_points=terms.fee_basis_points,
        fee_rupiah=money.basis_points(amount_rupiah=taken.goods_rupiah, basis_points=terms.fee_basis_points),
        placed_at=at,
        expires_at=at + timedelta(hours=hours),
    )


# The order, its way to the buyer and its lines, in the seller's schema.
WRITE_ORDER = """
WITH placed AS (
    INSERT INTO marketplace_order (id, purchase_id, code, buyer_name, buyer_phone, buyer_address, home_village, state, method,
        goods_rupiah, delivery_fee_rupiah, total_rupiah, fee_rupiah, margin_rupiah, refunded_rupiah, placed_at, expires_at, end_reason)
    VALUES (%s, %s, %s, %s, %s, %s, %s, 'placed', %s, %s, %s, %s, %s, %s, 0, %s, %s, '')
), way AS (
    INSERT INTO marketplace_delivery (order_id, kind, deliverer, fee_rupiah, carried_by) VALUES (%s, %s, %s, %s, %s)
)
INSERT INTO marketplace_orderline
    (order_id, reserved, broken, refunded, id, product_id, consignor_id, name, unit, quantity, price_rupiah, margin_rupiah)
VALUES """
LINE = ("id", "product_id", "consignor_id", "name", "unit", "quantity", "price_rupiah", "margin_rupiah")
LINE_PLACES = "(%s, %s, 0, 0, " + ", ".join(["%s"] * len(LINE)) + ")"


def _write_order(*, row: purchases.OrderRow, taken: _Taken, buyer: Buyer, purchase_id: UUID, code: str) -> None:
    margin = sum(line["margin_rupiah"] for line in taken.lines)
    values: list[Any] = [row.id, purchase_id, code, buyer.name, buyer.phone, buyer.address, row.home_village, row.method]
    values += [row.goods_rupiah, row.delivery_fee_rupiah, row.total_rupiah, row.fee_rupiah, margin, row.placed_at, row.expires_at]
    values += [row.id, row.delivery, row.deliverer, row.delivery_fee_rupiah, row.carried_by]
    for line in taken.lines:
        values += [row.id, line["quantity"], *(line[key] for key in LINE)]
    with connection.cursor() as cursor:
        cursor.execute(WRITE_ORDER + ", ".join([LINE_PLACES] * len(taken.lines)), values)


def _sale(row: purchases.OrderRow, *, by_guest: bool) -> sales.Sale:
    return sales.Sale(
        order_id=row.id,
        seller=row.seller,
        holder=VillageCode(row.holder),
        home=VillageCode(row.home_village),
        goods_rupiah=row.goods_rupiah,
        fee_rupiah=row.fee_rupiah,
        delivery_rupiah=row.delivery_fee_rupiah,
        deliverer=VillageCode(row.deliverer),
        by_guest=by_guest,
    )
