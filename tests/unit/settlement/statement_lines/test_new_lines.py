"""A booking of the bank counts once, in whatever form, with whatever columns and in whatever order it is told."""

from __future__ import annotations

import datetime
import itertools

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settlement.bank.statement_files import references
from settlement.models import BankStatement, PaymentLeg, StatementLine
from settlement.payments import pool_items
from settlement.statement_lines import explaining, matching, suspense
from tenants import uuids
from tenants.acts import Act
from tests.support.bank import camt
from tests.support.settlement import bank_days, rounds
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C

RUNS = 40
OPEN, MATCHED = StatementLine.State.OPEN, StatementLine.State.MATCHED
WITH_PUNCTUATION = "0337-0100 1234.50"
PLAIN = {name: said for name, said in bank_days.MAPPING.items() if name != "referensi"}
LATE = T0 + datetime.timedelta(days=36_500)  # after all of these days
DAYS = itertools.count()  # each example has days of its own
Row = tuple[int, str, int, str]  # day, text, amount, the bank's number


@pytest.fixture
def collecting(market):
    """A owes more than the banks of these tests can show."""
    rounds.trade(A, B, 400_000)
    rounds.bank_accounts(A, B, C)
    rounds.collecting()


def own() -> str:
    return references.pay_in(cycle_number=1, village_code=A)


