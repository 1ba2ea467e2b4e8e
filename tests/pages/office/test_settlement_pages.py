"""Putaran: what a village reads of a cycle, objects to, and is told to pay or to receive."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from federation.models import Purchase
from settlement import advancing
from settlement.bank import bank_accounts
from settlement.cycles import carry_terms, objections
from settlement.models import Cycle, Objection
from settlement.seals import seals
from tenants.codes import FEDERATION
from tests.support import cycling, desks, factories, page_text
from tests.support.cycling import HERE
from tests.unit.settlement.cycles import rounds

pytestmark = pytest.mark.usefixtures("market")
ANSWERS = ("office-cycles", "office-cycle", "office-cycle-print", "office-cycle-csv", "office-cycle-xlsx")


def page(person: factories.Person, name: str = "office-cycle", *args: object, village: str = HERE):  # type: ignore[no-untyped-def]
    if name.startswith("office-cycle") and name != "office-cycles":
        args = args or (1,)
    return desks.browser(person).get(desks.path(name, *args, village=village))


def said(person: factories.Person, name: str = "office-cycle", *args: object, village: str = HERE) -> str:
    return desks.text(page(person, name, *args, village=village))


def federation_account() -> None:
    terms = {"bank": "BRI", "bank_code": "002", "bic": "", "number": "033701001234567", "holder": "Federasi Desa Uji"}
    bank_accounts.set_account(party=FEDERATION, **terms, by=factories.OPERATOR.id, at=timezone.now())


def test_the_list_says_in_a_sentence_what_each_cycle_means() -> None:
    assert "Belum ada putaran" in said(factories.RATNA, "office-cycles")
    cycling.sold()
    cycling.collecting()

    buyer, seller, third = (
        said(person, "office-cycles", village=village)
        for person, village in ((factories.RATNA, HERE), (factories.SARI, factories.CIBIRU), (factories.TINI, factories.MELATI))
    )

    until = timezone.localtime(Cycle.objects.get(number=1).collect_until_at)
    assert re.search(rf"Putaran 1: bayar Rp 30\.000 sebelum \w+, {until.day} \w+( \d+)? pukul {until:%H.%M}\.", buyer)
    assert "Putaran 1: akan terima Rp 29.400." in seller
    assert "Putaran 1: tidak ada hitungan untuk desa ini." in third


def test_the_statement_names_the_order_and_tells_the_seller_its_sums() -> None:
    cycling.sold()
    cycling.proposed()
    code = Purchase.objects.get().code

    buyer, seller = said(factories.RATNA), said(factories.SARI, village=factories.CIBIRU)

    assert f"Pesanan {code} · Cibiru" in buyer
    assert "Pesanan" in seller
    assert "barang Rp 30.000, iuran Rp 600" in seller
    assert "iuran Rp 600" not in buyer  # the seller's sums are the seller's
    assert "Bu Wati" not in buyer + seller  # no buyer
    assert "Kalau disetujui, bayar Rp 30.000." in buyer
    assert "Kalau disetujui, terima Rp 29.400." in seller
    assert desks.path("office-cash-purchase", code, village=HERE) in page_text.read(page(factories.RATNA)).links


def test_paying_is_told_with_account_and_reference() -> None:
    cycling.sold()
    federation_account()
    cycling.collecting()

    debtor, creditor = said(factories.DARTO), said(factories.SARI, village=factories.CIBIRU)

    assert "Masih harus dibayar Rp 30.000" in debtor
    assert "033701001234567" in debtor
    assert "Berita PS0001-3402902001" in debtor
    assert "Uang yang akan diterima Rp 29.400" in creditor
    assert "belum punya rekening" in creditor
    assert "033701001234567" not in creditor


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
        number=1, objection_id=Objection.objects.get().id, answer="Betul, dicoret", by=factories.OPERATOR.id, at=timezone.now()
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


def test_a_closed_cycle_says_what_went_on() -> None:
    cycling.sold()
    cycling.closed()

    debtor, creditor = said(factories.RATNA), said(factories.SARI, village=factories.CIBIRU)

    assert "Rp 30.000 tidak terbayar dan ikut putaran berikutnya." in debtor
    assert "Masuk putaran berikutnya −Rp 30.000" in debtor
    assert "Diterima Rp 0. Rp 29.400 belum terbayar desa lain dan ikut putaran berikutnya." in creditor


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


def test_the_bank_account_is_written_twice_and_who_changed_it_is_seen() -> None:
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-bank-account"))
    typed = {**form.values, "bank": "112", "number": "0123 456 789", "number_again": "0123456789", "holder": "BUMDes Cibiru"}

    wrong = sari.post(form.action, {**typed, "number_again": "0123456780"})
    lacking = sari.post(form.action, {**typed, "bank": "other"})
    other = {**typed, "bank": "other", "other_bank": "Bank Desa", "other_code": "12"}
    bad_code = sari.post(form.action, other)
    bad_holder = sari.post(form.action, {**typed, "holder": "ꦧꦸꦩ꧀ꦢꦺꦱ꧀"})
    answer = sari.post(form.action, typed, follow=True)

    assert [one.status_code for one in (wrong, lacking, bad_code, bad_holder)] == [422] * 4
    assert "Kedua nomor tidak sama" in desks.text(wrong)
    assert "Tulis nama banknya" in desks.text(lacking)
    assert "Kode bank terdiri dari tiga angka" in desks.text(bad_code)
    assert "Tulis nama pemilik rekening dengan huruf Latin" in desks.text(bad_holder)
    assert "BPD DIY 0123456789" in desks.text(answer)
    assert "Siapa yang mengubah Bu Sari" in desks.text(answer)
    found = bank_accounts.of(party=factories.CIBIRU)
    assert found is not None
    assert (found.bank, found.bank_code, found.holder) == ("BPD DIY", "112", "BUMDes Cibiru")
    sari.post(form.action, {**other, "other_code": "bpddidj1"})
    assert bank_accounts.of(party=factories.CIBIRU).bic == "BPDDIDJ1"  # type: ignore[union-attr]
    again = desks.filled(sari, desks.path("office-bank-account"))
    assert (again.values["bank"], again.values["other_bank"], again.values["other_code"]) == ("other", "Bank Desa", "BPDDIDJ1")


def test_the_first_page_says_what_waits_to_those_who_mind_money() -> None:
    cycling.sold()
    cycling.proposed()
    start = {person: said(person, "office-orders") for person in (factories.RATNA, factories.DARTO, factories.UJANG)}
    assert "Lembar putaran 1 siap diperiksa, sampai" in start[factories.RATNA]
    assert "Lembar putaran 1" in start[factories.DARTO]
    assert "Lembar putaran 1" not in start[factories.UJANG]
    assert "Lembar putaran 1" not in said(factories.TINI, "office-orders", village=factories.MELATI)


def test_everybody_who_works_here_may_read() -> None:
    cycling.sold()
    cycling.proposed()
    for person in (factories.RATNA, factories.DARTO, factories.UJANG, desks.newcomer("service", village=HERE)):
        for name in ANSWERS:
            answer = page(person, name)
            assert answer.status_code == 200, (person, name)
            assert "no-store" in answer["Cache-Control"]


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


def test_numbers_that_no_cycle_has_are_404() -> None:
    cycling.sold()
    for number in (0, 1, 2, 2_147_483_648, 10**30):
        assert page(factories.RATNA, "office-cycle", number).status_code == 404, number
        assert page(factories.RATNA, "office-cycle-cash", number).status_code == 404, number


def test_long_statements_come_in_pages_with_few_statements_to_the_database() -> None:
    cycling.sold()
    for _ in range(60):
        rounds.trade(HERE, factories.CIBIRU, 1_000)
    cycling.proposed()
    ratna = desks.browser(factories.RATNA)
    url = desks.path("office-cycle", 1, village=HERE)

    with page_text.Statements() as statements:
        first = ratna.get(url)
    second = ratna.get(url, {"hal": "2"})
    last = ratna.get(url, {"hal": "5"})

    assert len(statements.said) <= 7, statements.said  # session, person, roles, three of the statement, orders
    assert "122 catatan" in desks.text(first)
    assert [answer.content.decode().count("/keberatan/") for answer in (first, second, last)] == [25, 25, 22]
    for name, most in (("office-cycles", 5), ("office-cycle-print", 8), ("office-cycle-csv", 8), ("office-cycle-xlsx", 8)):
        with page_text.Statements() as statements:
            answer = ratna.get(desks.path(name, *(() if name == "office-cycles" else (1,)), village=HERE))
            b"".join(answer.streaming_content) if answer.streaming else answer.content  # noqa: B018
        assert len(statements.said) <= most, (name, statements.said)


def test_every_page_can_be_used_without_seeing_it() -> None:
    cycling.sold()
    cycling.collecting()
    ratna = desks.browser(factories.RATNA)
    obligation = cycling.obligation(HERE, factories.CIBIRU)
    [leg] = cycling.announced(5_000)
    addresses = [("office-cycles", ()), ("office-bank-account", ()), ("office-carry", ())]
    addresses += [(name, (1,)) for name in ("office-cycle", "office-cycle-print", "office-cycle-cash")]
    addresses += [("office-objection", (1, obligation)), ("office-cycle-call-off", (1, leg))]
    for name, args in addresses:
        tags = page_text.read(ratna.get(desks.path(name, *args, village=HERE))).tags
        ids = [has["id"] for _tag, has in tags if "id" in has]
        labelled = {has["for"] for tag, has in tags if tag == "label" and "for" in has}
        asked = [has for tag, has in tags if tag in ("input", "select", "textarea") and has.get("type") not in ("hidden", "radio")]
        assert [tag for tag, _has in tags].count("h1") == 1, name
        assert len(ids) == len(set(ids)), (name, ids)
        assert all(has.get("id") in labelled for has in asked), (name, asked)
        assert not {tag for tag, _has in tags} & {"script", "style", "iframe"}, name


def test_the_paper_carries_every_obligation_and_the_hashes() -> None:
    cycling.sold()
    for _ in range(60):
        rounds.trade(HERE, factories.CIBIRU, 1_000)
    cycling.proposed()
    solution = rounds.solution()
    assert "Segel harian terbaru (SHA-256) belum ada" in said(factories.RATNA, "office-cycle-print")
    sealed = seals.seal(day=timezone.localdate(), at=timezone.now())
    assert sealed is not None

    paper = page(factories.RATNA, "office-cycle-print")

    assert desks.text(paper).count("Pesanan ") >= 122
    assert solution.sha256 in paper.content.decode()
    assert solution.snapshot.sha256 in paper.content.decode()
    assert sealed.sha256 in paper.content.decode()
    assert any("paper" in load for load in page_text.read(paper).loads)
