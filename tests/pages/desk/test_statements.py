"""The desk's page of bank statements: taken in once, matched by reference, and what waits decided by the operator with a reason."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from settlement import advancing
from settlement.models import BankStatement, PaymentLeg, StatementLine
from tenants.models import TrailEntry
from tests.pages.desk.test_desk import table
from tests.support import desks, factories, page_text
from tests.unit.settlement.cycles import bank_days, rounds

pytestmark = pytest.mark.usefixtures("market")
PATH = "/federasi/rekening-koran/"
PAY_IN = "TRSF PS0001-3402902001"
COLUMNS = {name: said for name, said in bank_days.MAPPING.items() if name != "rekening"}
STATEMENTS_MAX = 14


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("federation.pages.desk.bank.bank_statements_page.timezone.now", lambda: rounds.T0)


@pytest.fixture
def collecting() -> None:
    """The worked example waits for Sukamaju's 41,200."""
    rounds.worked_example()
    rounds.bank_accounts(rounds.B, rounds.C)
    rounds.collecting()


def upload(*bookings: bank_days.Booking, first: int = 1, contents: bytes | None = None, **columns: str) -> HttpResponse:
    client = desks.browser(factories.OPERATOR)
    form = page_text.read(client.get(PATH)).form("", deed="import")
    file = SimpleUploadedFile("mutasi.csv", bank_days.table(bookings, first=first) if contents is None else contents)
    return client.post(PATH, {**form.values, **COLUMNS, "kind": "csv", "file": file, **columns})


def waiting(person: factories.Person = factories.OPERATOR) -> str:
    return desks.text(desks.browser(person).get(PATH))


def decide(deed: str, line: StatementLine, **typed: str) -> HttpResponse:
    """Press one of the buttons beside a line."""
    client = desks.browser(factories.OPERATOR)
    form = page_text.read(client.get(PATH)).form("", line=str(line.id))
    assert ("deed", deed) in form.buttons
    return client.post(PATH, {**form.values, "reason": "ditelepon", "deed": deed, **typed})


def line(amount_rupiah: int) -> StatementLine:
    return StatementLine.objects.get(amount_rupiah=amount_rupiah)


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


def test_the_columns_that_could_read_a_table_are_offered_again(collecting) -> None:
    upload((PAY_IN, 600))
    upload((PAY_IN, 700), first=2)

    form = page_text.read(desks.browser(factories.OPERATOR).get(PATH)).form("", deed="import")

    assert {name: form.values[name] for name in COLUMNS} == COLUMNS
    assert TrailEntry.objects.filter(action="statement.form-kept").count() == 1


def test_what_cannot_be_read_is_named_and_what_was_typed_stays(collecting) -> None:
    wrong = upload((PAY_IN, 600), tanggal="Tgl")
    assert wrong.status_code == 422
    assert "Judul kolom tidak ditemukan dalam berkas: Tgl, Keterangan" in desks.text(wrong)
    assert page_text.read(wrong).form("", deed="import").values["tanggal"] == "Tgl"

    unread = upload(contents=b"Tanggal;Keterangan;Debit;Kredit;Ref\nkemarin;x;;100;1\n")
    assert unread.status_code == 422
    assert "Baris 2: “kemarin” bukan tanggal dalam bentuk dd/mm/yyyy." in desks.text(unread)

    for contents in (b"", b"\x00\xff" * 50, b"<xml"):
        for kind in ("csv", "camt"):
            answer = upload(contents=contents, kind=kind)
            assert answer.status_code in (409, 422), (contents, kind)
    none = desks.browser(factories.OPERATOR).post(PATH, {"deed": "import", "kind": "camt"})
    assert none.status_code == 422
    assert "Pilih berkas rekening koran dari bank." in desks.text(none)
    assert not StatementLine.objects.exists()


def test_signs_that_are_no_text_and_columns_that_are_too_long_are_said_so(collecting) -> None:
    unread = upload(contents=b"Tanggal;Keterangan;Debit;Kredit;Ref\n02/07/2026;BU\x00NGA;;100;B\x001\n")
    assert unread.status_code == 422
    assert "Baris 2: ada tanda yang bukan tulisan." in desks.text(unread)

    long = upload((PAY_IN, 600), keterangan="K" * 61)
    assert long.status_code == 422
    assert not StatementLine.objects.exists()


def test_a_file_that_is_too_large_is_refused_in_words_of_statements(market) -> None:
    size = str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)

    answer = desks.browser(factories.OPERATOR).post(PATH, {"deed": "import"}, headers={"content-length": size})

    assert answer.status_code == 413
    assert "Berkasnya terlalu besar. Kembali, ambil rekening koran untuk waktu yang lebih pendek" in desks.text(answer)


