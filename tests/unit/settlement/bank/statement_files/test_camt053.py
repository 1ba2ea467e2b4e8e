"""A bank's XML becomes entries, whole or not at all."""

from __future__ import annotations

import datetime

import pytest
from django.utils import translation

from settlement.bank.statement_files import Direction, camt053, statement_problems
from tests.support.bank import camt

KEY = "PSL01ARZ3NDEKTSV4RRFFQ69G5FAV"


def only(contents: bytes):
    [entry] = camt053.read(contents).entries
    return entry


def complaint(*bookings: str) -> str:
    with pytest.raises(statement_problems.LinesNotRead) as refused:
        camt053.read(camt.file(*bookings))
    return str(refused.value)


@pytest.mark.parametrize(("version", "old"), [("02", True), ("08", False), ("13", False)])
def test_a_pay_in_is_read_in_every_version(version: str, old: bool) -> None:
    details = camt.transaction(text="PS0007-3402152004", key="NOTPROVIDED", payer="BUMDes Sukamaju", payee="Federasi", old=old)
    status = "<Sts>BOOK</Sts>" if old else "<Sts><Cd>BOOK</Cd></Sts>"

    entry = only(camt.file(camt.booking(details=details, status=status, extra="SKN"), version=version))

    assert (entry.account, entry.amount_rupiah, entry.direction) == (camt.ACCOUNT, 20_600, Direction.CREDIT)
    assert (entry.booked_on, entry.bank_reference, entry.place) == (datetime.date(2026, 8, 4), "BRI-77", 1)
    assert (entry.remittance, entry.end_to_end_id) == ("PS0007-3402152004\nSKN", "")
    assert (entry.counterparty_name, entry.counterparty_account, entry.reversal) == ("BUMDes Sukamaju", "157788", False)


def test_a_payout_names_its_receiver_and_its_key() -> None:
    details = camt.transaction(key=KEY, payer="Federasi", payee="BUMDes Cibiru")

    entry = only(camt.file(camt.booking(way="DBIT", details=details, day="<DtTm>2026-08-04T23:59:00+07:00</DtTm>")))

    assert (entry.direction, entry.moved_in_sen, entry.end_to_end_id) == (Direction.DEBIT, -2_060_000, KEY)
    assert (entry.counterparty_name, entry.booked_on) == ("BUMDes Cibiru", datetime.date(2026, 8, 4))


@pytest.mark.parametrize(
    ("reversal", "rest"), [("<RvslInd>true</RvslInd>", ""), ("", "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"), ("<RvslInd>1</RvslInd>", "")]
)
def test_a_payout_that_comes_back_says_so(reversal: str, rest: str) -> None:
    details = camt.transaction(key=KEY, payer="Federasi", payee="BUMDes Cibiru", rest=rest)

    entry = only(camt.file(camt.booking(reversal=reversal, details=details)))

    assert (entry.direction, entry.reversal, entry.end_to_end_id) == (Direction.CREDIT, True, KEY)
    assert entry.counterparty_name == "BUMDes Cibiru"


def test_a_booking_without_details_has_its_additional_text() -> None:
    entry = only(camt.file(camt.booking(extra="TRSF PS0007-\n3402152004")))

    assert (entry.remittance, entry.counterparty_name) == ("TRSF PS0007-\n3402152004", "")


@pytest.mark.parametrize("old", [True, False])
def test_a_collective_booking_is_parted(old: bool) -> None:
    details = camt.transaction("20000", text="PS0007-3402152004", old=old) + camt.transaction("600.0", text="PS0007-3402152005", old=old)

    entries = camt053.read(camt.file(camt.booking(details=details, extra="KOLEKTIF"))).entries

    assert [(entry.amount_rupiah, entry.remittance) for entry in entries] == [(20_000, "PS0007-3402152004"), (600, "PS0007-3402152005")]
    assert [entry.place for entry in entries] == [1, 1]


def test_parts_may_go_both_ways() -> None:
    details = camt.transaction("21000", own="A") + camt.transaction("400", way="DBIT", own="B")

    assert [entry.moved_in_sen for entry in camt053.read(camt.file(camt.booking(details=details))).entries] == [2_100_000, -40_000]


