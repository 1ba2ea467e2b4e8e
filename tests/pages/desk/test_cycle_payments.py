"""The desk's page of a cycle's money: who pays and gets what, payouts and the bank's files, cash with two confirmations, every payment."""

from __future__ import annotations

import uuid

import pytest
from django.http import HttpResponse

from settlement import advancing
from settlement.models import BankFile, LegEvent, PaymentLeg
from settlement.payments import cash_payments
from tests.pages.desk.test_desk import table
from tests.support import desks, factories, page_text
from tests.unit.settlement.cycles import bank_days, rounds

pytestmark = pytest.mark.usefixtures("market")
PATH = "/federasi/putaran/1/uang/"
STATEMENTS_MAX = 16


@pytest.fixture
def collecting() -> None:
    """The worked example waits for Sukamaju's 41,200; Cibiru has a bank account, Melati has none."""
    rounds.worked_example()
    rounds.bank_accounts(rounds.B)
    rounds.collecting()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("federation.pages.desk.settlement.cycle_payments_page.timezone.now", lambda: rounds.T0)


def press(deed: str, person: factories.Person = factories.OPERATOR, *, having: dict[str, str] | None = None, **typed: str) -> HttpResponse:
    client = desks.browser(person)
    form = page_text.read(client.get(PATH)).form("", deed=deed, **(having or {}))
    form.action = PATH
    return page_text.send(client, form, **typed)


def text(person: factories.Person = factories.AUDITOR) -> str:
    return desks.text(desks.browser(person).get(PATH))


def deeds(person: factories.Person = factories.OPERATOR) -> set[tuple[str, str]]:
    """What the page lets this person do, each with the payment that it is about."""
    page = page_text.read(desks.browser(person).get(PATH))
    return {(form.values["deed"], form.values.get("leg", "")) for form in page.forms if "deed" in form.values}


def pay_in(amount_rupiah: int = 20_600) -> None:
    bank_days.read(("TRSF PS0001-3402902001", amount_rupiah))


def test_each_side_is_told_with_what_to_write_on_a_transfer(collecting) -> None:
    pay_in()

    said = text()

    assert "Dari Rp 41.200 yang harus berpindah, Rp 20.600 sudah terkumpul dan Rp 0 sudah sampai di yang berpiutang." in said
    assert "Sukamaju Rp 41.200 Rp 20.600 Rp 0 Rp 20.600 PS0001-3402902001" in said
    assert "Cibiru Rp 18.000 Rp 0 Rp 0 Rp 9.000 Rp 18.000" in said
    assert "Melati tunai Rp 18.400 Rp 0 Rp 0 Rp 9.200 Rp 18.400" in said
    assert "Federasi Rp 4.800 Rp 0 Rp 0 Rp 2.400 Rp 4.800" in said
    assert deeds(factories.AUDITOR) == deeds(factories.APPROVER) == set()


def test_payouts_are_prepared_once_and_never_above_what_came_in(collecting) -> None:
    pay_in()

    assert press("plan").status_code == 303
    again = desks.browser(factories.OPERATOR).post(PATH, {"deed": "plan"})

    assert again.status_code == 303
    assert dict(PaymentLeg.objects.filter(giver="F").values_list("receiver", "amount_rupiah")) == {rounds.B: 9_000, rounds.C: 9_200}
    said = text(factories.OPERATOR)
    assert "Semua yang terkumpul sudah dibagikan." in said
    assert "1 pembayaran lewat bank, seluruhnya Rp 9.000, menunggu dikirim." in said
    assert "Federasi → Cibiru Disiapkan lewat bank" in said


