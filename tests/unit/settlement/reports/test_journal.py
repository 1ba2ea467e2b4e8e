"""The journal and an account's statement: what people see of the books."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction

from settlement.ledger import sales
from settlement.reports import journal
from tenants import keyset
from tests.support.settlement import books
from tests.support.settlement.books import NOON, A, B, C


def complete(chosen: sales.Sale, *, days: int) -> None:
    at = NOON + timedelta(days=days)
    with transaction.atomic(durable=True):
        sales.reserve(sales=[chosen], happened_at=at)
        sales.post(sale=chosen, payment_id=uuid.uuid4(), happened_at=at)


def test_journal_pages_through_everything_once_newest_first(market):
    for days in range(4):
        complete(books.sale(), days=days)

    seen = list(keyset.walk(lambda after: journal.entries(after=after, most=5)))

    assert len(seen) == len({entry.id for entry in seen}) == 16
    assert [entry.happened_at for entry in seen] == sorted((entry.happened_at for entry in seen), reverse=True)


def test_journal_of_one_account_shows_nothing_of_others(market):
    books.complete(books.sale(home=A, seller=B))
    books.complete(books.sale(home=C, seller=B))

    entries = journal.entries(account=f"clearing:{A}").rows

    assert {(entry.debit, entry.phase) for entry in entries} == {(f"clearing:{A}", "pending"), (f"clearing:{A}", "posted")}


def test_statement_opens_with_what_was_before_and_carries_the_balance(market):
    complete(books.sale(goods=100_000, fee=2_000), days=0)
    complete(books.sale(goods=50_000, fee=1_000), days=10)
    complete(books.sale(home=B, seller=A, goods=30_000, fee=600), days=11)
    complete(books.sale(goods=10_000, fee=200), days=20)

    found = journal.statement(account=f"clearing:{A}", begins_at=NOON + timedelta(days=5), ends_at=NOON + timedelta(days=20))

    assert found.opening_rupiah == -100_000
    assert sorted(line.amount_rupiah for line in found.lines) == [-49_000, -1_000, 29_400]
    assert found.lines[-1].balance_rupiah == found.closing_rupiah == -120_600
    following = journal.statement(account=f"clearing:{A}", begins_at=found.ends_at, ends_at=NOON + timedelta(days=99))
    assert (following.opening_rupiah, following.closing_rupiah) == (-120_600, -130_600)


def test_statement_of_an_account_without_movement(market):
    found = journal.statement(account="suspense", begins_at=NOON, ends_at=NOON)

    assert (found.opening_rupiah, found.lines, found.closing_rupiah) == (0, [], 0)
