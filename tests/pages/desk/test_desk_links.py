"""Every link of the desk leads somewhere: pages, tables and bank files, for each of the federation's people."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from django.http import StreamingHttpResponse

from settlement.payments import bank_files, payouts
from tenants.acts import Act
from tests.support import desks, factories, page_text
from tests.support.settlement import bank_days, rounds

pytestmark = pytest.mark.usefixtures("market")
HOME = "/federasi/"
# What the walk must come by, so that it cannot pass by seeing nothing.
PLACES = {
    f"{HOME}{name}"
    for name in ("putaran/1/uang/", "putaran/1/cocok/", "putaran/1/pembayaran.csv", "putaran.csv", "rekening-koran/", "rekening-bank/F/")
} | {f"{HOME}{name}" for name in ("sisa/", "neraca/", "neraca.csv", "segel/", "posisi/", "batas/", "anggota.csv", "perputaran.csv")}
AUDITORS_ONLY = {f"{HOME}{name}" for name in ("jurnal/", "jejak/", "rekening/agent-cash/", "jejak.csv")}


@pytest.fixture
def settled() -> None:
    """A cycle that collects: money came in, went into a bank file and is planned in cash; nobody knows whose a line is."""
    rounds.worked_example()
    rounds.bank_accounts(rounds.B)
    rounds.collecting()
    bank_days.read(("TRSF PS0001-3402902001", 20_600), ("SETORAN", 5_000))
    payouts.plan(number=1, act=Act(by=rounds.MAKER, at=rounds.T0))
    bank_files.make(number=1, act=Act(by=rounds.MAKER, at=rounds.T0))


@pytest.mark.parametrize("person", [factories.OPERATOR, factories.APPROVER, factories.AUDITOR], ids=lambda person: person.role)
def test_every_link_of_every_page_leads_somewhere(settled: None, person: factories.Person) -> None:
    client = desks.browser(person)
    found, todo, dead = {HOME: ""}, [HOME], []
    while todo:
        url = todo.pop()
        answer = client.get(url)
        if answer.status_code not in (200, 302, 303):
            dead.append((answer.status_code, url, found[url]))
        if isinstance(answer, StreamingHttpResponse):
            assert b"".join(answer), url
        elif answer.status_code == 200 and url.startswith(HOME) and answer["Content-Type"].startswith("text/html"):
            for link in page_text.read(answer).links:
                there = urljoin(url, link).partition("#")[0]
                if there.startswith("/") and there not in found:
                    found[there] = url
                    todo.append(there)

    assert dead == []
    assert {url.partition("?")[0] for url in found} >= PLACES | (AUDITORS_ONLY if person == factories.AUDITOR else set())
    assert len([url for url in found if url.endswith(".xml")]) == 1
