"""The desk's pages of bank accounts: one proposes with its checks, another confirms, and every step before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from settlement.bank import bank_accounts
from settlement.models import BankAccountStep
from tests.support import authenticator, desks, factories, page_text

pytestmark = pytest.mark.usefixtures("market")
PATH = "/federasi/rekening-bank/"
CIBIRU = f"{PATH}{factories.CIBIRU}/"
CHANGE = f"{CIBIRU}ubah/"
CONFIRM = f"{CIBIRU}tegaskan/"
RIGHT = {"holder": "BUMDes Cibiru", "bank": "BRI", "bank_code": "002", "bic": "", "number": "0337-01-001234-50-1"}


def change(path: str = CHANGE, **typed: str) -> HttpResponse:
    return desks.press(desks.browser(factories.OPERATOR), path, **{**RIGHT, **typed})


def press(client: Client, action: str, **typed: str) -> HttpResponse:
    """Press the button that stands on the account's page."""
    page = action.rsplit("/", 2)[0] + "/"
    return client.post(action, {**page_text.read(client.get(page)).form(action).values, **typed})


def confirm(action: str) -> HttpResponse:
    """The approver presses the button, with the code of this moment."""
    now = timezone.now()
    code = authenticator.code(authenticator.enrolled(at=now - timedelta(days=1)), now)
    return press(desks.browser(factories.APPROVER), action, code=code)


def status(party: str = factories.CIBIRU) -> bank_accounts.Status:
    return bank_accounts.status(party=party, at=timezone.now())


def test_one_proposes_another_confirms_and_it_waits_a_day() -> None:
    assert "Rekening federasi belum dipakai" in desks.text(desks.browser(factories.AUDITOR).get(PATH))
    assert change().status_code == 303
    assert change().status_code == 303  # a second tap
    assert change(number="0337010012345-99").status_code == 303
    assert CONFIRM not in page_text.read(desks.browser(factories.OPERATOR).get(CIBIRU)).links
    proposed = status().proposed
    assert proposed is not None
    operator = desks.browser(factories.OPERATOR)
    assert operator.post(CONFIRM, {"proposal": proposed.step_id}).status_code == 404
    assert desks.browser(factories.APPROVER).post(CONFIRM, {"proposal": "x"}).status_code == 409

    assert confirm(CONFIRM).status_code == 303

    said = desks.text(desks.browser(factories.AUDITOR).get(CIBIRU))
    assert "Dipakai mulai" in said
    assert "Belum ada rekening yang dipakai." in said
    assert "Ditegaskan BRI 033701001234599" in said
    assert "Diajukan BRI 033701001234501" in said
    assert "Galih" in said
    coming = status().coming
    assert coming is not None
    assert coming.in_force_at is not None
    assert timedelta(hours=23, minutes=59) < coming.in_force_at - timezone.now() <= timedelta(hours=24)
    listed = desks.text(desks.browser(factories.AUDITOR).get(PATH))
    assert "BRI 002 033701001234599 BUMDes Cibiru" in listed
    assert "Melati belum ada" in listed


def test_without_the_right_code_no_account_is_confirmed() -> None:
    change()
    approver = desks.browser(factories.APPROVER)
    assert "Tanpa kode itu Anda belum bisa menyetujui apa pun." in desks.text(approver.get(CIBIRU))
    secret = authenticator.enrolled(at=timezone.now() - timedelta(days=1))

    wrong = press(approver, CONFIRM, code=authenticator.wrong(secret, timezone.now()))

    assert wrong.status_code == 422
    assert "Kodenya tidak cocok" in desks.text(wrong)
    assert press(approver, CONFIRM, code="").status_code == 422
    assert status().coming is None


