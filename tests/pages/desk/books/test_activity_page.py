"""The activity log at the desk: who did what, where and why."""

from __future__ import annotations

import pytest

from tests.support import desks, factories

pytestmark = pytest.mark.usefixtures("market")


def test_the_log_says_who_did_what_where_and_why() -> None:
    _purchase, order_id = desks.placed()
    desks.press(desks.browser(factories.SARI), desks.path("office-cancel", order_id), choice="Barangnya habis")
    auditor = desks.browser(factories.AUDITOR)

    page = desks.text(auditor.get("/federasi/jejak/", {"apa": "order.cancelled"}))
    rows = desks.spreadsheet(auditor.get("/federasi/jejak.csv", {"desa": factories.CIBIRU}))

    assert "Bu Sari" in page
    assert "Barangnya habis" in page
    assert {row[2] for row in rows[1:]} == {"Cibiru"}
    assert "Pesanan dibatalkan" in [row[3] for row in rows]
    assert len(desks.spreadsheet(auditor.get("/federasi/jejak.csv", {"desa": factories.MELATI, "apa": "order.cancelled"}))) == 1