def test_a_collective_booking_without_amounts_stays_one() -> None:
    details = camt.transaction(text="PS0007-3402152004", key=KEY) + camt.transaction(text="PS0007-3402152005", key="K-2")

    entry = only(camt.file(camt.booking(details=details)))

    assert (entry.amount_rupiah, entry.end_to_end_id) == (20_600, "")
    assert entry.remittance == "PS0007-3402152004\nPS0007-3402152005"


def test_what_is_not_booked_or_moves_nothing_is_left_out() -> None:
    contents = camt.file(camt.booking(status="<Sts><Cd>PDNG</Cd></Sts>"), camt.booking("0.00"), camt.booking("5"))

    assert [(entry.amount_rupiah, entry.place) for entry in camt053.read(contents).entries] == [(5, 3)]


def test_balances_lead_from_one_to_the_other() -> None:
    bookings = (camt.booking("500"), camt.booking("20600", way="DBIT"))
    good = camt.statement(camt.balance("OPBD", "20000.00"), camt.balance("CLBD", "100", way="DBIT"), *bookings)

    read = camt053.read(camt.document(good))

    assert (read.opening_in_sen, read.closing_in_sen) == (2_000_000, -10_000)
    bad = camt.statement(camt.balance("PRCD", "20000.00"), camt.balance("CLBD", "100"), *bookings)
    with pytest.raises(statement_problems.BalancesDisagree, match="20[.]000.*-20[.]100.*100"):
        camt053.read(camt.document(bad))


def test_days_that_follow_each_other_are_one_statement() -> None:
    first = camt.statement(camt.balance("OPBD", "0"), camt.balance("CLBD", "5"), camt.booking("5"))
    second = camt.statement(camt.balance("OPBD", "5"), camt.balance("CLBD", "12"), camt.booking("7", bank_reference="BRI-78"))

    read = camt053.read(camt.document(first, second))

    assert (read.opening_in_sen, read.closing_in_sen, [entry.place for entry in read.entries]) == (0, 1_200, [1, 2])


