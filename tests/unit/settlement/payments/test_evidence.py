"""What was written down as evidence is read again as it was meant, and a person's words never as something else."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.labels import payment_labels
from settlement.payments import evidence
from settlement.payments.evidence import Evidence, Kind

DAY = datetime.date(2026, 7, 2)
_numbers = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=60)


@pytest.mark.parametrize("kind", [Kind.PLANNED, Kind.GIVEN, Kind.RECEIVED, Kind.TOO_LATE])
def test_what_says_no_more_than_what_it_is(kind: Kind) -> None:
    assert evidence.read(text=kind, quarantined=False) == Evidence(kind=kind)


@given(day=st.dates(), number=_numbers, file=st.from_regex(r"PS[0-9]{4}-[0-9a-f]{12}", fullmatch=True))
def test_every_form_is_read_as_it_was_written(day, number, file):
    seen = evidence.seen(booked_on=day, number=number)

    assert evidence.read(text=seen, quarantined=False) == Evidence(kind=Kind.SEEN, booked_on=day, number=number)
    assert evidence.read(text=f"statement {day}: taken back", quarantined=False) == Evidence(kind=Kind.TAKEN_BACK, booked_on=day)
    assert evidence.read(text=evidence.filed(message_id=file), quarantined=False) == Evidence(kind=Kind.FILED, number=file)
    aside = evidence.put_aside(why="wrong-amount", evidence=seen)
    assert evidence.read(text=aside, quarantined=True) == Evidence(kind=Kind.SEEN, booked_on=day, number=number, why="wrong-amount")


@pytest.mark.parametrize("words", ["kata bank", "statement 2026-13-99 x", "statement besok", "bank file", "wrong-amount: x", ""])
def test_a_persons_words_stay_words(words: str) -> None:
    assert evidence.read(text=words, quarantined=False) == Evidence(kind=Kind.STATED, words=words)
    assert payment_labels.of_evidence(text=words, quarantined=False) == words


def test_the_pages_say_it_in_words() -> None:
    def said(text: str, *, quarantined: bool = False) -> str:
        return payment_labels.of_evidence(text=text, quarantined=quarantined)

    assert said(Kind.TOO_LATE) == "tenggat bayar lewat"
    assert said(evidence.filed(message_id="PS0001-ab")) == "masuk berkas bank PS0001-ab"
    assert said(evidence.seen(booked_on=DAY, number="B00005")) == "terlihat di rekening koran 02/07/2026 (B00005)"
    assert said(evidence.seen(booked_on=DAY, number="x" * 21)) == "terlihat di rekening koran 02/07/2026"
    assert said("statement 2026-07-02: taken back") == "terlihat di rekening koran 02/07/2026, ditarik kembali oleh bank"
    aside = evidence.put_aside(why="wrong-amount", evidence=evidence.seen(booked_on=DAY, number="B1"))
    amount = "Jumlahnya tidak sama dengan pembayaran yang direncanakan."
    assert said(aside, quarantined=True) == f"{amount} (terlihat di rekening koran 02/07/2026 (B1))"
    assert said("wrong-amount", quarantined=True) == amount
