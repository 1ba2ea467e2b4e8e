"""The federated catalogue: what shops publish, and how buyers find it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from federation.catalogue import catalogue_stamp
from federation.catalogue.categories import CATEGORIES
from federation.models import Listing
from tenants import keyset, texts, trade_holds, villages
from tenants.codes import VillageCode
from tenants.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class Offer:
    """A product on offer, as lists show it; price in rupiah."""

    id: UUID
    name: str
    unit: str
    price_rupiah: int
    village_code: VillageCode
    village_name: str
    village_slug: str
    consignor_name: str
    picture: str  # stored key, without size and ending; empty: none
    made_here: bool
    flagship: bool
    in_stock: bool
    category: str  # a key of CATEGORIES


@dataclass(frozen=True, slots=True)
class OfferInFull(Offer):
    """A product on offer with what only its own page shows."""

    description: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """The public copy of a product, as its shop writes it: fields of Listing."""

    id: UUID
    village_code: VillageCode
    village_name: str
    village_slug: str
    consignor_name: str
    name: str
    description: str
    unit: str
    price_rupiah: int
    category: str
    picture: str
    made_here: bool
    flagship: bool
    in_stock: bool
    published: bool
    shop_open: bool
    listed_at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """How many goods, makers and villages are on offer."""

    goods: int
    makers: int
    villages: int


_OFFER = tuple(field.name for field in fields(Offer))
_PUBLICATION = tuple(field.name for field in fields(Publication))
WORDS_LENGTH_MAX = 80
SUMMARY_KEY = "shared:catalogue-counts-and-closed"


class NoSuchListing(DomainError):
    """No product on offer has this id."""

    kind = Kind.NOT_FOUND
    code = "no-such-listing"
    sentence = gettext_noop("Barang ini tidak dijual lagi. Cari barang lain di pasar.")


NEWEST = keyset.Order("goods", {"listed_at": datetime, "id": UUID}, descending=True)
BEST = keyset.Order("goods-found", {"rank": int, "id": UUID}, descending=True)


def publish(*, publications: Iterable[Publication]) -> None:
    """Write the public copies of products in the caller's transaction, with their search words."""
    rows = [Listing(**{name: getattr(one, name) for name in _PUBLICATION}) for one in sorted(publications, key=lambda one: one.id)]
    if rows:
        changing = [name for name in _PUBLICATION if name != "id"]
        Listing.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=changing)
        _index(listing_ids=[row.id for row in rows])
        changed()


def of_village(*, village_code: VillageCode) -> list[Publication]:
    """The public copies of all products of a village, in the order of their ids: what its shop last said of them."""
    rows: Any = Listing.objects.filter(village_code=village_code).order_by("id").values(*_PUBLICATION)
    return [Publication(**row) for row in rows]


def rename_consignor(*, listing_id: UUID, consignor_name: str) -> None:
    """Carry a consignor's new name into a listing, in the caller's transaction."""
    if Listing.objects.filter(id=listing_id).exclude(consignor_name=consignor_name).update(consignor_name=consignor_name):
        _index(listing_ids=[listing_id])
        changed()