def on(day: int) -> datetime.date:
    """One of the days 13 to 28 of a month: none is another with day and month exchanged."""
    months, days = divmod(day, 16)
    return datetime.date(2026 + (6 + months) // 12, 1 + (6 + months) % 12, 13 + days)


def take(contents: bytes, *, mapping: dict[str, str] | None) -> matching.Imported:
    return matching.import_statement(contents=contents, file="rk", mapping=mapping, act=Act(by=MAKER, at=LATE))


def csv(rows: list[Row], *, numbered: bool) -> matching.Imported:
    lines = [f"{on(day):%d/%m/%Y};{text};;{amount};{number}" for day, text, amount, number in rows]
    return take("\n".join(["Tanggal;Keterangan;Debit;Kredit;Ref", *lines]).encode(), mapping=bank_days.MAPPING if numbered else PLAIN)


def xml(rows: list[Row], *, account: str = bank_days.ACCOUNT) -> matching.Imported:
    bookings = [
        camt.booking(f"{amount}.00", day=f"<Dt>{on(day)}</Dt>", bank_reference=number, extra=f"TRANSFER MASUK\n{text}")
        for day, text, amount, number in rows
    ]
    return take(camt.document(camt.statement(*bookings, account=f"<Othr><Id>{account}</Id></Othr>")), mapping=None)


FORMS = {
    "table": lambda rows: csv(rows, numbered=True),
    "table without numbers": lambda rows: csv(rows, numbered=False),
    "camt": xml,
    "camt, account with punctuation": lambda rows: xml(rows, account=WITH_PUNCTUATION),
}


@pytest.mark.parametrize("first", FORMS)
def test_a_booking_in_every_form_counts_once(collecting, first: str) -> None:
    rows = [(0, own(), 20_600, "J1")]
    assert FORMS[first](rows) == matching.Imported(new=1, matched=1, known=0)

    for form in FORMS.values():
        assert form(rows) == matching.Imported(new=0, matched=0, known=1)

    assert PaymentLeg.objects.get().amount_rupiah == 20_600


def test_a_known_file_changes_nothing_whatever_the_mapping(collecting) -> None:
    contents = bank_days.table([("SETORAN", 5_000), (own(), 700)])
    assert take(contents, mapping=PLAIN) == matching.Imported(new=2, matched=1, known=0)

    for mapping in (bank_days.MAPPING, PLAIN, {**PLAIN, "keterangan": "Ref"}):
        assert take(contents, mapping=mapping) == matching.Imported(new=0, matched=0, known=2)

    assert (BankStatement.objects.count(), StatementLine.objects.count()) == (1, 2)
    assert sorted(StatementLine.objects.values_list("amount_rupiah", "bank_reference")) == [(700, ""), (5_000, "")]


def test_what_looks_like_another_waits_for_a_person(collecting) -> None:
    csv([(0, own(), 20_600, "J1")], numbered=True)

    assert xml([(0, own(), 20_600, "BRI-77")]) == matching.Imported(new=1, matched=0, known=0)

    line = StatementLine.objects.get(state=OPEN)
    assert (line.why, line.bank_reference, line.leg_id) == ("looks-like-another", "BRI-77", None)
    assert PaymentLeg.objects.get().amount_rupiah == 20_600
    assert xml([(0, own(), 20_600, "BRI-77"), (1, "BUNGA", 5, "")]) == matching.Imported(new=1, matched=0, known=1)
    suspense.count_as_pay_in(line_id=line.id, village_code=A, act=Act(by=SECOND, at=T0, reason="dua kali di rekening"))
    assert pool_items.pool(cycle=rounds.get()).collected_rupiah == 41_200


def test_what_looks_like_another_can_be_explained(collecting) -> None:
    csv([(0, own(), 20_600, "J1")], numbered=True)
    xml([(0, own(), 20_600, "BRI-77")])

    explaining.explain(line_id=StatementLine.objects.get(state=OPEN).id, act=Act(by=SECOND, at=T0, reason="nomor lain, uang yang sama"))

    assert pool_items.pool(cycle=rounds.get()).collected_rupiah == 20_600


def test_a_reference_that_one_form_cut_off_is_not_counted_beside_it(collecting) -> None:
    """The table showed "SETORAN PS0001-34", and a person counted it; the whole text comes later."""
    csv([(0, f"SETORAN {own()[:9]}", 600, "")], numbered=False)
    suspense.count_as_pay_in(line_id=StatementLine.objects.get().id, village_code=A, act=Act(by=SECOND, at=T0, reason="kata Bu Ratna"))

    assert xml([(0, own(), 600, "BRI-77")]) == matching.Imported(new=1, matched=0, known=0)

    assert StatementLine.objects.get(state=OPEN).why == "looks-like-another"
    assert xml([(0, own(), 600, "BRI-77"), (0, "SETORAN", 600, "BRI-78"), (0, own(), 600, "BRI-79")]).matched == 1
    assert pool_items.pool(cycle=rounds.get()).collected_rupiah == 1_200


def test_two_bookings_that_are_alike_are_two(collecting) -> None:
    rows = [(0, own(), 300, ""), (0, own(), 300, "")]

    assert csv(rows, numbered=False) == matching.Imported(new=2, matched=2, known=0)
    assert xml([*rows, (0, own(), 300, "")]) == matching.Imported(new=1, matched=1, known=2)
    assert pool_items.pool(cycle=rounds.get()).collected_rupiah == 900


def test_the_database_refuses_the_same_line_twice(collecting) -> None:
    csv([(0, own(), 300, "J1")], numbered=True)
    line = StatementLine.objects.get()
    line.pk = uuids.uuid7()

    with pytest.raises(IntegrityError, match="identity"), transaction.atomic():
        line.save(force_insert=True)


BOOKINGS = st.lists(st.lists(st.sampled_from([100, 100, 200, 0]), max_size=5), min_size=1, max_size=4)
FILES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 5), st.sampled_from(sorted(FORMS)), st.booleans()), max_size=7
)


def test_overlapping_files_of_any_form_in_any_order_tell_the_history_once(collecting) -> None:
    _overlapping_files_tell_the_history()


