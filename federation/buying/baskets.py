"""What a visitor puts aside from any number of villages, until it is ordered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.utils.translation import gettext_noop

from federation.models import Basket, BasketLine, Listing
from tenants import models as tenants_models
from tenants import trade_holds, uuids, villages
from tenants.codes import VillageCode
from tenants.errors import DomainError, Kind

VILLAGES_MAX = 30
LINES_MAX = 200
QUANTITY_MAX = 999


class BasketFull(DomainError):
    """A basket holds at most 200 lines of 30 villages."""

    kind = Kind.LIMIT
    code = "basket-full"
    sentence = gettext_noop("Keranjang penuh: paling banyak 200 barang dari 30 desa. Pesan dulu yang ada, lalu lanjutkan.")


class NotOnOffer(DomainError):
    """The product is not sold any more."""

    kind = Kind.CONFLICT
    code = "not-on-offer"
    sentence = gettext_noop("Barang ini sedang tidak dijual. Cari barang serupa di pasar.")


class BadQuantity(DomainError):
    """A line holds 1 to 999 pieces."""

    kind = Kind.INVALID
    code = "bad-quantity"
    sentence = gettext_noop("Jumlah harus antara 1 dan 999.")


@dataclass(frozen=True)
class BasketHead:
    """What every page knows of a basket."""

    id: UUID
    token: str
    line_count: int
    home_village: VillageCode
    home_chosen: bool


HEAD = ("id", "token", "line_count", "home_village", "home_chosen")


def _of(*, token: str | None, account_id: UUID | None) -> QuerySet[Basket]:
    """The visitor's basket, if there is one: an account's own first, else the guest's by its token."""
    if account_id is not None:
        return Basket.objects.filter(account_id=account_id)
    return Basket.objects.filter(token=token, account_id=None) if token else Basket.objects.none()


def _head(basket: Basket) -> BasketHead:
    return BasketHead(**{field: getattr(basket, field) for field in HEAD})


def find(*, token: str | None, account_id: UUID | None = None) -> BasketHead | None:
    """The visitor's basket, or None."""
    row = _of(token=token, account_id=account_id).values(*HEAD).first()
    return BasketHead(**row) if row else None


def add(*, token: str | None, account_id: UUID | None, product_id: UUID, quantity: int, at: datetime) -> BasketHead:
    """Put pieces of a product into the visitor's basket (made when there is none), on top of what is there.

    :raises NotOnOffer: if nobody sells it
    :raises trade_holds.TradeHeld: if its shop is held after a restore
    :raises BadQuantity: unless 1 to 999 pieces, in sum too
    :raises BasketFull: beyond 200 lines or 30 villages
    """
    if not 1 <= quantity <= QUANTITY_MAX:
        raise BadQuantity
    listing = Listing.objects.filter(id=product_id, published=True, shop_open=True).only("village_code", "price_rupiah").first()
    if listing is None or not villages.is_active(code=listing.village_code):
        raise NotOnOffer
    trade_holds.refuse_order(village_code=listing.village_code)
    with transaction.atomic(durable=True):
        basket = _locked(token=token, account_id=account_id, at=at)
        with connection.cursor() as cursor:
            cursor.execute(ADD, _add_values(basket.id, listing, quantity, at))
            row = cursor.fetchone()
        if row is None:
            raise BadQuantity
        lines, sellers = row
        if lines > LINES_MAX or sellers > VILLAGES_MAX:
            raise BasketFull
    return replace(basket, line_count=lines)


def fill(*, quantities: Mapping[UUID, int], at: datetime) -> BasketHead:
    """A new guest's basket with several products at once: pieces by product.

    :raises NotOnOffer: if one of them is not sold
    :raises BadQuantity: unless 1 to 999 pieces of each
    :raises BasketFull: beyond 200 lines or 30 villages
    """
    if not all(1 <= quantity <= QUANTITY_MAX for quantity in quantities.values()):
        raise BadQuantity
    on_offer = Listing.objects.filter(id__in=quantities, published=True, shop_open=True)
    listings = {row[0]: row[1:] for row in on_offer.values_list("id", "village_code", "price_rupiah")}
    if len(listings) < len(quantities):
        raise NotOnOffer
    if len(listings) > LINES_MAX or len({village_code for village_code, _ in listings.values()}) > VILLAGES_MAX:
        raise BasketFull
    with transaction.atomic(durable=True):
        basket = Basket.objects.create(line_count=len(quantities), created_at=at, touched_at=at)
        BasketLine.objects.bulk_create(
            BasketLine(
                basket=basket, product_id=key, quantity=pieces, village_code=listings[key][0], price_rupiah=listings[key][1], added_at=at
            )
            for key, pieces in quantities.items()
        )
    return _head(basket)