def test_what_waits_for_the_banks_file_is_counted_beyond_what_is_shown(collecting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("federation.pages.desk.settlement.cycle_payments_page.LEGS_SHOWN", 1)
    for number, amount in enumerate((20_600, 10_300), start=1):
        bank_days.read(("TRSF PS0001-3402902001", amount), first=number)
        assert press("plan").status_code == 303

    said = text(factories.OPERATOR)

    assert said.count("Federasi → ") == said.count("Federasi → Melati") == 1  # cash: somebody at this desk hands it over
    assert "2 pembayaran lewat bank, seluruhnya Rp 13.500, menunggu dikirim." in said
    assert "5 pembayaran lagi ada di CSV." in said
    assert press("file").status_code == 303
    assert BankFile.objects.get().leg_count == 2


def test_a_bank_file_is_made_once_and_given_out_unchanged(collecting) -> None:
    pay_in()
    press("plan")
    operator = desks.browser(factories.OPERATOR)
    form = page_text.read(operator.get(PATH)).form("", deed="file")
    form.action = PATH

    taps = [page_text.send(operator, form) for _ in range(2)]

    assert [tap.status_code for tap in taps] == [303, 303]
    [made] = BankFile.objects.all()
    links = [link for link in page_text.read(operator.get(PATH)).links if "/berkas/" in link]
    assert links == [f"/federasi/putaran/1/berkas/{made.message_id}.{kind}" for kind in ("xml", "csv")]
    for client in (operator, desks.browser(factories.AUDITOR)):
        answers = [client.get(link) for link in links]
        assert [answer.content for answer in answers] == [bytes(made.pain001), bytes(made.portal_csv)]
        assert {answer["Cache-Control"] for answer in answers} == {"private, no-store"}
        assert answers[0]["Content-Disposition"] == f'attachment; filename="{made.message_id}.xml"'
    late = operator.post(PATH, {"deed": "file"})
    assert late.status_code == 409
    assert "Tidak ada pembayaran untuk berkas ini." in desks.text(late)
    assert operator.get(f"/federasi/putaran/2/berkas/{made.message_id}.xml").status_code == 404
    for kind in ("exe", "XML", "xml.csv"):
        assert operator.get(f"/federasi/putaran/1/berkas/{made.message_id}.{kind}").status_code == 404
    assert desks.browser(factories.SARI).get(links[0]).status_code == 404


def test_no_file_without_the_federations_own_account() -> None:
    rounds.worked_example()
    rounds.collecting()

    assert "Isi dulu rekening bank federasi" in text(factories.OPERATOR)
    assert ("file", "") not in deeds()


def test_cash_is_planned_once_and_confirmed_by_two(collecting) -> None:
    operator = desks.browser(factories.OPERATOR)
    form = page_text.read(operator.get(PATH)).form("", deed="handover")
    form.action = PATH
    typed = {"giver": rounds.A, "amount_rupiah": "20.600", "direct": "0"}

    taps = [page_text.send(operator, form, **typed) for _ in range(2)]
    other = page_text.send(operator, form, **{**typed, "amount_rupiah": "1.000"})

    assert [tap.status_code for tap in taps] == [303, 303]
    assert other.status_code == 422
    assert "Formulir ini sudah pernah dikirim dengan isi lain" in desks.text(other)
    [leg] = PaymentLeg.objects.all()
    assert deeds() == {("call_off", str(leg.id)), ("handover", "")}
    cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, by=factories.DARTO.id, at=rounds.T0)
    assert ("receive", str(leg.id)) in deeds()

    assert press("receive", having={"leg": str(leg.id)}).status_code == 303

    leg.refresh_from_db()
    assert leg.state == "succeeded"
    said = text()
    assert "Sukamaju → Federasi Sampai tunai" in said
    assert "dinyatakan diserahkan01/07/2026 10.00 Pak Darto dinyatakan diterima01/07/2026 10.00 Galih" in said


def test_a_hand_over_keeps_what_was_typed_when_it_is_refused(collecting) -> None:
    answer = press("handover", giver=rounds.A, amount_rupiah="41.201", direct="1")

    assert answer.status_code == 409
    assert "Yang masih terbuka tinggal Rp 41.200" in desks.text(answer)
    again = page_text.read(answer).form("", deed="handover").values
    assert (again["giver"], again["amount_rupiah"], again["direct"]) == (rounds.A, "41.201", "1")
    assert not PaymentLeg.objects.exists()
    unread = press("handover", giver="99.99.99.9999", amount_rupiah="banyak", direct="1")
    assert unread.status_code == 422
    assert "Tulis rupiah bulat tanpa sen" in desks.text(unread)


def test_only_the_federations_side_is_confirmed_here(collecting) -> None:
    legs = cash_payments.plan(number=1, giver=rounds.A, amount_rupiah=20_600, direct=True, by=factories.DARTO.id, at=rounds.T0)
    ours = next(leg for leg in legs if leg.receiver == "F")
    for leg in legs:
        cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, by=factories.DARTO.id, at=rounds.T0)
    operator = desks.browser(factories.OPERATOR)

    assert {deed for deed in deeds() if deed[0] == "receive"} == {("receive", str(ours.id))}
    for deed in ("give", "receive"):
        for leg in legs:
            if leg is not ours:
                assert operator.post(PATH, {"deed": deed, "leg": str(leg.id)}).status_code == 404
    assert operator.post(PATH, {"deed": "receive", "leg": str(uuid.uuid4())}).status_code == 404
    assert operator.post(PATH.replace("1", "2"), {"deed": "receive", "leg": str(ours.id)}).status_code == 404
    assert not PaymentLeg.objects.filter(state="succeeded").exists()