def test_a_booking_under_another_number_waits_with_its_reason(collecting) -> None:
    upload((PAY_IN, 600))
    table = b"Tanggal;Keterangan;Debit;Kredit;Ref\n02/07/2026;" + PAY_IN.encode() + b";;600;J77\n"
    upload(contents=table)

    assert "hanya nomor bank atau rujukannya lain. Periksa di rekening apakah uangnya bergerak dua kali." in waiting()
    assert PaymentLeg.objects.get().amount_rupiah == 600


def test_without_the_federations_account_the_page_leads_to_it() -> None:
    page = page_text.read(desks.browser(factories.OPERATOR).get(PATH))

    assert "Rekening bank federasi belum diisi." in page.text
    assert "/federasi/rekening-bank/F/" in page.links
    assert not [form for form in page.forms if form.values.get("deed") == "import"]


def test_held_lines_hide_no_open_one_and_what_is_not_shown_is_counted(collecting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("federation.pages.desk.bank.statement_lines_part.LINES_SHOWN", 3)
    upload(("SETORAN", 1_001), ("SETORAN", 1_002))
    for amount in (1_001, 1_002):
        assert decide("hold", line(amount)).status_code == 303
    upload(("KIRIMAN", 2_001), ("KEMBALI", -500), ("KIRIMAN", 2_003), first=3)

    page = page_text.read(desks.browser(factories.OPERATOR).get(PATH))

    assert "3 baris menunggu diputuskan." in page.text
    assert {form.values["line"] for form in page.forms if "line" in form.values} == {
        str(line_id) for line_id in StatementLine.objects.filter(state="open").values_list("id", flat=True)
    }
    assert "2 baris lagi tampil sesudah yang di atas diputuskan; semuanya ada di CSV." in page.text
    assert decide("pay_back", line(500), source=str(line(1_002).id)).status_code == 303  # of one that is not shown


def test_money_that_came_is_counted_as_a_villages_payment(collecting) -> None:
    upload(("SETORAN", 20_600))
    form = page_text.read(desks.browser(factories.OPERATOR).get(PATH)).form("", line=str(line(20_600).id))
    assert form.values["village"] == rounds.A
    assert "Sukamaju, Rp 41.200" in waiting()

    empty = decide("pay_in", line(20_600), reason="")
    assert empty.status_code == 422
    assert "Tulis alasannya, supaya pemeriksa mengerti." in desks.text(empty)
    taken = line(20_600)
    assert decide("pay_in", taken).status_code == 303
    again = desks.browser(factories.OPERATOR).post(
        PATH, {"deed": "pay_in", "line": str(taken.id), "village": rounds.A, "reason": "ditelepon"}
    )
    other = desks.browser(factories.OPERATOR).post(PATH, {"deed": "explain", "line": str(taken.id), "reason": "lain"})

    assert (again.status_code, other.status_code) == (303, 409)
    assert "Baris ini sudah diputuskan." in desks.text(other)
    assert PaymentLeg.objects.get().amount_rupiah == 20_600
    assert "Tidak ada baris yang menunggu." in waiting()
    [entry] = TrailEntry.objects.filter(action="statement.line-decided")
    assert (entry.by, entry.reason) == (factories.OPERATOR.id, "ditelepon")


def test_late_money_is_offered_as_a_payment_until_the_cycle_closes(collecting) -> None:
    after = rounds.get().collect_until_at
    upload(("SETORAN", 20_600))
    assert advancing.advance(number=1, at=after) == "reconciling"  # nobody paid in time; the line holds it open

    assert "Sukamaju, Rp 41.200" in waiting()
    assert decide("pay_in", line(20_600), village=rounds.A).status_code == 303

    assert advancing.advance(number=1, at=after) == "paying"
    assert "Ada uang lagi: putaran membayar sekali lagi" in desks.text(desks.browser(factories.AUDITOR).get("/federasi/putaran/1/"))


def test_money_of_nobody_is_held_and_given_back(collecting) -> None:
    upload(("TITIPAN", 7_000))
    assert decide("hold", line(7_000)).status_code == 303
    assert "ada uang yang disimpan karena belum jelas milik siapa" in waiting()
    upload(("KEMBALI", -6_000), first=5)

    assert decide("pay_back", line(6_000), source=str(line(7_000).id)).status_code == 303

    said = waiting()
    assert "Yang masih tersimpan: Rp 1.000." in said
    assert "Uang keluar" not in said


def test_a_stale_page_is_not_told_that_money_was_counted_when_the_line_was_explained(collecting) -> None:
    upload(("SETORAN", 20_600))
    client = desks.browser(factories.OPERATOR)
    stale = page_text.read(client.get(PATH)).form("", line=str(line(20_600).id)).values
    assert decide("explain", line(20_600), reason="ditelepon").status_code == 303

    answer = client.post(PATH, {**stale, "reason": "ditelepon", "deed": "pay_in"})

    assert answer.status_code == 409
    assert "Baris ini sudah diputuskan." in desks.text(answer)
    assert not PaymentLeg.objects.exists()


def test_what_is_more_than_a_village_owes_stays_held(collecting) -> None:
    upload(("SETORAN", 50_000))

    assert decide("pay_in", line(50_000)).status_code == 303

    assert PaymentLeg.objects.get().amount_rupiah == 41_200
    assert "Yang masih tersimpan: Rp 8.800." in waiting()


def test_a_banks_charge_is_no_business_of_the_cycles(collecting) -> None:
    upload(("BIAYA ADM", -6_500))
    client = desks.browser(factories.OPERATOR)
    buttons = {deed for _name, deed in page_text.read(client.get(PATH)).form("", line=str(line(6_500).id)).buttons}
    assert buttons == {"explain"}  # money that went is nobody's payment, and nothing is held that it could give back

    assert decide("explain", line(6_500), reason="biaya bulanan").status_code == 303

    [row] = table(desks.browser(factories.AUDITOR).get("/federasi/rekening-koran.csv"))[1:]
    assert row[:4] == ["2026-07-02", "keluar", "6500", "0"]
    assert (row[6], row[8], row[9]) == ("Dijelaskan", "biaya bulanan", "Galih")


def test_interest_is_shown_with_its_sen_and_is_no_payment(collecting) -> None:
    upload(contents=b"Tanggal;Keterangan;Debit;Kredit;Ref\n02/07/2026;BUNGA;;12,34;B1\n02/07/2026;BUNGA;;0,07;B2\n")

    said = waiting()
    page = page_text.read(desks.browser(factories.OPERATOR).get(PATH))
    buttons = {line.sen: {deed for _n, deed in page.form("", line=str(line.id)).buttons} for line in StatementLine.objects.all()}

    assert "Rp 12,34" in said
    assert "Rp 0,07" in said
    assert buttons == {34: {"pay_in", "hold", "explain"}, 7: {"explain"}}


def test_reconciliation_says_in_words_what_is_not_explained(collecting) -> None:
    path = "/federasi/putaran/1/cocok/"
    upload((PAY_IN, 20_600), ("SETORAN", 5_000), ("TITIPAN", 3_000))
    decide("hold", line(3_000))

    said = desks.text(desks.browser(factories.AUDITOR).get(path))

    assert "belum cocok. Putaran baru selesai kalau semuanya nol." in said
    assert "Terkumpul, belum sampai di yang berpiutang Rp 20.600" in said
    assert "Baris rekening koran yang belum diputuskan 1" in said
    assert "Uang yang belum jelas milik siapa" in said
    assert "Pencocokan dimulai sesudah" in desks.text(desks.browser(factories.AUDITOR).get("/federasi/putaran/2/cocok/"))
    assert desks.browser(factories.AUDITOR).get("/federasi/putaran/9/cocok/").status_code == 404
    assert desks.browser(factories.TINI).get(path).status_code == 404


def test_statements_are_read_by_the_federations_people_and_decided_by_the_operator(collecting) -> None:
    upload(("SETORAN", 5_000))
    for person in (factories.RATNA, factories.TINI, factories.WULAN):
        assert desks.browser(person).get(PATH).status_code == 404
        assert desks.browser(person).get("/federasi/rekening-koran.csv").status_code == 404
    for person in (factories.APPROVER, factories.AUDITOR):
        client = desks.browser(person)
        assert not [form for form in page_text.read(client.get(PATH)).forms if form.action == ""]
        for deed in ("import", "explain", "hold", "pay_in", "pay_back"):
            assert client.post(PATH, {"deed": deed, "line": str(line(5_000).id), "reason": "x"}).status_code == 404
    for nonsense in ({"line": "x"}, {"line": str(rounds.MAKER), "source": "y"}):
        for deed in ("explain", "hold", "pay_in", "pay_back"):
            answer = desks.browser(factories.OPERATOR).post(PATH, {"deed": deed, "reason": "x", **nonsense})
            assert answer.status_code == 409
    assert line(5_000).state == "open"


def test_what_the_page_costs_does_not_grow_with_its_lines(collecting) -> None:
    upload(*((f"SETORAN {number}", 1_000 + number) for number in range(12)))
    for number in range(4):
        decide("hold", line(1_000 + number))
    operator = desks.browser(factories.OPERATOR)
    operator.get(PATH)

    with page_text.Statements() as statements:
        operator.get(PATH)

    assert len(statements.said) <= STATEMENTS_MAX, statements.said
