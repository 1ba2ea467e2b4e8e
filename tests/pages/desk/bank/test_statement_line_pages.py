"""What no reference explains is decided at the desk: by the operator, with a reason, once, and only as the line can be."""

from __future__ import annotations

import uuid

from settlement import advancing
from settlement.models import PaymentLeg, StatementLine
from tenants.models import ActivityEntry
from tests.support import desks, factories
from tests.support.settlement import gateway_deals, rounds
from tests.support.statement_desk import (
    COUNT_AS_PAY_IN,
    DECISIONS,
    EXPLAIN,
    HOLD,
    OF_GATEWAY,
    PATH,
    PAY_BACK,
    PAY_IN,
    TAKE_BACK,
    decide,
    line,
    offered,
    upload,
    url_of,
    waiting,
)


def test_money_that_came_is_counted_as_a_villages_payment(collecting) -> None:
    upload(("SETORAN", 20_600))
    operator, taken = desks.browser(factories.OPERATOR), line(20_600)
    form = desks.filled(operator, url_of(taken), url_of(taken, COUNT_AS_PAY_IN))
    assert form.values["village_code"] == ""  # whose money it is, a person says
    assert "Sukamaju, Rp 41.200" in desks.text(operator.get(url_of(taken)))

    empty = decide(COUNT_AS_PAY_IN, taken, reason="")
    assert empty.status_code == 422
    assert "Tulis alasannya, supaya pemeriksa mengerti." in desks.text(empty)
    assert decide(COUNT_AS_PAY_IN, taken).status_code == 303
    again = operator.post(url_of(taken, COUNT_AS_PAY_IN), {"village_code": rounds.A, "reason": "ditelepon"})
    other = operator.post(url_of(taken, EXPLAIN), {"reason": "lain"})

    assert (again.status_code, other.status_code) == (303, 409)
    assert "Baris ini sudah diputuskan." in desks.text(other)
    assert operator.get(url_of(taken))["Location"] == PATH
    assert PaymentLeg.objects.get().amount_rupiah == 20_600
    assert "Tidak ada baris yang menunggu." in waiting()
    [entry] = ActivityEntry.objects.filter(action="statement.line-decided")
    assert (entry.by, entry.reason) == (factories.OPERATOR.id, "ditelepon")


def test_the_activity_log_says_what_was_decided_and_about_how_much(collecting) -> None:
    upload(("ADM", -5_000), ("BUNGA", 7_000))
    assert decide(EXPLAIN, line(5_000)).status_code == 303
    assert decide(HOLD, line(7_000)).status_code == 303

    said = desks.text(desks.browser(factories.AUDITOR).get("/federasi/jejak/"))

    assert "Baris rekening koran diputuskan: biaya atau pendapatan federasi sendiri, uang keluar Rp 5.000" in said
    assert "Baris rekening koran diputuskan: disimpan dulu, belum jelas, uang masuk Rp 7.000" in said


def test_an_own_cost_is_asked_about_once_with_its_sum_and_none_is_a_milliard(collecting) -> None:
    upload(("ADM", -5_000), ("ADM", -1_000_000_000), ("ADM", -1_000_000_001))
    operator, cost = desks.browser(factories.OPERATOR), line(5_000)

    asked = desks.press(operator, url_of(cost), url_of(cost, EXPLAIN), reason="biaya bulanan")

    assert "Catat sebagai biaya federasi? Jumlah Rp 5.000" in desks.text(asked)
    assert line(5_000).state == "open"
    assert desks.answered(operator, asked).status_code == 303
    assert line(5_000).state == "explained"
    assert decide(EXPLAIN, line(1_000_000_000)).status_code == 303
    refused = decide(EXPLAIN, line(1_000_000_001))
    assert refused.status_code == 409
    assert "Lebih dari Rp 1.000.000.000 dalam satu baris bukan biaya" in desks.text(refused)
    assert line(1_000_000_001).state == "open"


