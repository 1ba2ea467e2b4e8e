"""The desk's page of a cycle's money: who pays and gets what, the bank's files, every payment with its history."""

from __future__ import annotations

import pytest

from settlement import advancing
from settlement.models import BankFile, LegEvent, PaymentLeg
from settlement.payments import cash_payments
from tenants.acts import Act
from tests.support import desks, factories, page_text
from tests.support.payment_desk import FILE, PATH, PREPARE, offered, pay_in, press, text
from tests.support.settlement import bank_days, rounds

STATEMENTS_MAX = 16


def test_each_side_is_told_with_what_to_write_on_a_transfer(collecting) -> None:
    pay_in()

    said = text()

    assert "Dari Rp 41.200 yang harus berpindah, Rp 20.600 sudah terkumpul dan Rp 0 sudah sampai di yang berpiutang." in said
    assert "Sukamaju Rp 41.200 Rp 20.600 Rp 0 Rp 20.600 PS0001-3402902001" in said
    assert "Cibiru Rp 18.000 Rp 0 Rp 0 Rp 9.000 Rp 18.000" in said
    assert "Melati tunai Rp 18.400 Rp 0 Rp 0 Rp 9.200 Rp 18.400" in said
    assert "Federasi Rp 4.800 Rp 0 Rp 0 Rp 2.400 Rp 4.800" in said
    assert offered(factories.AUDITOR) == offered(factories.APPROVER) == set()


def test_what_did_not_fit_is_told_in_words(collecting) -> None:
    pay_in()
    press(PREPARE)
    press(FILE)
    leg = PaymentLeg.objects.get(receiver=rounds.B)
    bank_days.read((f"BIFAST {leg.key}", -8_000), first=5)

    said = text()

    assert "Disisihkan Jumlahnya tidak sama dengan pembayaran yang direncanakan. (terlihat di rekening koran 06/07/2026 (B00005))" in said
    assert f"masuk berkas bank {BankFile.objects.get().message_id}" in said
    assert LegEvent.objects.filter(quarantined=True).count() == 1


def test_the_table_holds_every_payment(collecting) -> None:
    pay_in()
    press(PREPARE)

    rows = desks.spreadsheet(desks.browser(factories.AUDITOR).get("/federasi/putaran/1/pembayaran.csv"))

    assert [(row[1], row[3], row[5], row[6], row[8]) for row in rows[1:]] == [
        ("F", rounds.B, "9000", "bank", "planned"),
        ("F", rounds.C, "9200", "cash", "planned"),
        (rounds.A, "F", "20600", "bank", "succeeded"),  # its statement is read a day later than the clock of this page
    ]


def test_before_the_set_off_nothing_is_asked_for(market) -> None:
    rounds.worked_example()
    rounds.proposed()

    assert "Belum ada yang ditagih." in text(factories.OPERATOR)
    assert offered() == set()


def test_bank_files_are_given_out_as_they_were_made(collecting) -> None:
    pay_in()
    press(PREPARE)
    press(FILE)
    [made] = BankFile.objects.all()
    operator = desks.browser(factories.OPERATOR)

    links = [link for link in page_text.read(operator.get(PATH)).links if "/berkas/" in link]

    assert links == [f"/federasi/putaran/1/berkas/{made.message_id}.{kind}" for kind in ("xml", "csv")]
    for client in (operator, desks.browser(factories.AUDITOR)):
        answers = [client.get(link) for link in links]
        assert [answer.content for answer in answers] == [bytes(made.pain001), bytes(made.portal_csv)]
        assert {answer["Cache-Control"] for answer in answers} == {"private, no-store"}
        assert answers[0]["Content-Disposition"] == f'attachment; filename="{made.message_id}.xml"'
    assert operator.get(f"/federasi/putaran/2/berkas/{made.message_id}.xml").status_code == 404
    for kind in ("exe", "XML", "xml.csv"):
        assert operator.get(f"/federasi/putaran/1/berkas/{made.message_id}.{kind}").status_code == 404
    assert desks.browser(factories.SARI).get(links[0]).status_code == 404


def test_payments_are_for_the_federations_people_alone(collecting) -> None:
    for person in (factories.RATNA, factories.TINI, factories.WULAN):
        assert desks.browser(person).get(PATH).status_code == 404
        assert desks.browser(person).get("/federasi/putaran/1/pembayaran.csv").status_code == 404
    for person in (factories.APPROVER, factories.AUDITOR):
        assert desks.browser(person).get(PATH).status_code == 200
    operator = desks.browser(factories.OPERATOR)
    assert operator.get(PATH.replace("1", "7")).status_code == 404
    assert operator.post(PATH, {"reason": "x"}).status_code == 405


def test_what_the_page_costs_does_not_grow_with_villages_and_payments(market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: rounds.T0)
    for number in range(1, 9):
        market.add_village(code=f"34.02.91.20{number:02}", name=f"Desa {number}")
        rounds.trade(f"34.02.91.20{number:02}", rounds.B, 10_000)
    rounds.bank_accounts(rounds.B)
    rounds.collecting()
    for number in range(1, 9):
        giver, by = f"34.02.91.20{number:02}", factories.OPERATOR.principal
        cash_payments.plan(number=1, giver=giver, amount_rupiah=500, direct=False, act=Act(by=by, at=rounds.T0))
    operator = desks.browser(factories.OPERATOR)
    operator.get(PATH)

    with page_text.Statements() as statements:
        operator.get(PATH)

    assert len(statements.said) <= STATEMENTS_MAX, statements.said


def test_a_cycle_is_walked_to_its_end_at_the_desk(collecting) -> None:
    pay_in(41_200)
    press(PREPARE)
    press(FILE)
    by_bank, by_hand = (PaymentLeg.objects.get(giver="F", receiver=village) for village in (rounds.B, rounds.C))
    bank_days.read((f"BIFAST {by_bank.key}", -18_000), first=5)
    assert press(f"{PATH}{by_hand.id}/serah/").status_code == 303
    assert "1 penyerahan tunai belum selesai." in text()
    cash_payments.receive(
        number=by_hand.cycle.number, leg_id=by_hand.id, party=by_hand.receiver, act=Act(by=factories.TINI.principal, at=rounds.T0)
    )

    assert advancing.advance(number=1, at=rounds.T0) == "closed"

    said = text()
    assert "Dari Rp 41.200 yang harus berpindah, Rp 41.200 sudah terkumpul dan Rp 41.200 sudah sampai di yang berpiutang." in said
    assert "Semuanya lunas." in desks.text(desks.browser(factories.AUDITOR).get("/federasi/putaran/"))
    assert offered() == set()
    steps = desks.text(desks.browser(factories.AUDITOR).get("/federasi/putaran/1/"))
    assert "✓ Putaran selesai" in steps
    assert "Sekarang" not in steps[steps.index("Langkah putaran ini") :]
