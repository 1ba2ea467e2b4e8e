"""Daily seals: what they cover, once; a chain that anybody can repeat; and what a kept one shows of a changed history."""

# ruff: noqa: S608 - the SQL is ours
from __future__ import annotations

import datetime
import hashlib
import json
import threading
import uuid

import psycopg2
import pytest
from django.db import connection, transaction

from deploy.audit import examination
from settlement.models import Seal, SealedRow, Transfer
from settlement.seals import sealed_rows, seals
from tests.support import servers
from tests.support.settlement import books, rounds
from tests.unit.settlement import test_advancing

FIRST = datetime.date(2026, 7, 1)
AT = datetime.datetime(2026, 7, 2, 1, 30, 0, 123456, tzinfo=datetime.UTC)


def sealed(day: int = 1) -> Seal:
    made = seals.seal(day=FIRST + datetime.timedelta(days=day - 1), at=AT + datetime.timedelta(days=day - 1))
    assert made is not None
    return made


def change(market, sql: str) -> None:
    """What only somebody behind the ledger could do."""
    with psycopg2.connect(servers.CLUSTER.admin_url(market.database)) as admin, admin.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql)
        assert cursor.rowcount
    admin.close()


OPENING = 12  # the roles of nine people and the limits of three villages
# What this trade does not make.
NOT_HERE = {"account-step", "bankfile", "leg-accounts", "leg-gateway", "line", "receipt", "refund", "refund-step", "statement"}


def test_every_row_is_covered_once_and_the_seals_are_a_chain(market):
    test_advancing.test_half_a_payment_is_shared_and_the_rest_rolls_on(market)
    first = sealed()
    books.complete(books.sale())

    second = sealed(2)

    assert (first.number, first.before_sha256) == (1, "")
    assert (second.number, second.before_sha256, second.row_count) == (2, first.sha256, 6)  # two reserved, two posted, two owed
    assert seals.head() == second.sha256
    kinds = set(SealedRow.objects.values_list("kind", flat=True))
    assert kinds == set(sealed_rows.kinds()) - NOT_HERE
    assert SealedRow.objects.count() == first.row_count + second.row_count
    assert SealedRow.objects.filter(kind="transfer").count() == Transfer.objects.count()
    assert examination.broken_books() == {}


def test_anybody_can_repeat_a_seal_from_the_rows(market):
    sale = books.sale(by_guest=True)
    books.complete(sale)
    found = sealed()
    micros = "(extract(epoch FROM {0}) * 1000000)::bigint"
    transfer = f"""SELECT 'transfer', id::text, phase, event, debit, credit, amount_rupiah, delivery_rupiah, reference, cause_id::text,
        pending_id::text, reverses_id::text, by_guest, limit_rupiah, exposure_rupiah, {micros.format("happened_at")},
        {micros.format("created_at")} FROM settlement_transfer ORDER BY id"""
    obligation = f"""SELECT 'obligation', id::text, debtor, creditor, amount_rupiah, cause, cause_id::text, transfer_id::text, cycle_number,
        {micros.format("happened_at")}, {micros.format("created_at")} FROM settlement_obligation ORDER BY id"""

    activity = f"""SELECT 'activity', id::text, {micros.format("at")}, by::text, village_code, action, subject_id, detail
        FROM tenants_activityentry WHERE split_part(action, '.', 1) IN ('role', 'limit') ORDER BY id"""

    entries = [(*row, json.loads(str(detail))) for *row, detail in books.rows(activity)]
    found_rows = [*entries, *books.rows(obligation), *books.rows(transfer)]
    lines = [json.dumps(row, ensure_ascii=False) for row in found_rows]
    content = hashlib.sha256(b"".join(hashlib.sha256(line.encode()).digest() for line in lines)).hexdigest()

    assert found.row_count == len(lines) == OPENING + 6
    assert found.content_sha256 == content
    said = f"1|2026-07-01|1782955800123456|{len(lines)}|{content}|"
    assert found.sha256 == hashlib.sha256(said.encode()).hexdigest()


def test_a_day_is_sealed_once_and_never_after_a_later_one(market):
    books.complete(books.sale())
    first = sealed()
    books.complete(books.sale())

    assert seals.seal(day=FIRST, at=AT + datetime.timedelta(hours=5)) == first
    assert seals.seal(day=FIRST - datetime.timedelta(days=1), at=AT) is None
    assert Seal.objects.count() == 1


def test_a_day_without_rows_has_its_link(market):
    sealed()
    empty = sealed(2)

    assert (empty.row_count, empty.content_sha256) == (0, hashlib.sha256(b"").hexdigest())
    assert examination.broken_books() == {}


