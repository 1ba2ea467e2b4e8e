"""The desk's list of settlement cycles: what each came to and what is next, further pages, the table."""

from __future__ import annotations

import re

import pytest

from settlement.cycles import approving, cutoff
from tenants.acts import Act
from tests.support import desks, factories, page_text
from tests.support.settlement import rounds

pytestmark = pytest.mark.usefixtures("market")
PATH = "/federasi/putaran/"
STATEMENTS_MAX = 6


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of day at the desk."""
    monkeypatch.setattr("federation.pages.desk.settlement.cycles_page.timezone.now", lambda: rounds.T0)


def text(path: str) -> str:
    return desks.text(desks.browser(factories.AUDITOR).get(path))


def test_the_list_says_what_each_cycle_came_to_and_what_is_next() -> None:
    rounds.worked_example()
    rounds.collecting(collection_days=7)

    said = text(PATH)

    assert "2 Sedang berjalan – – – – – Belanja dicatat di sini." in said
    assert "1 Menagih pembayaran 01/07/2026 10.00 Rp 240.000 Rp 176.400 73,5 % Rp 0 Rp 41.200 1 desa belum membayar Rp 41.200" in said
    assert "paling lambat 08/07/2026 10.00" in said


def test_the_table_holds_every_rupiah() -> None:
    rounds.worked_example()
    rounds.collecting()

    newest, oldest = desks.spreadsheet(desks.browser(factories.APPROVER).get("/federasi/putaran.csv"))[1:]

    assert newest[:2] == ["2", "Sedang berjalan"]
    assert oldest[:2] == ["1", "Menagih pembayaran"]
    assert oldest[7:] == ["240000", "0", "176400", "22400", "0", "41200", "0", "0"]


def test_older_cycles_are_on_further_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("settlement.reports.cycle_overview.PAGE_CYCLES", 2)
    for number in (1, 2, 3):
        cutoff.cut_off(number=number, objection_days=1, collection_days=1, act=Act(by=rounds.MAKER, at=rounds.T0))
        approving.abort(number=number, act=Act(by=rounds.MAKER, at=rounds.T0, reason="uji"))
    auditor, url, pages = desks.browser(factories.AUDITOR), PATH, []

    while url:
        page = page_text.read(auditor.get(url))
        pages += [[int(found[1]) for link in page.links if (found := re.fullmatch(r"/federasi/putaran/(\d+)/", link))]]
        url = next((PATH + link for link in page.links if link.startswith("?sesudah")), "")

    assert pages == [[4, 3], [2, 1]]


def test_a_place_in_the_list_that_cannot_be_read_is_the_newest() -> None:
    for wrong in ("x", "0", "-1", str(2**31), str(10**30)):
        assert "Putaran 1, sedang berjalan" in text(f"{PATH}?sesudah={wrong}")


def test_cycles_are_for_the_federations_people_alone() -> None:
    answers = {factories.RATNA: 404, factories.TINI: 404, factories.WULAN: 404}
    answers |= {factories.OPERATOR: 200, factories.APPROVER: 200, factories.AUDITOR: 200}
    for person, status in answers.items():
        client = desks.browser(person)
        for path in ("putaran/", "putaran.csv", "putaran/1/", "putaran/1/pihak.csv"):
            assert client.get(f"/federasi/{path}").status_code == status, (person, path)


def test_what_the_list_costs_does_not_grow(market) -> None:
    for number in range(1, 12):
        market.add_village(code=f"34.02.91.20{number:02}", name=f"Desa {number}")
        rounds.trade(f"34.02.91.20{number:02}", rounds.B, 10_000)
    rounds.worked_example()
    rounds.collecting(number=1)
    for client in (desks.browser(factories.OPERATOR), desks.browser(factories.APPROVER)):
        client.get(PATH)
        with page_text.Statements() as listed:
            client.get(PATH)
        assert len(listed.said) <= STATEMENTS_MAX, listed.said
