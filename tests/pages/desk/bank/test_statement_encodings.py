"""Bank statements as spreadsheets save them, brought to the desk: whatever the encoding and the empty cells, the bookings are taken in."""

from __future__ import annotations

import pytest

from settlement.models import PaymentLeg, StatementLine
from tests.support import cases, desks, factories
from tests.support.statement_desk import TAKE_BACK, decide, upload, waiting

pytestmark = pytest.mark.usefixtures("collecting")
COLUMNS = {"referensi": ""}


@pytest.mark.parametrize(
    ("file", "amount_rupiah"),
    [
        ("table_in_utf_16.csv", 24_100),
        ("table_in_windows_1252.csv", 25_100),
        ("comma_more_in_heading.csv", 26_100),
        ("comma_more_in_lines.csv", 26_100),
    ],
)
def test_a_table_as_spreadsheets_save_it_is_taken_in(file, amount_rupiah):
    answer = upload(contents=cases.contents(file), **COLUMNS)

    assert answer.status_code == 303
    assert StatementLine.objects.get(amount_rupiah=amount_rupiah).state == "matched"
    assert PaymentLeg.objects.get().amount_rupiah == amount_rupiah


def test_dashes_and_apostrophes_of_windows_1252_are_shown_as_they_are():
    upload(contents=cases.contents("table_in_windows_1252.csv"), **COLUMNS)

    assert "“titipan Bu Sri’s – toko”" in waiting()


def test_the_same_table_in_another_encoding_brings_nothing_new():
    contents = cases.contents("table_in_windows_1252.csv")
    upload(contents=contents, **COLUMNS)
    answer = upload(contents=contents.decode("cp1252").encode("utf-16"), **COLUMNS)

    assert "semua 2 baris sudah pernah dimasukkan" in desks.text(desks.browser(factories.OPERATOR).get(answer["Location"]))
    assert StatementLine.objects.count() == 2


def test_a_number_that_could_be_two_is_asked_about_and_the_field_says_which():
    table = b"Tanggal;Keterangan;Debit;Kredit\n02/07/2026;PS0001-3402902001;;20.600\n"

    asked = upload(contents=table, **COLUMNS)
    assert asked.status_code == 422
    assert "Baris 2: “20.600” bisa berarti dua jumlah, 20600 atau 20,6. Sebutkan bentuk angkanya." in desks.text(asked)
    assert not StatementLine.objects.exists()

    assert upload(contents=table, **COLUMNS, angka="1.234,00").status_code == 303
    assert PaymentLeg.objects.get().amount_rupiah == 20_600


def test_another_number_of_the_column_says_which():
    upload(contents=b"Tanggal;Keterangan;Debit;Kredit\n02/07/2026;PS0001-3402902001;;20.600\n02/07/2026;x;;1.000,50\n", **COLUMNS)

    assert PaymentLeg.objects.get().amount_rupiah == 20_600


SWAPPED = {"debit": "Masuk", "kredit": "Keluar", **COLUMNS}
RIGHT = {"debit": "Keluar", "kredit": "Masuk", **COLUMNS}


def legs() -> list[tuple[int, str]]:
    return list(PaymentLeg.objects.values_list("amount_rupiah", "state"))


def test_a_file_that_was_read_with_columns_swapped_brings_its_pay_in_when_it_is_read_rightly():
    contents = cases.contents("columns_swapped.csv")
    upload(contents=contents, **SWAPPED)
    assert (legs(), StatementLine.objects.get().why) == ([], "no-such-pay-in")

    answer = upload(contents=contents, **RIGHT)

    assert "1 baris baru dimasukkan, 1 langsung cocok." in desks.text(desks.browser(factories.OPERATOR).get(answer["Location"]))
    assert legs() == [(34_001, "succeeded")]
    upload(contents=contents, **RIGHT)
    upload(contents=contents, **SWAPPED)
    assert (legs(), StatementLine.objects.count()) == ([(34_001, "succeeded")], 2)


def test_a_pay_in_that_was_matched_is_not_taken_back_by_swapped_columns():
    contents = cases.contents("columns_swapped.csv")
    upload(contents=contents, **RIGHT)

    for other in (contents, contents + b"03/07/2026;SETORAN;;5\n"):
        upload(contents=other, **SWAPPED)

    assert legs() == [(34_001, "succeeded")]
    assert StatementLine.objects.filter(amount_rupiah=34_001, state="open").values_list("why", flat=True).get() == "read-otherwise"
    assert "terbaca terbalik" in waiting()


def test_a_booking_that_was_read_with_day_and_month_swapped_counts_once():
    upload(contents=cases.contents("day_and_month_swapped.csv"), **COLUMNS, format_tanggal="mm/dd/yyyy")
    upload(contents=cases.contents("day_and_month_later.csv"), **COLUMNS)

    assert legs() == [(5_001, "succeeded")]
    assert list(StatementLine.objects.filter(state="open").order_by("amount_rupiah").values_list("amount_rupiah", "why")) == [
        (101, "no-reference"),
        (5_001, "read-otherwise"),
    ]


def test_a_correction_waits_for_a_person_who_takes_the_pay_in_back():
    upload(contents=b"Tanggal;Keterangan;Debit;Kredit\n03/07/2026;PS0001-3402902001;;600\n", **COLUMNS)
    upload(
        contents=b"Tanggal;Keterangan;Debit;Kredit\n03/07/2026;PS0001-3402902001;;600\n03/07/2026;KOREKSI PS0001-3402902001;600;\n",
        **COLUMNS,
    )

    assert legs() == [(600, "succeeded")]  # a match is never undone unseen
    back = StatementLine.objects.get(state="open")
    assert (back.why, "Bank menarik kembali uang masuk." in waiting()) == ("taken-back", True)
    assert decide(TAKE_BACK, back).status_code == 303
    assert legs() == [(600, "returned")]


@pytest.mark.parametrize(("file", "amount_rupiah"), [("reference_with_a_blank.xml", 11_100), ("reference_without_hyphen.xml", 12_100)])
def test_a_reference_whose_hyphen_the_bank_dropped_is_matched(file, amount_rupiah):
    assert upload(contents=cases.contents(file), kind="camt").status_code == 303

    assert StatementLine.objects.values_list("state", "key").get() == ("matched", "PS0001-3402902001")
    assert legs() == [(amount_rupiah, "succeeded")]


@pytest.mark.parametrize(
    ("instant", "day"), [("2026-07-02T17:30:00Z", "03/07/2026"), ("2026-07-03T00:30:00+08:00", "02/07/2026 23:30 WIB")]
)
def test_a_booking_counts_once_whatever_zone_its_instant_is_told_in(instant, day):
    xml = cases.contents("reference_with_a_blank.xml").replace(b"<Dt>2026-07-02</Dt>", f"<DtTm>{instant}</DtTm>".encode())
    upload(contents=xml, kind="camt")
    upload(contents=f"Tanggal;Keterangan;Debit;Kredit\n{day};PS0001-3402902001;;11100\n".encode(), **COLUMNS)

    assert legs() == [(11_100, "succeeded")]
    assert StatementLine.objects.count() == 1