@pytest.mark.parametrize(("utc", "day"), [("2026-07-02T16:59", "2026-07-01"), ("2026-07-02T17:00", "2026-07-02")])
def test_the_day_that_ended_is_the_federations(market, utc, day):
    at = datetime.datetime.fromisoformat(f"{utc}+00:00")

    made = seals.seal_due(at=at)

    assert made is not None
    assert made.day.isoformat() == day
    assert seals.seal_due(at=at) is None


def test_what_commits_late_falls_into_the_next_seal(market):
    early = books.sale()
    begun, go_on = threading.Event(), threading.Event()

    def post_slowly() -> None:
        with transaction.atomic(durable=True):
            books.sales.reserve(sales=[early], happened_at=books.NOON)
            begun.set()
            go_on.wait(20)
        connection.close()

    poster = threading.Thread(target=post_slowly)
    poster.start()
    begun.wait(20)
    books.complete(books.sale(home=books.C))  # begun after the slow one, and committed before it
    first = sealed()
    go_on.set()
    poster.join()

    second = sealed(2)

    late = SealedRow.objects.filter(kind="transfer", row_id__in=Transfer.objects.filter(cause_id=early.order_id).values("id"))
    assert (first.row_count, second.row_count) == (OPENING + 6, 2)
    assert set(late.values_list("seal_number", flat=True)) == {2}


def test_eight_who_seal_one_day_make_one_seal(market):
    books.complete(books.sale())
    made: list[uuid.UUID] = []
    start = threading.Barrier(8)

    def one() -> None:
        start.wait(20)
        made.append(sealed().id)
        connection.close()

    sealers = [threading.Thread(target=one) for _ in range(8)]
    for sealer in sealers:
        sealer.start()
    for sealer in sealers:
        sealer.join()

    assert len(made) == 8
    assert len(set(made)) == Seal.objects.count() == 1
    assert SealedRow.objects.count() == OPENING + 6


@pytest.fixture
def kept(market) -> list[seals.Link]:
    """The chain of two days as somebody kept it."""
    for day in (1, 2):
        books.complete(books.sale())
        sealed(day)
    rounds.trade(rounds.A, rounds.B, 5_000)
    return [seals.read(cells=[str(cell) for cell in link.cells()]) for link in seals.chain()]


def test_an_untouched_history_gives_what_was_kept(kept):
    assert kept == seals.chain()
    assert seals.differences(kept=kept) == []
    assert seals.differences(kept=kept[1:]) == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE settlement_transfer SET amount_rupiah = amount_rupiah + 1 WHERE phase = 'posted' AND event = 'sale'",
        "UPDATE settlement_obligation SET creditor = '34.02.90.2003' WHERE creditor = '34.02.90.2002'",
        "DELETE FROM settlement_transfer WHERE event = 'fee'",
        "DELETE FROM settlement_sealedrow WHERE kind = 'obligation' AND seal_number = 1",
    ],
)
def test_a_changed_or_removed_row_shows_in_its_seal(market, kept, sql):
    change(market, sql)

    assert {found.what for found in seals.differences(kept=kept)} == {"rows"}
    assert examination.broken_books()["seals-recompute"] >= 1


def test_a_rewritten_chain_shows_to_whoever_kept_its_end(market, kept):
    """Somebody changes a row of the first day and computes every hash again: in itself the chain is right, but it ends elsewhere."""
    change(market, "UPDATE settlement_transfer SET amount_rupiah = 7 WHERE id = (SELECT id FROM settlement_transfer ORDER BY id LIMIT 1)")
    change(market, "DELETE FROM settlement_sealedrow")
    change(market, "DELETE FROM settlement_seal")
    for day in (1, 2):
        sealed(day)
    assert {name for name in examination.broken_books() if name.startswith("seals")} == set()

    assert seals.differences(kept=kept[-1:]) == [seals.Difference(2, "unknown")]


def test_a_kept_seal_that_was_written_by_hand_is_told(kept):
    forged = seals.Link(2, kept[1].day, kept[1].sealed_at, 999, kept[1].content_sha256, kept[1].before_sha256, kept[1].sha256)

    assert seals.differences(kept=[forged]) == [seals.Difference(2, "unreadable")]
    with pytest.raises(ValueError, match="unpack"):
        seals.read(cells=["1", "2026-07-01"])
    with pytest.raises(ValueError, match="T01"):
        seals.read(cells=["1", "2026-07-01", "2026-07-02T01:30:00", "1", "a", "b", "c"])


def test_a_broken_chain_is_caught_by_the_audit(market, kept):
    change(market, "UPDATE settlement_seal SET row_count = row_count + 1 WHERE number = 1")

    assert set(examination.broken_books()) == {"seals-are-a-chain", "seals-recompute"}
    assert {(found.number, found.what) for found in seals.differences(kept=kept)} == {(1, "unknown"), (1, "chain"), (1, "rows")}
