"""Payouts at the desk: prepared once and never above what came in, put into the bank's file, refused there or brought in cash."""

from __future__ import annotations

from datetime import timedelta

import pytest

from settlement import advancing
from settlement.models import BankAccountStep, BankFile, PaymentLeg
from tests.support import desks, factories, page_text
from tests.support.payment_desk import AT_GATEWAY, FILE, PATH, PREPARE, fill, offered, pay_in, press, text
from tests.support.settlement import bank_days, gateway_deals, rounds


@pytest.fixture
def all_by_bank(collecting) -> None:
    """Melati has an account too."""
    rounds.account(rounds.C, number="03370100123459", at=rounds.T0 - timedelta(days=1), holder=f"BUMDes {rounds.C}")


def test_payouts_are_prepared_once_and_never_above_what_came_in(collecting) -> None:
    pay_in()

    assert press(PREPARE).status_code == 303
    again = desks.browser(factories.OPERATOR).post(PREPARE)

    assert again.status_code == 303
    assert dict(PaymentLeg.objects.filter(giver="F").values_list("receiver", "amount_rupiah")) == {rounds.B: 9_000, rounds.C: 9_200}
    said = text(factories.OPERATOR)
    assert "Semua yang terkumpul sudah dibagikan." in said
    assert "1 pembayaran lewat bank, seluruhnya Rp 9.000, menunggu dikirim." in said
    assert "Federasi → Cibiru Disiapkan lewat bank" in said


def test_nothing_is_prepared_before_the_set_off(market) -> None:
    rounds.worked_example()
    rounds.proposed()

    answer = desks.browser(factories.OPERATOR).post(PREPARE)

    assert answer.status_code == 409
    assert "Putaran 1 sudah di langkah lain." in desks.text(answer)


