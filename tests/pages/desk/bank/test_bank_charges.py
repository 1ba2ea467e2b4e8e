"""A charge that the bank books together with a payout: the payout arrived, the charge is a line of its own, nothing is paid twice."""

from __future__ import annotations

import pytest

from settlement import advancing
from settlement.models import PaymentLeg, StatementLine
from settlement.payments import bank_files, payouts
from tenants.acts import Act
from tests.support import cases, desks, factories, payment_desk
from tests.support.settlement import bank_days, rounds
from tests.support.statement_desk import EXPLAIN, decide, upload, waiting

pytestmark = pytest.mark.usefixtures("collecting")
FEE = 2_500
STATES = {"referensi": ""}


@pytest.fixture
def payout(collecting) -> PaymentLeg:
    """All of the money came; what goes to Cibiru is in a file for the bank."""
    bank_days.read(("PS0001-3402902001", 41_200), first=0)
    payouts.plan(number=1, act=Act(by=rounds.MAKER, at=rounds.T0))
    bank_files.make(number=1, act=Act(by=rounds.MAKER, at=rounds.T0))
    return PaymentLeg.objects.get(receiver=rounds.B)


def contents(name: str, payout: PaymentLeg, *, more: int = FEE) -> bytes:
    words = {"KEY": payout.key, "TOTAL": payout.amount_rupiah + more, "AMOUNT": payout.amount_rupiah, "FEE": FEE}
    text = cases.contents(name).decode()
    for word, value in words.items():
        text = text.replace(word, str(value))
    return text.encode()


def lines() -> list[tuple[int, str, str]]:
    return sorted(StatementLine.objects.filter(incoming=False).values_list("amount_rupiah", "state", "why"))


@pytest.mark.parametrize(("file", "kind"), [("charge_inside_payout.csv", "csv"), ("charge_inside_payout.xml", "camt")])
def test_the_payout_is_paid_and_the_charge_waits_to_be_explained(payout, file, kind):
    answer = upload(contents=contents(file, payout), kind=kind, **STATES)

    assert answer.status_code == 303
    payout.refresh_from_db()
    assert payout.state == "succeeded"
    assert lines() == [(FEE, "open", "bank-charge"), (payout.amount_rupiah, "matched", "")]
    assert "Biaya yang diambil bank bersama satu pembayaran." in waiting()

    again = {"charge_inside_payout.csv": "charge_inside_payout.xml"}.get(file, "charge_inside_payout.csv")
    upload(contents=contents(again, payout), kind="camt" if kind == "csv" else "csv", **STATES)
    assert len(lines()) == 2  # the same booking in the other form


@pytest.mark.parametrize(("file", "kind"), [("charge_inside_payout.csv", "csv"), ("charge_inside_payout.xml", "camt")])
def test_nothing_at_the_desk_leads_to_a_second_payout(payout, file, kind):
    upload(contents=contents(file, payout), kind=kind, **STATES)
    charge = StatementLine.objects.get(why="bank-charge")
    assert decide(EXPLAIN, charge).status_code == 303

    refused = desks.browser(factories.OPERATOR).post(f"{payment_desk.PATH}{payout.id}/ditolak/", {"reason": "Tutup"})
    assert refused.status_code == 409
    advancing.advance(number=1, at=rounds.T0)
    assert PaymentLeg.objects.filter(receiver=rounds.B).count() == 1
    assert (StatementLine.objects.get(id=charge.id).state, rounds.get(1).state) == ("explained", "paying")


def test_charges_inside_a_collective_booking_do_not_refuse_the_file(payout):
    answer = upload(contents=contents("charges_inside_batch.xml", payout, more=402_500), kind="camt")

    assert answer.status_code == 303
    assert lines() == [
        (1_250, "open", "bank-charge"),
        (1_250, "open", "bank-charge"),
        (payout.amount_rupiah, "matched", ""),
        (400_000, "open", "no-reference"),
    ]


def test_charges_inside_a_collective_booking_of_credits_are_lines_too():
    answer = upload(contents=cases.contents("charge_inside_batch_of_credits.xml"), kind="camt")

    assert answer.status_code == 303
    found = StatementLine.objects.values_list("amount_rupiah", "incoming", "state", "why")
    assert sorted(found) == [(2_500, False, "open", "bank-charge"), (30_000, True, "matched", ""), (32_600, True, "open", "no-reference")]


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("BIFAST KEY", FEE),  # names no charge
        ("BIAYA 2600 KEY", FEE),  # another charge
        ("BIAYA 2500 KEY", FEE + 1),
        ("SETORAN 2500 KEY", FEE),  # a number, but not of a charge
    ],
)
def test_more_than_the_payout_without_its_charge_waits_whole(payout, text, more):
    table = f"Tanggal;Keterangan;Debit;Kredit\n02/07/2026;{text.replace('KEY', payout.key)};{payout.amount_rupiah + more};\n"
    upload(contents=table.encode(), **STATES)

    assert lines() == [(payout.amount_rupiah + more, "open", "wrong-amount")]
    payout.refresh_from_db()
    assert payout.state == "submitted"