# One statement whatever the basket's size: the line, the count on the basket, and what the limits need.
ADD = """
WITH line AS (
    INSERT INTO federation_basketline (id, basket_id, village_code, product_id, quantity, price_rupiah, added_at)
    VALUES (%(id)s, %(basket)s, %(village)s, %(product)s, %(quantity)s, %(price)s, %(at)s)
    ON CONFLICT (basket_id, product_id) DO UPDATE
        SET quantity = federation_basketline.quantity + excluded.quantity, price_rupiah = excluded.price_rupiah
        WHERE federation_basketline.quantity + excluded.quantity <= 999
    RETURNING village_code
), others AS (
    SELECT village_code FROM federation_basketline WHERE basket_id = %(basket)s AND product_id <> %(product)s
), counted AS (
    SELECT (SELECT count(*) FROM others) + 1 AS lines,
        (SELECT count(*) FROM (SELECT village_code FROM others UNION SELECT village_code FROM line) villages) AS sellers
), head AS (
    UPDATE federation_basket SET line_count = counted.lines, touched_at = %(at)s FROM counted WHERE id = %(basket)s
)
SELECT counted.lines, counted.sellers FROM counted, line
"""


def _add_values(basket_id: UUID, listing: Listing, quantity: int, at: datetime) -> dict[str, Any]:
    return {
        "id": uuids.uuid7(),
        "basket": basket_id,
        "village": listing.village_code,
        "product": listing.id,
        "quantity": quantity,
        "price": listing.price_rupiah,
        "at": at,
    }


def _locked(*, token: str | None, account_id: UUID | None, at: datetime) -> BasketHead:
    """The head of the visitor's basket, its row locked; made when there is none."""
    row = _of(token=token, account_id=account_id).select_for_update(no_key=True).values(*HEAD).first()
    if row is not None:
        return BasketHead(**row)
    token = tenants_models.new_token()  # never a token that the visitor made up
    if account_id is not None:
        # Another request of the same account may be first: then this writes nothing.
        own = Basket(token=token, account_id=account_id, created_at=at, touched_at=at)
        Basket.objects.bulk_create([own], ignore_conflicts=True)
        return BasketHead(**_of(token=None, account_id=account_id).select_for_update(no_key=True).values(*HEAD).get())
    basket = Basket.objects.create(token=token, created_at=at, touched_at=at)
    return _head(basket)


def set_quantity(*, token: str | None, account_id: UUID | None, product_id: UUID, quantity: int, at: datetime) -> None:
    """Set a line's pieces; 0 takes it out. Without such a line nothing happens.

    :raises BadQuantity: beyond 999
    """
    if not 0 <= quantity <= QUANTITY_MAX:
        raise BadQuantity
    with transaction.atomic(durable=True):
        basket = _of(token=token, account_id=account_id).select_for_update(no_key=True).first()
        if basket is None:
            return
        line = BasketLine.objects.filter(basket=basket, product_id=product_id)
        if quantity:
            line.update(quantity=quantity)
        elif line.delete()[0]:
            Basket.objects.filter(id=basket.id).update(line_count=F("line_count") - 1, touched_at=at)


def choose_home(*, token: str | None, account_id: UUID | None, village_code: VillageCode, at: datetime) -> None:
    """Remember the buyer's home village ("" = outside the federation) on the basket."""
    _of(token=token, account_id=account_id).update(home_village=village_code, home_chosen=True, touched_at=at)


def go_on(*, token: str | None, account_id: UUID | None, village_code: VillageCode, at: datetime) -> None:
    """The buyer has seen the basket and goes on to the checkout: remember the home village, and today's prices as those that were seen."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        basket_id = _of(token=token, account_id=account_id).select_for_update(no_key=True).values_list("id", flat=True).first()
        if basket_id is not None:
            Basket.objects.filter(id=basket_id).update(home_village=village_code, home_chosen=True, touched_at=at)
            cursor.execute(_PRICES_OF_TODAY, [basket_id])


_PRICES_OF_TODAY = """
UPDATE federation_basketline line SET price_rupiah = listing.price_rupiah FROM federation_listing listing
WHERE line.basket_id = %s AND listing.id = line.product_id AND listing.price_rupiah <> line.price_rupiah
"""


def merge(*, token: str, account_id: UUID, at: datetime) -> None:
    """At login, move a guest's lines into the account's basket, the oldest first, while 200 lines and 30 villages hold them.

    Of a product that both have, the larger quantity wins.
    """
    with transaction.atomic(durable=True):
        guest = Basket.objects.select_for_update().filter(token=token, account_id=None).first()
        if guest is None:
            return
        own = _locked(token=None, account_id=account_id, at=at)
        room = LINES_MAX - own.line_count
        have = dict(BasketLine.objects.filter(basket_id=own.id).values_list("product_id", "village_code"))
        sellers = set(have.values())
        for line in BasketLine.objects.filter(basket=guest).order_by("added_at"):
            if line.product_id in have:
                BasketLine.objects.filter(basket_id=own.id, product_id=line.product_id).update(
                    quantity=Case(When(quantity__lt=line.quantity, then=Value(line.quantity)), default=F("quantity"))
                )
            elif room > 0 and len(sellers | {line.village_code}) <= VILLAGES_MAX:
                room -= 1
                sellers.add(line.village_code)
                BasketLine.objects.filter(id=line.id).update(basket_id=own.id)
        count = BasketLine.objects.filter(basket_id=own.id).count()
        Basket.objects.filter(id=own.id).update(line_count=count, touched_at=at)
        if guest.home_chosen and not own.home_chosen:
            Basket.objects.filter(id=own.id).update(home_village=guest.home_village, home_chosen=True)
        guest.delete()