def test_what_waits_for_the_banks_file_is_counted_beyond_what_is_shown(collecting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("federation.pages.desk.settlement.cycle_payments_page.LEGS_PAGE", 1)
    for number, amount in enumerate((20_600, 10_300), start=1):
        bank_days.read(("TRSF PS0001-3402902001", amount), first=number)
        assert press(PREPARE).status_code == 303

    said = text(factories.OPERATOR)

    assert said.count("Federasi → ") == said.count("Federasi → Melati") == 1  # cash: somebody at this desk hands it over
    assert "2 pembayaran lewat bank, seluruhnya Rp 13.500, menunggu dikirim." in said
    assert "Lihat pembayaran berikutnya" in said
    assert press(FILE).status_code == 303
    assert BankFile.objects.get().leg_count == 2


def test_a_bank_file_is_made_once(collecting) -> None:
    pay_in()
    press(PREPARE)
    operator = desks.browser(factories.OPERATOR)
    asked = page_text.send(operator, desks.filled(operator, PATH, FILE))
    assert "Buat berkas bank? Pembayaran 1 Seluruhnya Rp" in desks.text(asked)
    assert not BankFile.objects.exists()

    taps = [desks.answered(operator, asked) for _ in range(2)]

    assert [tap.status_code for tap in taps] == [303, 303]
    assert BankFile.objects.count() == 1
    late = operator.post(FILE)
    assert late.status_code == 409
    assert "Tidak ada pembayaran untuk berkas ini." in desks.text(late)


def test_what_the_federation_owes_is_paid_out_of_a_gateway(market, gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: rounds.T0)
    rounds.bank_accounts(rounds.B)
    gateway_deals.handed_over(gateway_deals.deposit_sale())
    rounds.collecting()
    assert "Dari uang yang masih di gerbang uji, Rp 98.000 bisa dibayarkan langsung ke desa" in text(factories.OPERATOR)

    assert press(AT_GATEWAY).status_code == 303

    assert AT_GATEWAY not in offered()
    assert "Federasi → Cibiru Disiapkan lewat gerbang pembayaran" in text(factories.OPERATOR)
    assert desks.browser(factories.OPERATOR).post(AT_GATEWAY, {"gateway": gateway_deals.GATE}).status_code == 303
    assert PaymentLeg.objects.get().amount_rupiah == 98_000


def test_no_file_without_the_federations_own_account(market) -> None:
    rounds.worked_example()
    rounds.collecting()

    assert "Rekening bank federasi belum ada" in text(factories.OPERATOR)
    assert "berkas/" not in offered()


def test_a_receiver_known_by_its_bic_alone_costs_the_table_and_nobody_the_payout(all_by_bank) -> None:
    rounds.account(rounds.C, number="12345678", bank_code="", bic="BMRIIDJA", at=rounds.T0 - timedelta(days=1))
    pay_in()
    press(PREPARE)

    assert press(FILE).status_code == 303

    [made] = BankFile.objects.all()
    assert (made.leg_count, bytes(made.portal_csv)) == (2, b"")
    operator = desks.browser(factories.OPERATOR)
    page = page_text.read(operator.get(PATH))
    assert [link for link in page.links if "/berkas/" in link] == [f"/federasi/putaran/1/berkas/{made.message_id}.xml"]
    assert "Tanpa CSV untuk portal: ada penerima yang kode banknya belum diisi, hanya BIC." in page.text
    assert operator.get(f"/federasi/putaran/1/berkas/{made.message_id}.csv").status_code == 404


def kept(turn: int, *, holder: str) -> None:
    """An account as no form would take it today."""
    BankAccountStep.objects.create(
        party=rounds.C, turn=turn, step="kept", bank="BRI", bank_code="002", number="12345678", holder=holder, at=rounds.T0
    )


def test_an_account_that_no_bank_could_read_is_named_by_its_village(all_by_bank) -> None:
    kept(99, holder="ꦧꦸꦩ꧀ꦢꦺꦱ꧀")
    pay_in()
    press(PREPARE)

    answer = press(FILE)

    assert answer.status_code == 409
    assert "Rekening Melati belum lengkap." in desks.text(answer)
    assert not BankFile.objects.exists()
    kept(100, holder="BUMDes Melati")
    assert press(FILE).status_code == 303
    assert BankFile.objects.get().leg_count == 2


def test_a_payout_that_the_bank_refused_is_said_with_a_reason_and_brought_in_cash(collecting) -> None:
    pay_in(41_200)
    advancing.advance(number=1, at=rounds.T0)
    press(FILE)
    first = PaymentLeg.objects.get(receiver=rounds.B)
    assert f"{first.id}/ditolak/" in offered()

    empty = fill(f"{PATH}{first.id}/ditolak/", reason="")
    assert empty.status_code == 422
    assert "Tulis alasannya, misalnya jawaban bank." in desks.text(empty)
    operator = desks.browser(factories.OPERATOR)
    taps = [operator.post(f"{PATH}{first.id}/ditolak/", {"reason": "Tutup"}) for _ in range(2)]

    assert [tap.status_code for tap in taps] == [303, 303]
    assert "Federasi → Cibiru Gagal, uang tidak berpindah lewat bank" in text()
    assert "Tutup" in text()
    advancing.advance(number=1, at=rounds.T0)
    second = PaymentLeg.objects.get(receiver=rounds.B, state="planned")
    about = {action for action in offered() if action.startswith((str(first.id), str(second.id)))}
    assert about == {f"{second.id}/tunai/"}
    late = operator.post(f"{PATH}{second.id}/ditolak/", {"reason": "Tutup"})
    assert late.status_code == 409
    assert "Pembayaran ini belum masuk berkas bank" in desks.text(late)
    assert operator.get(f"{PATH}{second.id}/ditolak/")["Location"] == PATH  # nothing to refuse there
    assert fill(f"{PATH}{second.id}/tunai/", reason="Rekening tutup").status_code == 303
    cash = PaymentLeg.objects.get(receiver=rounds.B, state="planned")
    assert (cash.rail, cash.amount_rupiah) == ("cash", 18_000)
    assert {action for action in offered() if action.startswith(str(cash.id))} == {f"{cash.id}/serah/", f"{cash.id}/batal/"}


def test_payouts_are_for_the_operator(collecting) -> None:
    pay_in()
    press(PREPARE)
    leg = PaymentLeg.objects.get(giver="F", receiver=rounds.B)
    for person in (factories.APPROVER, factories.AUDITOR, factories.TINI):
        client = desks.browser(person)
        for url in (PREPARE, FILE, f"{PATH}{leg.id}/ditolak/", f"{PATH}{leg.id}/tunai/"):
            assert client.get(url).status_code == 404
            assert client.post(url, {"reason": "x"}).status_code == 404
    assert not BankFile.objects.exists()
