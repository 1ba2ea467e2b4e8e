"""What a manager decides about settlement: objections, what may be left for the next cycle, the bank account."""

from __future__ import annotations

import pytest
from django.utils import timezone

from settlement import advancing
from settlement.cycles import carry_terms, objections
from settlement.models import Objection
from tenants.acts import Act
from tests.support import cycling, desks, factories, page_text
from tests.support.cycling import HERE

pytestmark = pytest.mark.usefixtures("market")
ANSWERS = ("office-cycles", "office-cycle", "office-cycle-print", "office-cycle-csv", "office-cycle-xlsx")


def page(person: factories.Person, name: str = "office-cycle", *args: object, village: str = HERE):  # type: ignore[no-untyped-def]
    if name.startswith("office-cycle") and name != "office-cycles":
        args = args or (1,)
    return desks.browser(person).get(desks.path(name, *args, village=village))


def said(person: factories.Person, name: str = "office-cycle", *args: object, village: str = HERE) -> str:
    return desks.text(page(person, name, *args, village=village))


def test_a_manager_objects_once_and_reads_the_answer() -> None:
    cycling.sold()
    cycling.proposed()
    ratna = desks.browser(factories.RATNA)
    url = desks.path("office-objection", 1, cycling.obligation(HERE, factories.CIBIRU), village=HERE)
    assert url in page_text.read(ratna.get(desks.path("office-cycle", 1, village=HERE))).links
    form = desks.filled(ratna, url)

    bare = page_text.send(ratna, form, reason=" ")
    answers = [ratna.post(url, {**form.values, "reason": "Barang sudah dikembalikan"}, follow=True) for _tap in range(2)]

    assert bare.status_code == 422
    for answer in answers:
        assert answer.status_code == 200
        assert "Catatan ini ditahan, putaran dihitung ulang" in desks.text(answer)
        assert "sedang dihitung" in desks.text(answer).lower()
        assert "Sukamaju, hari ini pukul" in desks.text(answer)
    assert Objection.objects.count() == 1
    advancing.advance(number=1, at=timezone.now())
    objections.answer(
        number=1,
        objection_id=Objection.objects.get().id,
        answer="Betul, dicoret",
        act=Act(by=factories.OPERATOR.principal, at=timezone.now()),
    )
    for person, village in ((factories.RATNA, HERE), (factories.SARI, factories.CIBIRU)):
        read = said(person, village=village)
        assert "Barang sudah dikembalikan" in read
        assert "Jawaban federasi: Betul, dicoret" in read
    assert "dikembalikan" not in said(factories.TINI, village=factories.MELATI)


def test_after_the_date_the_page_says_so_and_takes_nothing() -> None:
    cycling.sold()
    cycling.collecting()
    url = desks.path("office-objection", 1, cycling.obligation(HERE, factories.CIBIRU), village=HERE)
    ratna = desks.browser(factories.RATNA)

    looked, sent = ratna.get(url), ratna.post(url, {"reason": "terlambat"})

    assert (looked.status_code, sent.status_code) == (200, 409)
    for answer in (looked, sent):
        assert "Masa keberatan untuk putaran ini sudah lewat. Hubungi federasi." in desks.text(answer)
    assert url not in page_text.read(ratna.get(desks.path("office-cycle", 1, village=HERE))).links
    assert not Objection.objects.exists()


def test_what_was_left_of_an_earlier_cycle_cannot_be_held() -> None:
    cycling.sold()
    cycling.closed()
    cycling.proposed(number=2)
    left = cycling.Obligation.objects.get(debtor=HERE, cycle_number=2)
    url = desks.path("office-objection", 2, left.id, village=HERE)
    ratna = desks.browser(factories.RATNA)

    looked, sent = ratna.get(url), ratna.post(url, {"reason": "salah"})

    assert "sudah disetujui" in desks.text(looked)
    assert sent.status_code == 409
    assert url not in page_text.read(ratna.get(desks.path("office-cycle", 2, village=HERE))).links
    assert "Sisa putaran 1" in said(factories.RATNA, "office-cycle", 2)


def test_what_may_be_left_is_agreed_with_its_meaning() -> None:
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-carry"))

    answer = sari.post(form.action, {**form.values, "amount_rupiah": "Rp 12.500"}, follow=True)
    bad = page_text.send(sari, form, amount_rupiah="banyak")

    assert "Persetujuan disimpan" in desks.text(answer)
    assert "dipakai dulu untuk belanja warga kita" in desks.text(answer)
    assert "Disetujui sekarang Rp 12.500" in desks.text(answer)
    assert carry_terms.of(village_code=factories.CIBIRU).creditor_agreed_rupiah == 12_500
    assert bad.status_code == 422


def test_only_managers_object_agree_and_write_accounts() -> None:
    cycling.sold()
    cycling.proposed()
    obligation = cycling.obligation(HERE, factories.CIBIRU)
    for name, args in (("office-objection", (1, obligation)), ("office-carry", ()), ("office-bank-account", ())):
        for person in (factories.DARTO, factories.UJANG):
            client = desks.browser(person)
            url = desks.path(name, *args, village=HERE)
            assert (client.get(url).status_code, client.post(url, {"reason": "x"}).status_code) == (404, 404)
    links = page_text.read(page(factories.DARTO)).links
    assert not [link for link in links if "keberatan" in link or "rekening" in link]