def _index(*, listing_ids: list[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE federation_listing SET
                search_words = setweight(to_tsvector('indonesian', unaccent(normalize(name || ' ' || consignor_name))), 'A')
                    || setweight(to_tsvector('indonesian', unaccent(normalize(description || ' ' || village_name))), 'C'),
                search_name = left(lower(unaccent(normalize(name || ' ' || consignor_name))), 240)
            WHERE id = ANY(%s)
            """,
            [listing_ids],
        )


def set_in_stock(*, listing_ids: Iterable[UUID], in_stock: bool) -> None:
    """Show that products ran out or came back, in the caller's transaction; rows are locked in the order of their ids."""
    other = Listing.objects.filter(id__in=list(listing_ids)).exclude(in_stock=in_stock)
    ids = list(other.order_by("id").select_for_update(no_key=True).values_list("id", flat=True))
    if ids:
        Listing.objects.filter(id__in=ids).update(in_stock=in_stock)
        changed()


def rename_village(*, village_code: VillageCode, name: str, slug: str, shop_open: bool) -> None:
    """Carry a village's name, or the opening and closing of its shop, into its listings, in the caller's transaction."""
    rows = Listing.objects.filter(village_code=village_code)
    ids = list(rows.order_by("id").select_for_update(no_key=True).values_list("id", flat=True))  # in the order in which others lock them
    Listing.objects.filter(id__in=ids).update(village_name=name, village_slug=slug, shop_open=shop_open)
    changed()


def changed() -> None:
    """After the commit, no page shows the catalogue as it was before."""
    transaction.on_commit(catalogue_stamp.renew)


def search(
    *,
    words: str = "",
    village_code: VillageCode | None = None,
    category: str = "",
    price_min: int | None = None,
    price_max: int | None = None,
    made_here: bool = False,
    in_stock: bool = False,
    after: str = "",
    limit: int = 20,
) -> keyset.Page[Offer]:
    """A page of what is on offer, newest first, or with words the best match first (stems, accents and small
    misspellings forgiven). `after`: the cursor of the page before."""
    words = _plain(words)
    closed = list(villages.not_selling())
    category = category if category in CATEGORIES else ""
    order = BEST if words else NEWEST
    place = order.place(after)
    conditions = [
        condition
        for condition, asked in (
            (_MATCHES, words),
            ("village_code <> ALL (%(closed)s)", closed),
            ("village_code = %(village_code)s", village_code),
            ("category = %(category)s", category),
            ("price_rupiah >= %(price_min)s", price_min is not None),
            ("price_rupiah <= %(price_max)s", price_max is not None),
            ("made_here", made_here),
            ("in_stock", in_stock),
            (f"({_SCORE if words else 'listed_at'}, id) < (%(rank)s, %(last_id)s)", place),
        )
        if asked
    ]
    # Written out, because this is what the market is asked most: the ORM took longer to word it than PostgreSQL to answer (measured).
    statement = f"""
        SELECT {", ".join(_OFFER)}, {_SCORE if words else "listed_at"} AS rank FROM federation_listing
        WHERE {" AND ".join(["published AND shop_open", *conditions])} ORDER BY rank DESC, id DESC LIMIT %(limit)s
    """  # noqa: S608 - every part is a text of this module; what was asked goes in as parameters
    values = {
        "words": words,
        "plain": words.lower(),
        "closed": closed,
        "village_code": village_code,
        "category": category,
        "price_min": price_min,
        "price_max": price_max,
        "rank": place[0] if place else None,
        "last_id": place[1] if place else None,
        "limit": limit + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    page = order.page(rows, limit=limit, place=lambda row: (row[-1], row[0]))
    return keyset.Page([Offer(*row[:-1]) for row in page.rows], page.after)


def _plain(words: str) -> str:
    """What is searched for, as listings keep their words: without accents, which not everybody types, and signs that nobody sees.

    PostgreSQL is asked once: as a part of the search it would take the accents off for every row.
    """
    words = texts.looks(words.replace("\x00", " "))[:WORDS_LENGTH_MAX]
    if words.isascii():
        return words
    with connection.cursor() as cursor:
        cursor.execute("SELECT unaccent(%s)", [words])
        return str(cursor.fetchone()[0])


_STEMS = "search_words @@ websearch_to_tsquery('indonesian', %(words)s)"
_MATCHES = f"({_STEMS} OR search_name %%> %(plain)s)"
# A whole number, so that a page's end is exact: likeness 0 to 1000, 1000 more for the stem itself, what is in stock first.
_SCORE = f"""(((word_similarity(%(plain)s, search_name) + CASE WHEN {_STEMS} THEN 1.0 ELSE 0.0 END) * 1000)::integer
    + CASE WHEN in_stock THEN 100 ELSE 0 END)"""


def get(*, listing_id: UUID) -> OfferInFull:
    """One product on offer.

    :raises NoSuchListing: if there is none, or its shop withdrew it
    :raises trade_holds.TradeHeld: if its shop is held after a restore
    """
    row = Listing.objects.filter(id=listing_id, published=True, shop_open=True).values(*_OFFER, "description").first()
    if row is None or not villages.is_active(code=row["village_code"]):
        raise NoSuchListing
    trade_holds.refuse_order(village_code=row["village_code"])
    return OfferInFull(**row)


def summary() -> Summary:
    """How many goods, makers and villages are on offer; at most a minute old, but never with a village that was closed meanwhile."""
    closed = villages.not_selling()
    stored: tuple[tuple[VillageCode, ...], Summary] | None = cache.get(SUMMARY_KEY)
    counts = stored[1] if stored and stored[0] == closed else None
    if counts is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), count(DISTINCT (village_code, consignor_name)), count(DISTINCT village_code)"
                " FROM federation_listing WHERE published AND shop_open AND village_code <> ALL (%s)",
                [list(closed)],
            )
            counts = Summary(*cursor.fetchone())
        cache.set(SUMMARY_KEY, (closed, counts), 60)
    return counts
