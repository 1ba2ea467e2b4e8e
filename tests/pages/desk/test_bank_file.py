"""The bank's file at the desk, where an account lacks something: nobody waits for it unnamed."""

from __future__ import annotations

import pytest

from settlement.models import BankAccount, BankFile
from tests.pages.desk.test_cycle_payments import PATH, pay_in, press
from tests.support import desks, factories, page_text
from tests.unit.settlement.cycles import rounds

pytestmark = pytest.mark.usefixtures("market")


@pytest.fixture
def collecting() -> None:
    """The worked example waits for Sukamaju's 41,200; Cibiru and Melati have accounts."""
    rounds.worked_example()
    rounds.bank_accounts(rounds.B, rounds.C)
    rounds.collecting()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("federation.pages.desk.settlement.cycle_payments_page.timezone.now", lambda: rounds.T0)


def test_a_receiver_known_by_its_bic_alone_costs_the_table_and_nobody_the_payout(collecting) -> None:
    BankAccount.objects.filter(party=rounds.C).update(bank_code="", bic="BMRIIDJA")
    pay_in()
    press("plan")

    assert press("file").status_code == 303

    [made] = BankFile.objects.all()
    assert (made.leg_count, bytes(made.portal_csv)) == (2, b"")
    operator = desks.browser(factories.OPERATOR)
    page = page_text.read(operator.get(PATH))
    assert [link for link in page.links if "/berkas/" in link] == [f"/federasi/putaran/1/berkas/{made.message_id}.xml"]
    assert "Tanpa CSV untuk portal: ada penerima yang kode banknya belum diisi, hanya BIC." in page.text
    assert operator.get(f"/federasi/putaran/1/berkas/{made.message_id}.csv").status_code == 404


def test_an_account_that_no_bank_could_read_is_named_by_its_village(collecting) -> None:
    BankAccount.objects.filter(party=rounds.C).update(holder="ꦧꦸꦩ꧀ꦢꦺꦱ꧀")
    pay_in()
    press("plan")

    answer = press("file")

    assert answer.status_code == 409
    assert "Rekening Melati belum lengkap." in desks.text(answer)
    assert not BankFile.objects.exists()
    BankAccount.objects.filter(party=rounds.C).update(holder="BUMDes Melati")
    assert press("file").status_code == 303
    assert BankFile.objects.get().leg_count == 2
