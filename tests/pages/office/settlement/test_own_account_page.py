"""A village's bank account in its own office: its manager proposes, confirms, stops, and is told on the first page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.utils import timezone

from settlement.bank import account_changes, bank_accounts
from tenants.acts import Act
from tenants.codes import VillageCode
from tests.support import authenticator, desks, factories, page_text
from tests.support.settlement import rounds

pytestmark = pytest.mark.usefixtures("market")
FIRST = "/desa/cibiru/kelola/"
PAGE = f"{FIRST}putaran/rekening/"
CONFIRM, STOP, RESUME = (f"{PAGE}{word}/" for word in ("tegaskan", "hentikan", "lanjutkan"))


def proposed_by_the_federation(number: str = "12345678", *, party: str = factories.CIBIRU) -> None:
    account_changes.propose(
        party=VillageCode(party),
        bank="BRI",
        bank_code="002",
        bic="",
        number=number,
        holder="BUMDes Cibiru",
        act=Act(by=factories.OPERATOR.principal, at=timezone.now()),
    )


def status() -> bank_accounts.Status:
    return bank_accounts.status(party=VillageCode(factories.CIBIRU), at=timezone.now())


def press(action: str) -> HttpResponse:
    sari = desks.browser(factories.SARI)
    answer: HttpResponse = sari.post(action, page_text.read(sari.get(PAGE)).form(action).values, follow=True)
    return answer


def test_an_account_is_written_twice_and_proposed() -> None:
    sari = desks.browser(factories.SARI)
    form = page_text.read(sari.get(PAGE)).form(PAGE)
    typed = {**form.values, "bank": "112", "number": "0123 456 789", "number_again": "0123456789", "holder": "BUMDes Cibiru"}

    wrong = sari.post(PAGE, {**typed, "number_again": "0123456780"})
    lacking = sari.post(PAGE, {**typed, "bank": "other"})
    other = {**typed, "bank": "other", "other_bank": "Bank Desa", "other_code": "12"}
    bad_code = sari.post(PAGE, other)
    bad_holder = sari.post(PAGE, {**typed, "holder": "ꦧꦸꦩ꧀ꦢꦺꦱ꧀"})
    answer = sari.post(PAGE, typed, follow=True)

    assert [one.status_code for one in (wrong, lacking, bad_code, bad_holder)] == [422] * 4
    assert "Kedua nomor tidak sama" in desks.text(wrong)
    assert "Tulis nama banknya" in desks.text(lacking)
    assert "Kode bank terdiri dari tiga angka" in desks.text(bad_code)
    assert "Tulis nama pemilik rekening dengan huruf Latin" in desks.text(bad_holder)
    assert "BPD DIY 112 0123456789" in desks.text(answer)
    assert "Menunggu orang lain menegaskannya" in desks.text(answer)
    assert "Diajukan: BPD DIY 0123456789 Bu Sari" in desks.text(answer)
    found = status().proposed
    assert found is not None
    assert (found.bank, found.bank_code, found.holder) == ("BPD DIY", "112", "BUMDes Cibiru")
    assert sari.post(PAGE, {**other, "other_code": "bpddidj1"}).status_code == 422  # the form that wrote another one before


def test_an_account_of_another_village_is_asked_about_once_by_its_name() -> None:
    proposed_by_the_federation("0123456789", party=factories.MELATI)
    sari = desks.browser(factories.SARI)
    typed = {"bank": "002", "number": "0123 456 789", "number_again": "0123456789", "holder": "BUMDes Cibiru"}

    asked = desks.press(sari, PAGE, PAGE, **typed)

    assert "Satu rekening untuk beberapa desa?" in desks.text(asked)
    assert "Melati (" in desks.text(asked)
    assert status() == bank_accounts.NOTHING
    assert desks.answered(sari, asked).status_code == 303
    assert status().proposed is not None


def test_a_manager_is_told_on_her_first_page_and_confirms_what_the_federation_proposed() -> None:
    proposed_by_the_federation()
    said = desks.text(desks.browser(factories.SARI).get(FIRST))
    assert "Ada yang mengajukan rekening baru untuk desa ini: BRI 12345678 atas nama BUMDes Cibiru." in said
    assert "rekening baru" not in desks.text(desks.browser(factories.ASEP).get(FIRST))

    answer = press(CONFIRM)

    assert "Rekening ditegaskan" in desks.text(answer)
    coming = status().coming
    assert coming is not None
    assert coming.confirmed_by == factories.SARI.id
    assert "uang desa ini dikirim ke rekening baru: BRI 12345678" in desks.text(desks.browser(factories.SARI).get(FIRST))


def test_a_manager_who_has_one_time_codes_gives_one_when_she_confirms() -> None:
    proposed_by_the_federation()
    assert 'name="code"' not in desks.browser(factories.SARI).get(PAGE).content.decode()
    at = timezone.now()
    secret = authenticator.enrolled(user_id=factories.SARI.id, at=at - timedelta(days=1))
    sari = desks.browser(factories.SARI)

    missing = desks.press(sari, PAGE, CONFIRM, code="")
    wrong = desks.press(sari, PAGE, CONFIRM, code=authenticator.wrong(secret, at))
    without = sari.post(CONFIRM, {name: text for name, text in desks.filled(sari, PAGE, CONFIRM).values.items() if name != "code"})

    assert [one.status_code for one in (missing, wrong, without)] == [422] * 3
    assert "Isi kode enam angka dari aplikasi kode Anda." in desks.text(missing)
    assert "Kodenya tidak cocok" in desks.text(wrong)
    assert status().coming is None
    sent = desks.filled(sari, PAGE, CONFIRM)
    code = authenticator.code(secret, timezone.now())
    assert [page_text.send(sari, sent, code=code).status_code for _tap in range(2)] == [303, 303]
    assert status().coming is not None


def test_a_manager_stops_what_she_does_not_know_and_goes_on_with_the_former() -> None:
    rounds.account(factories.CIBIRU, number="11111111", at=factories.START)
    proposed_by_the_federation("66666666")
    answer = press(STOP)
    assert "Pembayaran dihentikan" in desks.text(answer)
    assert (status().stopped, status().proposed) == (True, None)
    assert "Pembayaran ke rekening desa ini dihentikan." in desks.text(desks.browser(factories.SARI).get(FIRST))
    assert "Pembayaran dilanjutkan" in desks.text(press(RESUME))
    found = status().usable
    assert found is not None
    assert found.number == "11111111"


def test_every_village_is_told_of_the_federations_account() -> None:
    rounds.account("F", number="77777777", at=timezone.now())
    for person in (factories.SARI, factories.ASEP, factories.RATNA):
        path = f"/desa/{factories.VILLAGES[person.village_code].lower()}/kelola/"
        assert "Rekening federasi berganti mulai" in desks.text(desks.browser(person).get(path))
    rounds.account("F", number="88888888", at=timezone.now() - timedelta(days=3))
    assert "Rekening federasi sudah berganti sejak" in desks.text(desks.browser(factories.SARI).get(FIRST))


def test_nobody_else_does_any_of_it() -> None:
    proposed_by_the_federation()
    shown = status().proposed
    assert shown is not None
    for person in (factories.ASEP, factories.TINI, factories.RATNA, factories.OPERATOR):
        client = desks.browser(person)
        for action in (PAGE, CONFIRM, STOP, RESUME):
            assert client.post(action, {"proposal": str(shown.step_id)}).status_code == 404
    assert desks.browser(factories.SARI).post(CONFIRM, {"proposal": "x"}).status_code == 409
    assert status().proposed == shown