def test_late_money_is_offered_as_a_payment_until_the_cycle_closes(collecting) -> None:
    after = rounds.get().collect_until_at
    upload(("SETORAN", 20_600))
    assert advancing.advance(number=1, at=after) == "reconciling"  # nobody paid in time; the line holds it open

    assert "Sukamaju, Rp 41.200" in desks.text(desks.browser(factories.OPERATOR).get(url_of(line(20_600))))
    assert decide(COUNT_AS_PAY_IN, line(20_600), village_code=rounds.A).status_code == 303

    assert advancing.advance(number=1, at=after) == "paying"
    assert "Ada uang lagi: putaran membayar sekali lagi" in desks.text(desks.browser(factories.AUDITOR).get("/federasi/putaran/1/"))


def test_money_of_nobody_is_held_and_given_back(collecting) -> None:
    upload(("TITIPAN", 7_000))
    assert decide(HOLD, line(7_000)).status_code == 303
    assert "ada uang yang disimpan karena belum jelas milik siapa" in waiting()
    upload(("KEMBALI", -6_000), first=5)

    assert decide(PAY_BACK, line(6_000), source_id=str(line(7_000).id)).status_code == 303

    said = waiting()
    assert "Yang masih tersimpan: Rp 1.000." in said
    assert "Uang keluar" not in said


def test_a_stale_page_is_not_told_that_money_was_counted_when_the_line_was_explained(collecting) -> None:
    upload(("SETORAN", 20_600))
    client = desks.browser(factories.OPERATOR)
    stale = desks.filled(client, url_of(line(20_600)), url_of(line(20_600), COUNT_AS_PAY_IN))
    assert decide(EXPLAIN, line(20_600), reason="ditelepon").status_code == 303

    answer = client.post(stale.action, {**stale.values, "village_code": rounds.A, "reason": "ditelepon"})

    assert answer.status_code == 409
    assert "Baris ini sudah diputuskan." in desks.text(answer)
    assert not PaymentLeg.objects.exists()


def test_what_is_more_than_a_village_owes_stays_held(collecting) -> None:
    upload(("SETORAN", 50_000))

    assert decide(COUNT_AS_PAY_IN, line(50_000)).status_code == 303

    assert PaymentLeg.objects.get().amount_rupiah == 41_200
    assert "Yang masih tersimpan: Rp 8.800." in waiting()
    assert desks.browser(factories.OPERATOR).get(url_of(line(50_000)))["Location"] == PATH  # nobody owes more: it stays where it is


def test_what_a_gateway_paid_out_is_said_so_within_what_it_holds(collecting) -> None:
    upload(("ENTAH", 60_000), ("LEBIH", 100_001))
    assert OF_GATEWAY not in offered(line(60_000))  # the federation has none
    gateway_deals.paid(gateway_deals.deposit_sale())
    assert OF_GATEWAY in offered(line(60_000))

    assert decide(OF_GATEWAY, line(60_000)).status_code == 303
    too_much = decide(OF_GATEWAY, line(100_001))

    assert too_much.status_code == 409
    assert "Menurut buku, gerbang itu memegang Rp 40.000." in desks.text(too_much)
    assert decide(HOLD, line(100_001)).status_code == 303
    assert "Ini uang dari gerbang itu" in desks.text(desks.browser(factories.OPERATOR).get(url_of(line(100_001))))
    assert rounds.balances()[f"gateway:{gateway_deals.GATE}"] == 40_000


def test_a_banks_charge_is_no_business_of_the_cycles(collecting) -> None:
    upload(("BIAYA ADM", -6_500))
    assert offered(line(6_500)) == {EXPLAIN}  # money that went is nobody's payment, and nothing is held that it could give back

    assert decide(EXPLAIN, line(6_500), reason="biaya bulanan").status_code == 303

    [row] = desks.spreadsheet(desks.browser(factories.AUDITOR).get("/federasi/rekening-koran.csv"))[1:]
    assert row[:4] == ["2026-07-02", "keluar", "6500", "0"]
    assert (row[6], row[8], row[9]) == ("Dijelaskan", "biaya bulanan", "Galih")


