"""Putaran: what a village reads of a cycle, and is told to pay or to receive."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from federation.models import Purchase
from settlement.models import Cycle
from settlement.seals import seals
from tenants.codes import FEDERATION
from tests.support import cycling, desks, factories, page_text
from tests.support.cycling import HERE
from tests.support.settlement import rounds

pytestmark = pytest.mark.usefixtures("market")
ANSWERS = ("office-cycles", "office-cycle", "office-cycle-print", "office-cycle-csv", "office-cycle-xlsx")


def page(person: factories.Person, name: str = "office-cycle", *args: object, village: str = HERE):  # type: ignore[no-untyped-def]
    if name.startswith("office-cycle") and name != "office-cycles":
        args = args or (1,)
    return desks.browser(person).get(desks.path(name, *args, village=village))


def said(person: factories.Person, name: str = "office-cycle", *args: object, village: str = HERE) -> str:
    return desks.text(page(person, name, *args, village=village))


def federation_account() -> None:
    rounds.account(FEDERATION, number="033701001234567", at=timezone.now() - timedelta(days=1), holder="Federasi Desa Uji")


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


def test_a_closed_cycle_says_what_went_on() -> None:
    cycling.sold()
    cycling.closed()

    debtor, creditor = said(factories.RATNA), said(factories.SARI, village=factories.CIBIRU)

    assert "Rp 30.000 tidak terbayar dan ikut putaran berikutnya." in debtor
    assert "Masuk putaran berikutnya −Rp 30.000" in debtor
    assert "Diterima Rp 0. Rp 29.400 belum terbayar dan ikut putaran berikutnya." in creditor


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
    for name, most in (("office-cycles", 5), ("office-cycle-print", 9), ("office-cycle-csv", 8), ("office-cycle-xlsx", 8)):
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
