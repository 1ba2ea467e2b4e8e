"""Payouts that do not go by bank, on the desk's page of a cycle's money."""

from __future__ import annotations

import pytest

from settlement import advancing
from settlement.models import PaymentLeg
from tests.pages.desk.test_cycle_payments import PATH, deeds, pay_in, press, text
from tests.support import desks, factories
from tests.unit.settlement.cycles import rounds


@pytest.fixture
def collecting(market, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worked example waits for Sukamaju's 41,200; Cibiru has a bank account."""
    monkeypatch.setattr("federation.pages.desk.settlement.cycle_payments_page.timezone.now", lambda: rounds.T0)
    rounds.worked_example()
    rounds.bank_accounts(rounds.B)
    rounds.collecting()


def test_a_payout_that_the_bank_refused_is_said_with_a_reason_and_brought_in_cash(collecting) -> None:
    pay_in(41_200)
    advancing.advance(number=1, at=rounds.T0)
    press("file")
    first = PaymentLeg.objects.get(receiver=rounds.B)
    assert ("refused", str(first.id)) in deeds()

    empty = press("refused", having={"leg": str(first.id)}, reason="")
    assert empty.status_code == 422
    assert "Tulis alasannya, misalnya jawaban bank." in desks.text(empty)
    taps = [desks.browser(factories.OPERATOR).post(PATH, {"deed": "refused", "leg": str(first.id), "reason": "Tutup"}) for _ in range(2)]

    assert [tap.status_code for tap in taps] == [303, 303]
    assert "Federasi → Cibiru Gagal, uang tidak berpindah lewat bank" in text()
    assert "Tutup" in text()
    advancing.advance(number=1, at=rounds.T0)
    second = PaymentLeg.objects.get(receiver=rounds.B, state="planned")
    assert {deed for deed, leg in deeds() if leg in (str(first.id), str(second.id))} == {"in_cash"}
    late = desks.browser(factories.OPERATOR).post(PATH, {"deed": "refused", "leg": str(second.id), "reason": "Tutup"})
    assert late.status_code == 409
    assert "Pembayaran ini belum masuk berkas bank" in desks.text(late)
    assert press("in_cash", having={"leg": str(second.id)}, reason="Rekening tutup").status_code == 303
    cash = PaymentLeg.objects.get(receiver=rounds.B, state="planned")
    assert (cash.rail, cash.amount_rupiah) == ("cash", 18_000)
    assert {deed for deed, leg in deeds() if leg == str(cash.id)} == {"give", "call_off"}