def test_an_account_may_be_an_iban_but_there_is_one() -> None:
    iban = camt.statement(account="<IBAN>DE89370400440532013000</IBAN>")

    assert camt053.read(camt.document(iban)).account == "DE89370400440532013000"
    for contents in (camt.document(iban, camt.statement()), camt.document(camt.statement(account=""))):
        with pytest.raises(camt053.AccountUnclear):
            camt053.read(contents)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (camt.booking("20600.567"), "“20600.567” bukan jumlah"),
        (camt.booking("20.600"), "“20.600” bukan jumlah"),
        (camt.booking("-5"), "bukan jumlah"),
        (camt.booking("1,000"), "bukan jumlah"),
        (camt.booking("1" + "0" * 16), "terlalu besar"),
        (camt.booking(currency="USD"), "USD"),
        (camt.booking(way="XXXX"), "masuk atau keluar"),
        (camt.booking(day=""), "tanggal buku"),
        (camt.booking(day="<Dt>2026-02-30</Dt>"), "tanggal buku"),
        (camt.booking(details=camt.transaction("20000") + camt.transaction("601")), "Rp 20.601, bukan Rp 20.600"),
        (camt.booking(details=camt.transaction("20000") + camt.transaction("600.01")), "Rp 20.600,01, bukan Rp 20.600."),
        (camt.booking(details=camt.transaction("20600") + camt.transaction()), "jumlahnya tidak ada"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_number(wrong: str, words: str) -> None:
    said = complaint(camt.booking(), wrong)

    assert "Baris 2: " in said
    assert words in said
    assert "Baris 1: " not in said


def test_all_of_it_is_named_in_both_languages() -> None:
    wrong = [camt.booking("0.505")] * 30

    assert "Baris 20: " in complaint(*wrong)
    assert complaint(*wrong).endswith("Dan 10 baris lain.")
    with translation.override("en"):
        assert "Line 20: “0.505” is no amount" in complaint(*wrong)
        assert complaint(*wrong).endswith("And 10 more lines.")


def test_a_balance_that_cannot_be_read_is_named() -> None:
    with pytest.raises(statement_problems.LinesNotRead, match="Saldo: "):
        camt053.read(camt.document(camt.statement(camt.balance("OPBD", "0.105"))))


def test_interest_tax_and_charges_have_cents() -> None:
    bookings = (
        camt.booking("1234.56", extra="BUNGA"),
        camt.booking("0.5", way="DBIT", extra="PAJAK"),
        camt.booking("5.06", details=camt.transaction("5") + camt.transaction("0.06")),
    )
    good = camt.statement(camt.balance("OPBD", "0.44"), camt.balance("CLBD", "1239.56"), *bookings)

    read = camt053.read(camt.document(good))

    assert [(entry.amount_rupiah, entry.sen, entry.direction) for entry in read.entries] == [
        (1_234, 56, Direction.CREDIT),
        (0, 50, Direction.DEBIT),
        (5, 0, Direction.CREDIT),
        (0, 6, Direction.CREDIT),
    ]
    assert (read.opening_in_sen, read.closing_in_sen) == (44, 123_956)


def test_balances_agree_to_the_sen() -> None:
    off = camt.statement(camt.balance("OPBD", "0.44"), camt.balance("CLBD", "1239.55"), camt.booking("1239.12"))

    with pytest.raises(statement_problems.BalancesDisagree) as refused:
        camt053.read(camt.document(off))

    assert "saldo awal Rp 0,44 ditambah mutasi Rp 1.239,12 bukan saldo akhir Rp 1.239,55" in str(refused.value)
    with translation.override("en"):
        assert "opening Rp 0.44 and movements Rp 1,239.12 are not closing Rp 1,239.55" in str(refused.value)


@pytest.mark.parametrize(
    "contents",
    [
        b"",
        b"tanggal;jumlah\n",
        b"<Document/>",
        camt.file(camt.booking())[:-30],
        camt.file(camt.booking()).replace(b"BkToCstmrStmt", b"BkToCstmrDbtCdtNtfctn"),
        camt.file(camt.booking()).replace(b"utf-8", b"no-such-code"),
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Document><BkToCstmrStmt><Stmt>&a;</Stmt></BkToCstmrStmt></Document>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x"><Document><BkToCstmrStmt><Stmt/></BkToCstmrStmt></Document>',
    ],
)
def test_what_is_no_statement_is_refused(contents: bytes) -> None:
    with pytest.raises(camt053.NotCamt053):
        camt053.read(contents)


@pytest.mark.parametrize("sign", ["\x00", "&#0;", "\x01"])
def test_signs_that_are_no_text_are_refused(sign: str) -> None:
    with pytest.raises(camt053.NotCamt053):
        camt053.read(camt.file(camt.booking(extra=f"TRSF {sign}")))


def test_there_is_an_end_to_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(statement_problems.FileTooLarge):
        camt053.read(b" " * (statement_problems.BYTES_MAX + 1))
    monkeypatch.setattr(statement_problems, "ENTRIES_MAX", 2)
    with pytest.raises(statement_problems.FileTooLarge):
        camt053.read(camt.file(*[camt.booking()] * 3))
    with pytest.raises(statement_problems.FileTooLarge):
        camt053.read(camt.file(camt.booking("3", details=camt.transaction("1", own="A") * 3)))


@pytest.mark.parametrize(
    ("day", "on"),
    [
        ("<DtTm>2026-08-04T16:59:59Z</DtTm>", 4),
        ("<DtTm>2026-08-04T17:00:00Z</DtTm>", 5),
        ("<DtTm>2026-08-04T17:00:00.123456789Z</DtTm>", 5),
        ("<DtTm>2026-08-05T00:30:00+08:00</DtTm>", 4),
        ("<DtTm>2026-08-05T01:30:00+09:00</DtTm>", 4),
        ("<DtTm>2026-08-04T24:00:00+07:00</DtTm>", 5),
        ("<DtTm>2026-08-04T23:59:00</DtTm>", 4),
        ("<Dt>2026-08-04Z</Dt>", 4),
        ("<Dt>2026-08-04+09:00</Dt>", 4),
    ],
)
def test_an_instant_counts_on_the_federations_day(day: str, on: int) -> None:
    assert only(camt.file(camt.booking(day=day))).booked_on == datetime.date(2026, 8, on)
