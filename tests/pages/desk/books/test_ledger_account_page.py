"""One account of the books at the desk, with its balances."""

from __future__ import annotations

import pytest

from tests.support import desks, factories

pytestmark = pytest.mark.usefixtures("market")
DAY = {"dari": "2026-06-10", "sampai": "2026-06-10"}


def test_a_statement_opens_where_the_day_before_closed() -> None:
    desks.sold(price_rupiah=100_000)
    desks.sold(price_rupiah=50_000, minutes=24 * 60)
    auditor = desks.browser(factories.AUDITOR)
    url = f"/federasi/rekening/clearing:{factories.SUKAMAJU}"

    first = desks.spreadsheet(auditor.get(f"{url}.csv", DAY))
    second = desks.spreadsheet(auditor.get(f"{url}.csv", {"dari": "2026-06-11", "sampai": "2026-06-11"}))
    page = desks.text(auditor.get(f"{url}/", {"dari": "2026-06-11", "sampai": "2026-06-11"}))

    assert first[1][-1] == "0"
    assert first[-1][-1] == second[1][-1] == "-300000"
    assert second[-1][-1] == "-450000"
    assert "Saldo awal −Rp 300.000, saldo akhir −Rp 450.000" in page


def test_an_account_that_is_not_there_is_404() -> None:
    assert desks.browser(factories.AUDITOR).get("/federasi/rekening/clearing:99/").status_code == 404