def test_an_account_of_another_village_is_asked_about_once_by_its_name() -> None:
    change(f"{PATH}{factories.MELATI}/ubah/", holder="BUMDes Melati")

    asked = change()

    assert "Satu rekening untuk beberapa desa?" in desks.text(asked)
    assert "BRI 033701001234501" in desks.text(asked)
    assert "Melati (" in desks.text(asked)
    assert status() == bank_accounts.NOTHING
    operator = desks.browser(factories.OPERATOR)
    assert [desks.answered(operator, asked).status_code for _tap in range(2)] == [303, 303]
    assert status().proposed is not None
    assert BankAccountStep.objects.filter(party=factories.CIBIRU).count() == 1


def test_a_proposal_is_taken_back() -> None:
    change()
    assert press(desks.browser(factories.OPERATOR), f"{CIBIRU}tarik/").status_code == 303
    assert status() == bank_accounts.NOTHING


def test_the_federations_own_account_needs_two_of_its_people_and_is_stopped_by_the_operator() -> None:
    own = f"{PATH}F/"
    change(f"{own}ubah/", holder="Federasi")
    assert confirm(f"{own}tegaskan/").status_code == 303
    operator = desks.browser(factories.OPERATOR)
    stop, resume = f"{PATH}hentikan/", f"{PATH}lanjutkan/"
    assert operator.post(stop, page_text.read(operator.get(own)).form(stop).values).status_code == 303
    assert status("F").stopped
    assert status("F").coming is None
    assert operator.post(resume, page_text.read(operator.get(own)).form(resume).values).status_code == 303
    assert not status("F").stopped


def test_what_cannot_be_an_account_is_refused_and_what_was_typed_stays() -> None:
    refusals = {
        "Nomor rekening terdiri dari 5 sampai 34 angka.": {"number": "12a45678"},
        "Kode bank terdiri dari tiga angka": {"bank_code": "02"},
        "Kode BIC terdiri dari 8 atau 11 huruf dan angka": {"bic": "BRI"},
        "Tulis nama pemilik rekening dengan huruf Latin": {"holder": "ꦧꦸꦩ꧀ꦢꦺꦱ꧀"},
        "Isi kode bank atau kode BIC.": {"bank_code": ""},
    }
    for sentence, typed in refusals.items():
        answer = change(**typed)
        assert answer.status_code == 422
        assert sentence in desks.text(answer)
        assert {**RIGHT, **typed}.items() <= page_text.read(answer).form("").values.items()
    empty = change(holder="")
    assert empty.status_code == 422
    assert "Tulis nama pemilik rekening." in desks.text(empty)
    assert not BankAccountStep.objects.exists()


def test_accounts_are_read_by_the_federations_people_and_changed_by_those_who_may() -> None:
    change()
    for person in (factories.SARI, factories.TINI, factories.WULAN):
        client = desks.browser(person)
        assert client.get(PATH).status_code == 404
        for path in (CIBIRU, CHANGE, CONFIRM, f"{CIBIRU}tarik/", f"{PATH}hentikan/", f"{PATH}lanjutkan/"):
            assert client.post(path, {}).status_code == 404
    for person in (factories.APPROVER, factories.AUDITOR):
        client = desks.browser(person)
        assert CHANGE not in page_text.read(client.get(CIBIRU)).links
        assert client.get(CHANGE).status_code == 404
        for path in (CHANGE, f"{CIBIRU}tarik/", f"{PATH}hentikan/", f"{PATH}lanjutkan/"):
            assert client.post(path, RIGHT).status_code == 404
    assert desks.browser(factories.AUDITOR).post(CONFIRM, {}).status_code == 404
    operator = desks.browser(factories.OPERATOR)
    assert CHANGE in page_text.read(operator.get(CIBIRU)).links
    for path in ("99.99.99.9999/", "99.99.99.9999/ubah/", "pool/", "x/"):
        assert operator.get(PATH + path).status_code == 404
    assert operator.post(f"{PATH}99.99.99.9999/tegaskan/", {}).status_code == 404
    assert BankAccountStep.objects.count() == 1
