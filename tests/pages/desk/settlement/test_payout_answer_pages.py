"""The desk's page of gateways' written answers: entered by the operator, confirmed by the approver, said where it waits and what it did."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from settlement.bank.gateways.gateway_interface import CALL_LASTS
from settlement.models import PaymentLeg, PayoutAnswer
from tests.support import authenticator, desks, factories, payment_desk
from tests.support.settlement import gateway_payouts
from tests.support.settlement.gateway_payouts import OVERDUE, State
from tests.support.settlement.rounds import B, C

PAGE = "/federasi/jawaban-gerbang/"


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Set the clock of the pages."""
    return lambda at: monkeypatch.setattr("django.utils.timezone.now", lambda: at)


@pytest.fixture
def leg(market, gateway, now) -> PaymentLeg:  # type: ignore[no-untyped-def]
    """Cibiru's payout of 98,000, to which the gateway has not answered for three days; Melati's has arrived."""
    gateway_payouts.owed_to_two()
    gateway_payouts.plan()
    gateway_payouts.hear(PaymentLeg.objects.get(receiver=C), State.SUCCEEDED)
    now(OVERDUE)
    return gateway_payouts.unanswered()


@pytest.fixture
def secret(market) -> str:  # type: ignore[no-untyped-def]
    """What the approver's phone makes codes of."""
    return authenticator.enrolled(at=OVERDUE - timedelta(days=1))


def enter(leg: PaymentLeg, *, paid: str) -> PayoutAnswer:
    operator = desks.browser(factories.OPERATOR)
    typed = {"paid_rupiah": paid, "reference": "UJI/7/2026", "reason": "Nomor itu tidak pernah dibayarkan"}
    done = desks.press(operator, f"{PAGE}usul/{leg.id}/", **typed)
    assert done["Location"] == f"{PAGE}?hasil=payout_answer_proposed"
    return PayoutAnswer.objects.get(confirmed_at=None, declined_at=None)


def confirm(answer: PayoutAnswer, secret: str) -> str:
    code = authenticator.code(secret, timezone.now())
    return desks.press(desks.browser(factories.APPROVER), f"{PAGE}{answer.id}/tegaskan/", code=code)["Location"]


def test_the_operator_enters_what_the_gateway_wrote_and_the_approver_confirms_it(leg, now, secret) -> None:
    operator, approver = desks.browser(factories.OPERATOR), desks.browser(factories.APPROVER)
    assert "1 pembayaran lewat gerbang menunggu jawaban tertulis gerbang" in desks.text(operator.get("/federasi/"))
    assert "1 pembayaran menunggu jawaban gerbang." in payment_desk.text(factories.OPERATOR) or "belum membayar" in payment_desk.text()
    assert f"Cibiru · {leg.gateway} · putaran 1 Belum jelas" in desks.text(operator.get(PAGE))
    answer = enter(leg, paid="0")
    waits = desks.text(operator.get(PAGE))
    assert "menunggu penegasan orang lain" in waits
    assert "UJI/7/2026 · Nomor itu tidak pernah dibayarkan" in waits
    assert f"{answer.id}/tegaskan/" not in desks.offered(operator, PAGE)

    early = desks.press(approver, f"{PAGE}{answer.id}/tegaskan/", code=authenticator.code(secret, OVERDUE))
    assert early.status_code == 409
    assert "Perintah terakhir ke gerbang mungkin masih di jalan." in desks.text(early)
    now(OVERDUE + CALL_LASTS)
    assert "uangnya dibayarkan dengan jalan lain" in desks.text(approver.get(f"{PAGE}{answer.id}/tegaskan/"))
    wrong = authenticator.wrong(secret, OVERDUE + CALL_LASTS)
    assert desks.press(approver, f"{PAGE}{answer.id}/tegaskan/", code=wrong).status_code == 422
    assert PayoutAnswer.objects.get().confirmed_at is None
    assert confirm(answer, secret) == f"{PAGE}?hasil=payout_answer_confirmed"

    assert "Gagal, uang tidak berpindah" in payment_desk.text()
    assert "ditegaskan" in desks.text(operator.get(PAGE))


def test_what_went_after_all_is_named_where_it_waits_and_where_it_is_owed(leg, now, secret) -> None:
    gateway_payouts.hear(leg, State.FAILED, at=OVERDUE)
    gateway_payouts.plan(at=OVERDUE)
    gateway_payouts.hear(PaymentLeg.objects.get(receiver=B, state="planned"), State.SUCCEEDED, at=OVERDUE)
    gateway_payouts.hear(leg, State.SUCCEEDED, at=OVERDUE)
    operator = desks.browser(factories.OPERATOR)
    assert "Menurut gerbang ternyata dibayarkan" in desks.text(operator.get(PAGE))
    matching = desks.text(operator.get("/federasi/putaran/1/cocok/"))
    assert "Pembayaran yang tercatat gagal, tetapi menurut gerbang dibayarkan 1" in matching

    answer = enter(leg, paid="98.000")
    assert "menjadi utang desa ini kepada federasi" in desks.text(desks.browser(factories.APPROVER).get(f"{PAGE}{answer.id}/tegaskan/"))
    confirm(answer, secret)

    assert "Rp 98.000 sampai dua kali: desa itu berutang sebanyak itu kepada federasi." in desks.text(operator.get(PAGE))
    assert "Tidak ada pembayaran yang menunggu jawaban tertulis gerbang." in desks.text(operator.get(PAGE))


def test_an_answer_is_declined_with_a_reason_by_either(leg) -> None:
    for person in (factories.OPERATOR, factories.APPROVER):
        answer = enter(leg, paid="0")
        browser = desks.browser(person)
        assert desks.press(browser, f"{PAGE}{answer.id}/tolak/", reason="").status_code == 422
        done = desks.press(browser, f"{PAGE}{answer.id}/tolak/", reason="Suratnya tentang pembayaran lain")
        assert done["Location"] == f"{PAGE}?hasil=payout_answer_declined"
    assert PayoutAnswer.objects.filter(declined_at=None).count() == 0


def test_what_may_still_be_answered_is_refused_and_a_gateways_payout_is_no_cash(leg, now) -> None:
    now(OVERDUE - timedelta(days=1))
    operator = desks.browser(factories.OPERATOR)
    early = desks.press(operator, f"{PAGE}usul/{leg.id}/", paid_rupiah="0", reference="UJI/7", reason="Kata gerbang")
    assert early.status_code == 409
    assert "baru bisa dicatat sesudah 3 hari" in desks.text(early)
    said = payment_desk.text(factories.OPERATOR)
    assert "Catat jawaban tertulis gerbang" in said
    assert "Batalkan penyerahan ini" not in said


def test_who_may_do_what(leg, now) -> None:
    answer = enter(leg, paid="0")
    propose, confirms, declines = f"{PAGE}usul/{leg.id}/", f"{PAGE}{answer.id}/tegaskan/", f"{PAGE}{answer.id}/tolak/"
    may = {
        factories.OPERATOR: {PAGE, propose, declines},
        factories.APPROVER: {PAGE, confirms, declines},
        factories.AUDITOR: {PAGE},
        factories.TINI: set(),
    }
    for person, places in may.items():
        browser = desks.browser(person)
        for place in (PAGE, propose, confirms, declines):
            assert (browser.get(place).status_code == 200) is (place in places), (person.name, place)
    nobodys = uuid.uuid4()
    assert desks.browser(factories.OPERATOR).get(f"{PAGE}usul/{nobodys}/").status_code == 404
    assert desks.browser(factories.APPROVER).get(f"{PAGE}{nobodys}/tegaskan/").status_code == 404
