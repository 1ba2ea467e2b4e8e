"""An import is taken back at the desk: the page says what it was, who may do it, and what came of it."""

from __future__ import annotations

import uuid

import pytest

from settlement import advancing
from settlement.models import BankStatement, PaymentLeg, StatementLine
from settlement.payments import bank_files, payouts
from tenants.acts import Act
from tests.support import cases, desks, factories
from tests.support.settlement import rounds
from tests.support.statement_desk import MISREAD, PATH, PAYOUT, decide, offered, take_back, upload, waiting

pytestmark = pytest.mark.usefixtures("collecting")
PLAIN = {"referensi": ""}
SWAPPED = {"debit": "Masuk", "kredit": "Keluar", **PLAIN}
RIGHT = {"debit": "Keluar", "kredit": "Masuk", **PLAIN}


def legs() -> list[tuple[int, str]]:
    return list(PaymentLeg.objects.values_list("amount_rupiah", "state"))


@pytest.mark.parametrize(
    ("file", "wrong", "right", "amount_rupiah"),
    [
        ("columns_swapped.csv", SWAPPED, RIGHT, 34_001),
        ("day_and_month_later.csv", {**PLAIN, "format_tanggal": "mm/dd/yyyy"}, PLAIN, 5_001),
    ],
)
def test_an_import_with_a_wrong_mapping_is_taken_back_and_read_again(file, wrong, right, amount_rupiah):
    contents = cases.contents(file) if file.startswith("columns") else cases.contents("day_and_month_swapped.csv")
    upload(contents=contents, **wrong)
    assert "mutasi.csv" in waiting()

    answer = take_back()

    assert answer.status_code == 303
    assert "Berkas itu ditarik" in desks.text(desks.browser(factories.OPERATOR).get(answer["Location"]))
    assert "Tidak ada baris yang menunggu." in waiting()
    upload(contents=contents, **right)
    assert (amount_rupiah, "succeeded") in legs()
    assert sum(state == "succeeded" for _amount, state in legs()) == 1
    assert not StatementLine.objects.filter(state="open", amount_rupiah=amount_rupiah).exists()


def test_a_village_whose_money_was_paid_on_is_named():
    upload(contents=b"Tanggal;Keterangan;Debit;Kredit\n02/07/2026;PS0001-3402902001;;41200\n", **PLAIN)
    payouts.plan(number=1, act=Act(by=rounds.MAKER, at=rounds.T0))
    bank_files.make(number=1, act=Act(by=rounds.MAKER, at=rounds.T0))

    refused = take_back()

    assert refused.status_code == 409
    assert "setoran Sukamaju sebesar Rp 41.200 sudah dibayarkan" in desks.text(refused)


def test_it_is_the_operators_to_take_back_and_only_what_is_there():
    upload(("SETORAN", 5_000))
    path = f"{PATH}berkas/{BankStatement.objects.get().id}/"

    for person in (factories.APPROVER, factories.AUDITOR, factories.RATNA):
        assert desks.browser(person).get(path).status_code == 404
        assert desks.browser(person).post(path, {"reason": "x"}).status_code == 404
    operator = desks.browser(factories.OPERATOR)
    assert operator.get(f"{PATH}berkas/{uuid.uuid4()}/").status_code == 404
    assert take_back(reason="").status_code == 422
    assert StatementLine.objects.get().state == "open"


def test_a_doubtful_line_is_called_misread():
    contents = cases.contents("columns_swapped.csv")
    upload(contents=contents, **RIGHT)
    upload(contents=contents, **SWAPPED)
    line = StatementLine.objects.get(state="open")
    assert MISREAD in offered(line)

    assert decide(MISREAD, line).status_code == 303

    assert StatementLine.objects.get(id=line.id).decision == "misread"
    upload(("BIAYA ADM", -6_500))
    assert MISREAD not in offered(StatementLine.objects.get(state="open"))


def test_a_booking_with_an_unnamed_charge_is_counted_as_its_payout_and_nothing_is_paid_twice():
    """The bank named the payout, but not its charge: the booking waits whole, and only one decision is offered about it."""
    upload(("PS0001-3402902001", 41_200))
    payouts.plan(number=1, act=Act(by=rounds.MAKER, at=rounds.T0))
    bank_files.make(number=1, act=Act(by=rounds.MAKER, at=rounds.T0))
    leg = PaymentLeg.objects.get(receiver=rounds.B)
    upload((f"BIFAST {leg.key}", -(leg.amount_rupiah + 2_500)), first=2)
    line = StatementLine.objects.get(state="open")
    assert offered(line) == {PAYOUT}
    operator = desks.browser(factories.OPERATOR)
    asked = operator.post(f"{PATH}{line.id}/jelaskan/", {"reason": "biaya"})
    assert desks.answered(operator, asked).status_code == 409
    assert operator.post(f"/federasi/putaran/1/uang/{leg.id}/ditolak/", {"reason": "x"}).status_code == 409

    assert decide(PAYOUT, line).status_code == 303

    leg.refresh_from_db()
    assert (leg.state, rounds.balances()["own-costs"]) == ("succeeded", 2_500)
    advancing.advance(number=1, at=rounds.T0)
    assert PaymentLeg.objects.filter(receiver=rounds.B).count() == 1
