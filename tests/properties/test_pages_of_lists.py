"""Walking a list page by page gives each row once and in order, however many share what it is ordered by."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from federation.buying import purchase_details
from federation.catalogue import catalogue
from federation.models import Listing, Purchase
from federation.reports import member_list
from marketplace.goods import products
from marketplace.models import Consignor, Product
from settlement.models import Transfer
from settlement.reports import journal
from tenants import activity_log, keyset, uuids
from tenants.db import context
from tenants.models import ActivityEntry
from tests.support import factories, shopping

pytestmark = pytest.mark.slow
MANY, FEW = 500, 7
AT = shopping.NOON

moments = some.lists(some.integers(0, 2), min_size=1, max_size=40)  # minutes after AT: ties and neighbours


def walked(read: Callable[..., keyset.Page[Any]], **asked: Any) -> list[Any]:
    """All rows, in pages of FEW; no page is longer, and none but the last is shorter."""
    found: list[list[Any]] = []

    def page(after: str) -> keyset.Page[Any]:
        got = read(after=after, **asked)
        found.append(got.rows)
        return got

    rows = list(keyset.walk(page))
    assert all(len(rows) == FEW for rows in found[:-1])
    assert len(found[-1]) <= FEW
    return rows


def entries(minutes: list[int], *, village: str) -> list[uuid.UUID]:
    """Entries of a village's activity log at these minutes; their ids, the newest first."""
    about = {"action": "product.added", "village_code": village}
    rows = [ActivityEntry(**about, subject_id=str(n), at=AT + timedelta(minutes=minute)) for n, minute in enumerate(minutes)]
    ActivityEntry.objects.bulk_create(rows)
    return [row.id for row in sorted(rows, key=lambda row: (row.at, row.id), reverse=True)]


def listings(minutes: list[int], **fields: Any) -> list[uuid.UUID]:
    rows = [
        Listing(
            id=uuids.uuid7(),
            village_code=factories.CIBIRU,
            village_name="Cibiru",
            village_slug="cibiru",
            name="Keripik bayam",
            unit="bungkus",
            price_rupiah=1_000,
            category="jajanan",
            listed_at=AT + timedelta(minutes=minute),
            **fields,
        )
        for minute in minutes
    ]
    Listing.objects.bulk_create(rows)
    catalogue._index(listing_ids=[row.id for row in rows])
    return [row.id for row in sorted(rows, key=lambda row: (row.listed_at, row.id), reverse=True)]


def test_the_activity_log(market) -> None:
    before = {entry.id for entry in activity_log.entries(limit=10_000).rows}
    made = entries([0] * MANY, village=factories.CIBIRU)

    found = [entry.id for entry in walked(activity_log.entries, limit=FEW) if entry.id not in before]

    assert found == made


def test_the_activity_log_with_ties_and_neighbours(market) -> None:
    @given(minutes=moments)
    @settings(max_examples=15)
    def walk(minutes: list[int]) -> None:
        village = f"34.02.{uuid.uuid4().int % 90 + 10}.{uuid.uuid4().int % 9000 + 1000}"
        ids = entries(minutes, village=village)
        assert [entry.id for entry in walked(activity_log.entries, village_code=village, limit=FEW)] == ids

    with market.as_owner():
        walk()


def test_the_catalogue_the_newest_first(market) -> None:
    made = listings([0] * MANY)

    assert [item.id for item in walked(catalogue.search, limit=FEW)] == made


def test_the_catalogue_the_best_match_first(market) -> None:
    made = listings([0] * MANY)

    found = [item.id for item in walked(catalogue.search, words="kripik bayam", limit=FEW)]

    assert sorted(found) == sorted(made)
    assert found == [item.id for item in catalogue.search(words="kripik bayam", limit=MANY).rows]


def test_the_products_of_a_shop(market) -> None:
    with context.inside(factories.CIBIRU):
        consignor = Consignor.objects.first() or Consignor.objects.create(name="Bu Yati", kind="umkm", margin_rupiah=0)
        same = {"unit": "ikat", "price_rupiah": 1_000, "category": "jajanan", "consignor": consignor, "created_at": AT, "updated_at": AT}
        rows = [Product(name=f"Tahu {number % 3}", **same) for number in range(MANY)]
        Product.objects.bulk_create(rows)

        found = [item.id for item in walked(products.page, words="Tahu", limit=FEW)]

    assert found == [row.id for row in sorted(rows, key=lambda row: (row.name, row.id))]


def test_the_purchases_of_an_account(market) -> None:
    fields = {"account_id": factories.WULAN.id, "total_rupiah": 1_000, "placed_at": AT}
    rows = [Purchase(form_key=f"f{number}", token=f"t{number}", code=f"T{number:05}", **fields) for number in range(MANY)]
    Purchase.objects.bulk_create(rows)

    found = [summary.token for summary in walked(purchase_details.of_account, account_id=factories.WULAN.id, limit=FEW)]

    assert found == [row.token for row in sorted(rows, key=lambda row: row.id, reverse=True)]


def test_the_journal(market) -> None:
    with market.as_owner():
        Transfer.objects.bulk_create(
            Transfer(
                phase="posted",
                event="sale",
                debit_id=f"clearing:{factories.SUKAMAJU}",
                credit_id=f"clearing:{factories.CIBIRU}",
                amount_rupiah=1,
                reference=f"uji:{number}",
                cause_id=uuid.uuid4(),
                happened_at=AT,
                created_at=AT,
            )
            for number in range(MANY)
        )

    found = [entry.id for entry in walked(journal.entries, most=FEW)]

    assert len(found) == len(set(found)) == MANY
    assert found == [entry.id for entry in journal.entries(most=MANY).rows]


def test_the_members(market) -> None:
    for number in range(9):
        market.add_village(code=f"34.02.91.20{number:02}", name="Sama")

    found = [member.code for member in walked(member_list.members, limit=FEW)]

    assert found == sorted(set(found))
    assert len(found) == 12


@pytest.mark.parametrize(
    "read", [activity_log.entries, catalogue.search, journal.entries, functools.partial(member_list.members, limit=FEW)]
)
def test_the_cursor_of_another_list_is_the_start(market, read: Callable[..., keyset.Page[Any]]) -> None:
    listings([0, 1])
    foreign = keyset.Order("elsewhere", {"id": uuid.UUID}).cursor([uuid.uuid4()])

    assert read(after=foreign) == read(after="") == read(after="x")