def test_a_hand_over_is_called_off_with_a_reason(collecting) -> None:
    [leg] = cash_payments.plan(number=1, giver=rounds.A, amount_rupiah=600, direct=False, by=factories.DARTO.id, at=rounds.T0)

    empty = press("call_off", having={"leg": str(leg.id)}, reason="")
    assert empty.status_code == 422
    assert "Tulis alasan membatalkan penyerahan." in desks.text(empty)
    assert press("call_off", having={"leg": str(leg.id)}, reason="Hujan deras").status_code == 303

    assert "Sukamaju → Federasi Batal tunai" in text()
    assert "Hujan deras" in text()


def test_what_did_not_fit_is_told_in_words(collecting) -> None:
    pay_in()
    press("plan")
    press("file")
    leg = PaymentLeg.objects.get(receiver=rounds.B)
    bank_days.read((f"BIFAST {leg.key}", -8_000), first=5)

    said = text()

    assert "Disisihkan Jumlahnya tidak sama dengan pembayaran yang direncanakan. (terlihat di rekening koran 06/07/2026 (B00005))" in said
    assert f"masuk berkas bank {BankFile.objects.get().message_id}" in said
    assert LegEvent.objects.filter(quarantined=True).count() == 1


def test_the_table_holds_every_payment(collecting) -> None:
    pay_in()
    press("plan")

    rows = table(desks.browser(factories.AUDITOR).get("/federasi/putaran/1/pembayaran.csv"))

    assert [(row[1], row[3], row[5], row[6], row[8]) for row in rows[1:]] == [
        ("F", rounds.B, "9000", "bank", "planned"),
        ("F", rounds.C, "9200", "cash", "planned"),
        (rounds.A, "F", "20600", "bank", "succeeded"),  # its statement is read a day later than the clock of this page
    ]


def test_before_the_set_off_nothing_is_asked_for() -> None:
    rounds.worked_example()
    rounds.proposed()

    said = text(factories.OPERATOR)

    assert "Belum ada yang ditagih." in said
    assert deeds() == set()
    answer = desks.browser(factories.OPERATOR).post(PATH, {"deed": "plan"})
    assert answer.status_code == 409
    assert "Putaran 1 sudah di langkah lain." in desks.text(answer)


def test_payments_are_for_the_federations_people_alone_and_acts_for_the_operator(collecting) -> None:
    for person in (factories.RATNA, factories.TINI, factories.WULAN):
        assert desks.browser(person).get(PATH).status_code == 404
        assert desks.browser(person).get("/federasi/putaran/1/pembayaran.csv").status_code == 404
    for person in (factories.APPROVER, factories.AUDITOR):
        client = desks.browser(person)
        assert client.get(PATH).status_code == 200
        for deed in ("plan", "file", "handover", "give", "receive", "call_off", "refused", "in_cash"):
            assert client.post(PATH, {"deed": deed}).status_code == 404
    assert desks.browser(factories.OPERATOR).get(PATH.replace("1", "7")).status_code == 404


def test_what_the_page_costs_does_not_grow_with_villages_and_payments(market) -> None:
    for number in range(1, 9):
        market.add_village(code=f"34.02.91.20{number:02}", name=f"Desa {number}")
        rounds.trade(f"34.02.91.20{number:02}", rounds.B, 10_000)
    rounds.bank_accounts(rounds.B)
    rounds.collecting()
    for number in range(1, 9):
        cash_payments.plan(number=1, giver=f"34.02.91.20{number:02}", amount_rupiah=500, direct=False, by=factories.DARTO.id, at=rounds.T0)
    operator = desks.browser(factories.OPERATOR)
    operator.get(PATH)

    with page_text.Statements() as statements:
        operator.get(PATH)

    assert len(statements.said) <= STATEMENTS_MAX, statements.said


def test_a_cycle_is_walked_to_its_end_at_the_desk(collecting) -> None:
    pay_in(41_200)
    press("plan")
    press("file")
    by_bank, by_hand = (PaymentLeg.objects.get(giver="F", receiver=village) for village in (rounds.B, rounds.C))
    bank_days.read((f"BIFAST {by_bank.key}", -18_000), first=5)
    assert press("give", having={"leg": str(by_hand.id)}).status_code == 303
    assert "1 penyerahan tunai belum selesai." in text()
    cash_payments.receive(number=by_hand.cycle.number, leg_id=by_hand.id, party=by_hand.receiver, by=factories.TINI.id, at=rounds.T0)

    assert advancing.advance(number=1, at=rounds.T0) == "closed"

    said = text()
    assert "Dari Rp 41.200 yang harus berpindah, Rp 41.200 sudah terkumpul dan Rp 41.200 sudah sampai di yang berpiutang." in said
    assert "Semuanya lunas." in desks.text(desks.browser(factories.AUDITOR).get("/federasi/putaran/"))
    assert deeds() == set()
    steps = desks.text(desks.browser(factories.AUDITOR).get("/federasi/putaran/1/"))
    assert "✓ Putaran selesai" in steps
    assert "Sekarang" not in steps[steps.index("Langkah putaran ini") :]
