"""The federated catalogue: what shops publish, and how buyers find it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, TrigramWordSimilarity
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Case, FloatField, IntegerField, Q, Value, When
from django.db.models.functions import Cast
from django.db.models.query import QuerySet
from django.utils.translation import gettext_noop

from federation import page_cache
from federation.models import Listing
from federation.models.catalogue import CATEGORIES
from tenants import villages
from tenants.refusals import Refused

ITEM_FIELDS = (
    "id",
    "name",
    "unit",
    "price_rupiah",
    "village_code",
    "village_name",
    "village_slug",
    "consignor_name",
    "picture",
    "made_here",
    "flagship",
    "in_stock",
    "category",
)
WORDS_LENGTH_MAX = 80
SUMMARY_KEY = "shared:catalogue-summary"


class NoSuchListing(Refused):
    """No product on offer has this id."""

    code = "no-such-listing"
    sentence = gettext_noop("Barang ini tidak dijual lagi. Cari barang lain di pasar.")


@dataclass(frozen=True)
class Results:
    """A page of a list: rows of ITEM_FIELDS, and where the next one begins (empty: nowhere)."""

    items: list[dict[str, Any]]
    after: str


def publish(*, listings: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Write the public copies of products in the caller's transaction, with their search words: fields of Listing by id, all the same."""
    rows = [Listing(id=listing_id, **values) for listing_id, values in sorted(listings.items())]
    fields = [name for values in listings.values() for name in values]
    if rows:
        Listing.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=list(dict.fromkeys(fields)))
        _index(listing_ids=list(listings))
        changed()


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
                search_words = setweight(to_tsvector('indonesian', unaccent(name || ' ' || consignor_name)), 'A')
                    || setweight(to_tsvector('indonesian', unaccent(description || ' ' || village_name)), 'C'),
                search_name = left(lower(unaccent(name || ' ' || consignor_name)), 240)
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


def rename_village(*, village_code: str, name: str, slug: str, shop_open: bool) -> None:
    """Carry a village's name, or the opening and closing of its shop, into its listings, in the caller's transaction."""
    Listing.objects.filter(village_code=village_code).update(village_name=name, village_slug=slug, shop_open=shop_open)
    changed()


def changed() -> None:
    """After the commit, no page shows the catalogue as it was before."""
    transaction.on_commit(page_cache.forget)


def search(
    *,
    words: str = "",
    village_code: str = "",
    category: str = "",
    price_min: int | None = None,
    price_max: int | None = None,
    made_here: bool = False,
    in_stock: bool = False,
    after: str = "",
    limit: int = 20,
) -> Results:
    """A page of what is on offer: newest first, or with words the best match first (stems, accents and small misspellings forgiven)."""
    rows = Listing.objects.filter(published=True, shop_open=True)
    closed = [village.code for village in villages.ready() if village.state != villages.State.ACTIVE]
    if closed:
        rows = rows.exclude(village_code__in=closed)
    if village_code:
        rows = rows.filter(village_code=village_code)
    if category in CATEGORIES:
        rows = rows.filter(category=category)
    if price_min is not None:
        rows = rows.filter(price_rupiah__gte=price_min)
    if price_max is not None:
        rows = rows.filter(price_rupiah__lte=price_max)
    if made_here:
        rows = rows.filter(made_here=True)
    if in_stock:
        rows = rows.filter(in_stock=True)
    words = " ".join(words.replace("\x00", " ").split())[:WORDS_LENGTH_MAX]
    ranked, key = (_matching(rows, words), "score") if words else (rows, "listed_at")
    mark = _read_mark(after)
    if mark is not None:
        value = mark[0] if key == "score" else datetime.fromisoformat(str(mark[0]))
        ranked = ranked.filter(Q(**{f"{key}__lt": value}) | Q(**{key: value, "id__lt": mark[1]}))
    items = list(ranked.order_by(f"-{key}", "-id").values(*ITEM_FIELDS, key)[: limit + 1])
    more = len(items) > limit
    items = items[:limit]
    return Results(items=items, after=_mark(items[-1][key], items[-1]["id"]) if more else "")


def _matching(rows: QuerySet[Listing], words: str) -> QuerySet[Listing]:
    """Rows that match by stem or by trigrams, with a whole-number score (so that a page's end can be told exactly)."""
    plain = words.lower()
    query = SearchQuery(words, config="indonesian", search_type="websearch")
    near = TrigramWordSimilarity(plain, "search_name")
    whole = Case(When(search_words=query, then=Value(1.0)), default=Value(0.0), output_field=FloatField())
    in_stock_first = Case(When(in_stock=True, then=Value(100)), default=Value(0))
    return rows.filter(Q(search_words=query) | Q(search_name__trigram_word_similar=plain)).annotate(
        score=Cast((near + whole) * 1000, IntegerField()) + in_stock_first
    )


def _mark(value: object, listing_id: UUID) -> str:
    text = json.dumps([value.isoformat() if isinstance(value, datetime) else value, str(listing_id)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_mark(text: str) -> tuple[Any, UUID] | None:
    """A mark that was tampered with is no mark: the list then begins at its start."""
    try:
        value, listing_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if isinstance(value, str):
            datetime.fromisoformat(value)
        return value, UUID(listing_id)
    except (ValueError, TypeError, binascii.Error):
        return None


def get(*, listing_id: UUID) -> dict[str, Any]:
    """One product on offer, all fields.

    :raises NoSuchListing: if there is none, or its shop withdrew it
    """
    row = Listing.objects.filter(id=listing_id, published=True, shop_open=True).values(*ITEM_FIELDS, "description").first()
    if row is None:
        raise NoSuchListing
    return dict(row)


def summary() -> dict[str, int]:
    """How many goods, makers and villages are on offer; at most a minute old."""
    counts: dict[str, int] | None = cache.get(SUMMARY_KEY)
    if counts is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), count(DISTINCT (village_code, consignor_name)), count(DISTINCT village_code)"
                " FROM federation_listing WHERE published AND shop_open"
            )
            counts = dict(zip(("goods", "makers", "villages"), cursor.fetchone(), strict=True))
        cache.set(SUMMARY_KEY, counts, 60)
    return counts