@settings(max_examples=RUNS, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(history=BOOKINGS, files=FILES, last=st.integers(0, 7), last_form=st.sampled_from(sorted(FORMS)))
def _overlapping_files_tell_the_history(history, files, last, last_form):
    """A day's amounts, 0 a booking without our reference; files from a day to one that is there so far, newest first or last.

    One file, taken in at any moment, has the whole history.
    """
    base = next(DAYS) * 10
    days = [
        [(base + day, own() if amount else "SETORAN", amount or 100, f"N{base + day}-{turn}") for turn, amount in enumerate(amounts)]
        for day, amounts in enumerate(history)
    ]
    before, collected = StatementLine.objects.count(), pool_items.pool(cycle=rounds.get()).collected_rupiah
    cuts = [(min(start, end), max(start, end), so_far, form, newest_first) for start, end, so_far, form, newest_first in files]
    cuts.insert(min(last, len(cuts)), (0, len(days) - 1, 99, last_form, last % 2 == 0))
    for start, end, so_far, form, newest_first in cuts:
        rows = [row for day in days[start:end] for row in day] + [row for day in days[end : end + 1] for row in day[:so_far]]
        if rows:
            FORMS[form](rows[::-1] if newest_first else rows)

    assert StatementLine.objects.count() - before == sum(map(len, history))
    assert pool_items.pool(cycle=rounds.get()).collected_rupiah - collected == sum(map(sum, history))
    assert not StatementLine.objects.filter(why="looks-like-another").exists()
    assert PaymentLeg.objects.count() == StatementLine.objects.filter(state=MATCHED).count()


def test_a_line_whose_amount_may_have_been_cut_off_before_waits(market):
    """A table ended in 2000 and was taken in; the whole one says 20000."""
    rounds.worked_example()
    rounds.bank_accounts(rounds.A, rounds.B, rounds.C)
    rounds.collecting()
    own = references.pay_in(cycle_number=1, village_code=rounds.A)
    mapping = {word: column for word, column in bank_days.MAPPING.items() if word != "referensi"}
    for amount in ("2000\n", "20000\n"):
        contents = f"Tanggal;Keterangan;Debit;Kredit\n02/07/2026;{own};;{amount}".encode()
        matching.import_statement(contents=contents, file="mutasi.csv", mapping=mapping, act=Act(by=rounds.MAKER, at=rounds.T0))

    found = list(StatementLine.objects.order_by("amount_rupiah").values_list("amount_rupiah", "state", "why"))
    assert found == [(2_000, "matched", ""), (20_000, "open", "looks-like-another")]


def test_bookings_of_one_day_that_differ_in_their_sen_are_two(market):
    """Whoever called the second one misread would leave money out of the books."""
    rounds.worked_example()
    rounds.bank_accounts(rounds.A, rounds.B, rounds.C)
    rounds.collecting()
    mapping = {word: column for word, column in bank_days.MAPPING.items() if word != "referensi"}
    for amount in ("20.000,00", "20.000,50"):
        contents = f"Tanggal;Keterangan;Debit;Kredit\n02/07/2026;BUNGA;;{amount}\n".encode()
        matching.import_statement(contents=contents, file="mutasi.csv", mapping=mapping, act=Act(by=rounds.MAKER, at=rounds.T0))

    second = StatementLine.objects.get(sen=50)
    assert (second.state, second.why) == ("open", "has-cents")
    with pytest.raises(explaining.NotDoubtful):
        explaining.call_misread(line_id=second.id, act=Act(by=rounds.MAKER, at=rounds.T0, reason="Sama"))


def test_a_table_that_is_taken_for_another_account_of_ours_counts_nothing_twice(collecting):
    lines = ["Tanggal;Keterangan;Debit;Kredit", f"06/07/2026;{own()};;20000"]
    take("\n".join([*lines, ""]).encode(), mapping=PLAIN)
    rounds.account("F", number="03370100999999", at=T0)

    take("\n".join([*lines, "07/07/2026;ADM;500;", ""]).encode(), mapping={**PLAIN, "rekening": "03370100999999"})

    again = StatementLine.objects.get(state=OPEN, amount_rupiah=20_000)
    assert again.why == "looks-like-another"
    assert pool_items.pool(cycle=rounds.get()).collected_rupiah == 20_000
