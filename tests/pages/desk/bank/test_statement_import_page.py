"""Taking in a bank's statement at the desk: once, with what it did, and with words where it cannot be read."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings

from settlement.models import BankStatement, PaymentLeg, StatementLine
from tenants.models import ActivityEntry
from tests.support import desks, factories, page_text
from tests.support.settlement import bank_days, rounds
from tests.support.statement_desk import COLUMNS, IMPORT, PATH, PAY_IN, upload, waiting


def test_a_statement_is_taken_in_once_and_says_what_it_did(collecting) -> None:
    first = upload((PAY_IN, 20_600), ("SETORAN", 5_000))
    again = upload((PAY_IN, 20_600), ("SETORAN", 5_000))

    operator = desks.browser(factories.OPERATOR)
    assert (first.status_code, again.status_code) == (303, 303)
    assert "2 baris baru dimasukkan, 1 langsung cocok." in desks.text(operator.get(first["Location"]))
    assert "Tidak ada baris baru: semua 2 baris sudah pernah dimasukkan." in desks.text(operator.get(again["Location"]))
    assert BankStatement.objects.get().file == "mutasi.csv"
    assert PaymentLeg.objects.get().amount_rupiah == 20_600
    said = waiting(factories.AUDITOR)
    assert "1 baris menunggu diputuskan." in said
    assert "“SETORAN” Tidak ada nomor rujukan kita di berita transfer." in said


@pytest.mark.parametrize("wrong", ["", "x", "-1", "1000000", "9" * 5_000])
def test_an_address_that_counts_no_import_says_nothing(collecting, wrong: str) -> None:
    answer = desks.browser(factories.AUDITOR).get(PATH, {"baru": wrong, "cocok": "0", "lama": "0"})

    assert answer.status_code == 200
    assert "baris baru" not in desks.text(answer)


def test_the_columns_that_could_read_a_table_are_offered_again(collecting) -> None:
    upload((PAY_IN, 600))
    upload((PAY_IN, 700), first=2)

    form = desks.filled(desks.browser(factories.OPERATOR), IMPORT)

    assert {name: form.values[name] for name in COLUMNS} == COLUMNS
    assert ActivityEntry.objects.filter(action="statement.form-kept").count() == 1


def test_a_table_is_of_the_account_that_was_chosen_where_there_were_several(collecting) -> None:
    rounds.account("F", number="03370100999999", at=rounds.T0 - timedelta(days=1))

    unsaid = upload((PAY_IN, 600))
    assert unsaid.status_code == 422
    assert "Pilih rekening federasi yang tabelnya Anda unduh dari bank." in desks.text(unsaid)
    assert not StatementLine.objects.exists()

    assert upload((PAY_IN, 600), rekening=bank_days.ACCOUNT).status_code == 303
    upload((PAY_IN, 600), ("ADM", -75), rekening="03370100999999")
    assert StatementLine.objects.get(state="open", amount_rupiah=600).why == "looks-like-another"


def test_what_cannot_be_read_is_named_and_what_was_typed_stays(collecting) -> None:
    wrong = upload((PAY_IN, 600), tanggal="Tgl")
    assert wrong.status_code == 422
    assert "Judul kolom tidak ditemukan dalam berkas: Tgl, Keterangan" in desks.text(wrong)
    assert page_text.read(wrong).form("").values["tanggal"] == "Tgl"

    unread = upload(contents=b"Tanggal;Keterangan;Debit;Kredit;Ref\nkemarin;x;;100;1\n")
    assert unread.status_code == 422
    assert "Baris 2: “kemarin” bukan tanggal dalam bentuk dd/mm/yyyy." in desks.text(unread)

    for contents in (b"", b"\x00\xff" * 50, b"<xml"):
        for kind in ("csv", "camt"):
            answer = upload(contents=contents, kind=kind)
            assert answer.status_code in (409, 422), (contents, kind)
    none = desks.browser(factories.OPERATOR).post(IMPORT, {"kind": "camt"})
    assert none.status_code == 422
    assert "Pilih berkas rekening koran dari bank." in desks.text(none)
    assert not StatementLine.objects.exists()
    assert not ActivityEntry.objects.filter(action="statement.form-kept").exists()


def test_a_last_line_that_may_be_cut_off_is_shown_and_asked_about(collecting) -> None:
    contents = f"Tanggal;Keterangan;Debit;Kredit\n02/07/2026;{PAY_IN};;20600".encode()

    asked = upload(contents=contents, referensi="")

    assert asked.status_code == 409
    assert "baris terakhirnya (baris 2) tidak diakhiri ganti baris" in desks.text(asked)
    assert f"Rp 20.600 pada 2026-07-02, “{PAY_IN}”" in desks.text(asked)
    assert not StatementLine.objects.exists()
    [tick] = re.findall(r'name="whole" value="([0-9a-f]{64})"', asked.content.decode())
    assert upload(contents=contents, referensi="").status_code == 409
    assert upload(contents=contents, referensi="", whole=tick).status_code == 303
    assert PaymentLeg.objects.get().amount_rupiah == 20_600


def test_signs_that_are_no_text_and_columns_that_are_too_long_are_said_so(collecting) -> None:
    unread = upload(contents=b"Tanggal;Keterangan;Debit;Kredit;Ref\n02/07/2026;BU\x00NGA;;100;B\x001\n")
    assert unread.status_code == 422
    assert "Baris 2: ada tanda yang bukan tulisan." in desks.text(unread)

    long = upload((PAY_IN, 600), keterangan="K" * 61)
    assert long.status_code == 422
    assert not StatementLine.objects.exists()


def test_a_file_that_is_too_large_is_refused_in_words_of_statements(market) -> None:
    size = str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)

    answer = desks.browser(factories.OPERATOR).post(IMPORT, {}, headers={"content-length": size})

    assert answer.status_code == 413
    assert "Berkasnya terlalu besar. Kembali, ambil rekening koran untuk waktu yang lebih pendek" in desks.text(answer)


def test_a_booking_under_another_number_waits_with_its_reason(collecting) -> None:
    upload((PAY_IN, 600))
    table = b"Tanggal;Keterangan;Debit;Kredit;Ref\n02/07/2026;" + PAY_IN.encode() + b";;600;J77\n"
    upload(contents=table)

    assert "hanya nomor bank atau rujukannya lain. Periksa di rekening apakah uangnya bergerak dua kali." in waiting()
    assert PaymentLeg.objects.get().amount_rupiah == 600


def test_without_the_federations_account_the_page_leads_to_it(market) -> None:
    page = page_text.read(desks.browser(factories.OPERATOR).get(IMPORT))

    assert "Rekening bank federasi belum diisi." in page.text
    assert "/federasi/rekening-bank/F/" in page.links
    assert not [form for form in page.forms if "kind" in form.values]


def test_statements_are_taken_in_by_the_operator(collecting) -> None:
    for person in (factories.APPROVER, factories.AUDITOR, factories.RATNA, factories.WULAN):
        client = desks.browser(person)
        assert client.get(IMPORT).status_code == 404
        assert client.post(IMPORT, {"kind": "camt"}).status_code == 404