def test_interest_is_shown_with_its_sen_and_is_no_payment(collecting) -> None:
    upload(contents=b"Tanggal;Keterangan;Debit;Kredit;Ref\n02/07/2026;BUNGA;;12,34;B1\n02/07/2026;BUNGA;;0,07;B2\n")

    said = waiting()

    assert "Rp 12,34" in said
    assert "Rp 0,07" in said
    assert {one.sen: offered(one) for one in StatementLine.objects.all()} == {34: {COUNT_AS_PAY_IN, HOLD, EXPLAIN}, 7: {EXPLAIN}}


def test_a_payment_names_its_village_and_what_goes_back_its_source(collecting) -> None:
    upload(("SETORAN", 5_000), ("KEMBALI", -600))
    operator = desks.browser(factories.OPERATOR)

    for amount, decision, typed in (
        (5_000, COUNT_AS_PAY_IN, {}),
        (5_000, COUNT_AS_PAY_IN, {"village_code": "1" * 14}),
        (600, PAY_BACK, {}),
        (600, PAY_BACK, {"source_id": "y"}),
    ):
        assert operator.post(url_of(line(amount), decision), {"reason": "x", **typed}).status_code == 422
    unknown = operator.post(url_of(line(600), PAY_BACK), {"reason": "x", "source_id": str(uuid.uuid4())})
    assert unknown.status_code == 409
    assert not StatementLine.objects.exclude(state="open").exists()


def test_a_line_that_is_not_there_is_404(collecting) -> None:
    operator = desks.browser(factories.OPERATOR)
    for line_id in ("x", uuid.uuid4()):
        assert operator.get(f"{PATH}{line_id}/").status_code == 404
        for decision in DECISIONS:
            typed = {"reason": "x", "village_code": rounds.A, "source_id": str(uuid.uuid4())}
            assert operator.post(f"{PATH}{line_id}/{decision}/", typed).status_code == 404


def test_lines_are_decided_by_the_operator(collecting) -> None:
    upload(("SETORAN", 5_000))
    for person in (factories.APPROVER, factories.AUDITOR, factories.RATNA):
        client = desks.browser(person)
        assert client.get(url_of(line(5_000))).status_code == 404
        for decision in DECISIONS:
            assert client.post(url_of(line(5_000), decision), {"reason": "x"}).status_code == 404
    assert line(5_000).state == "open"


def test_the_bank_takes_a_pay_in_back(collecting) -> None:
    """On the same day and without a number: it waits, as it may be the pay-in read the wrong way."""
    for amounts in (";20600", "20600;"):
        contents = f"Tanggal;Keterangan;Debit;Kredit\n02/07/2026;{PAY_IN};{amounts}\n"
        assert upload(contents=contents.encode(), referensi="").status_code == 303
    back = StatementLine.objects.get(incoming=False)
    assert TAKE_BACK in offered(back)
    assert "Sukamaju, 02/07/2026" in desks.text(desks.browser(factories.OPERATOR).get(url_of(back)))

    empty = decide(TAKE_BACK, back, pay_in_id="")
    done = decide(TAKE_BACK, back)

    assert empty.status_code == 422
    assert done.status_code == 303
    assert "desanya masih harus membayar" in desks.text(desks.browser(factories.OPERATOR).get(done["Location"]))
    assert PaymentLeg.objects.get().state == "returned"
    assert "Tidak ada baris yang menunggu." in waiting()


def test_a_form_that_cannot_be_read_about_a_decided_line_says_that_it_is_decided(collecting) -> None:
    upload(("SETORAN", 20_600))
    operator = desks.browser(factories.OPERATOR)
    assert decide(EXPLAIN, line(20_600), reason="ditelepon").status_code == 303

    for reason in ("x" * 1_001, ""):
        answer = operator.post(url_of(line(20_600), COUNT_AS_PAY_IN), {"village_code": rounds.A, "reason": reason})

        assert answer.status_code == 409
        assert "Baris ini sudah diputuskan." in desks.text(answer)
