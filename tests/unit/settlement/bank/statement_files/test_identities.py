"""Bookings are known again by likeness, count and the bank's number, whatever form they come in."""

from __future__ import annotations

import datetime
from collections import defaultdict

import pytest

from settlement.bank.statement_files import Direction, StatementEntry, camt053, identities
from tests.support.bank import camt

PAY_IN = "PS0007-3402152004"


def entry(bank_reference: str = "", **other: object) -> StatementEntry:
    said: dict[str, object] = {
        "account": "9990 0010",
        "booked_on": datetime.date(2026, 8, 4),
        "amount_rupiah": 20_600,
        "direction": Direction.CREDIT,
        "remittance": PAY_IN,
        "end_to_end_id": "",
        "bank_reference": bank_reference,
        "counterparty_name": "",
        "counterparty_account": "",
        "reversal": False,
        "place": 1,
    }
    return StatementEntry(**{**said, **other})  # type: ignore[arg-type]


class Lines:
    """What a table of lines remembers."""

    def __init__(self, *files: list[str]) -> None:
        self.known: dict[str, list[str]] = defaultdict(list)
        for numbers in files:
            self.take(*numbers)

    def take(self, *numbers: str) -> list[tuple[str, bool]]:
        """A file of entries of one likeness with these numbers of the bank; gives those that are new, and whether they must wait."""
        new = identities.unknown(entries=[entry(number) for number in numbers], known=self.known, booked={})
        for one in new:
            assert one.number == len(self.known[one.likeness]) + 1
            self.known[one.likeness].append(identities.bank_reference(entry=one.entry))
        return [(one.entry.bank_reference, bool(one.doubt)) for one in new]


def test_what_a_likeness_is() -> None:
    like = identities.likeness(entry=entry())
    for same in (
        entry("J1"),
        entry(account="9990-0010"),
        entry(remittance=f"TRF DARI SUKAMAJU ps0007-3402\n152004 {PAY_IN}"),
        entry(remittance="", end_to_end_id=PAY_IN),
        entry(counterparty_name="SUKAMAJU", counterparty_account="1", place=9),
    ):
        assert identities.likeness(entry=same) == like
    others = (
        entry(account="99900011"),
        entry(booked_on=datetime.date(2026, 8, 5)),
        entry(amount_rupiah=20_601),
        entry(sen=1),
        entry(direction=Direction.DEBIT),
        entry(remittance="SETORAN"),
        entry(remittance="PS0007-3402152005"),
    )
    assert len({like, *(identities.likeness(entry=other) for other in others)}) == 8
    several = entry(remittance=f"{PAY_IN} PS0007-3402152005")
    assert identities.likeness(entry=several) == identities.likeness(entry=entry(remittance="SETORAN"))  # either says nothing


@pytest.mark.parametrize(
    ("before", "file", "new"),
    [
        ([], ["J1", "J2"], [("J1", False), ("J2", False)]),
        ([], ["", ""], [("", False), ("", False)]),
        ([["J1"]], ["J1"], []),
        ([["J1"]], [""], []),
        ([[""]], ["J1"], []),
        ([[""]], ["", ""], [("", False)]),
        ([["J1"]], ["J2"], [("J2", True)]),  # a second one, or another numbering
        ([["J1"]], ["J2", "J1"], [("J2", False)]),  # this file shows both
        ([["J1"]], ["A1", "A2"], [("A1", False), ("A2", True)]),  # one is surely new, nobody knows of the other
        ([["J1"], ["A1"]], ["A1"], []),
        ([["J1"], ["A1"]], ["J1"], []),
        ([["J1"], ["A1"]], ["J1", "J2"], [("J2", True)]),
        ([["", ""]], ["J3"], []),
        ([["", ""]], ["J3", "J2", "J1"], [("J1", False)]),
        ([["", "J1"]], ["J2"], []),
        ([["", "J1"]], ["", "J2"], []),
        ([["J1", "J2"]], ["J2", ""], []),
        ([["J1"]], ["-"], []),  # a dash is no number
        ([["TRF", "TRF"]], ["TRF", "TRF", "TRF"], [("TRF", False)]),
        ([["J 1"]], ["J  1\n"], []),
    ],
)
def test_what_is_new_in_a_file(before: list[list[str]], file: list[str], new: list[tuple[str, bool]]) -> None:
    lines = Lines(*before)

    assert lines.take(*file) == new
    assert lines.take(*file) == []


def test_the_new_ones_stand_in_the_order_of_the_file() -> None:
    entries = [entry("A", amount_rupiah=3), entry("B", amount_rupiah=1), entry("C", amount_rupiah=3), entry("D", amount_rupiah=2)]

    new = identities.unknown(entries=entries, known={}, booked={})

    assert [(one.entry.bank_reference, one.number) for one in new] == [("A", 1), ("B", 1), ("C", 2), ("D", 1)]


def test_parts_of_a_collective_booking_are_bookings_of_their_own() -> None:
    details = camt.transaction("20000", text="PS0007-3402152004") + camt.transaction("20000", text="PS0007-3402152004")

    entries = camt053.read(camt.file(camt.booking("40000.00", details=details))).entries

    assert [one.number for one in identities.unknown(entries=entries, known={}, booked={})] == [1, 2]
