"""The desk's page of what is not explained of a cycle's money, each with what to do about it."""

from __future__ import annotations

from tests.support import desks, factories
from tests.support.statement_desk import HOLD, PAY_IN, decide, line, upload

PATH = "/federasi/putaran/1/cocok/"


def test_it_says_what_is_not_explained(collecting) -> None:
    upload((PAY_IN, 20_600), ("SETORAN", 5_000), ("TITIPAN", 3_000))
    decide(HOLD, line(3_000))
    auditor = desks.browser(factories.AUDITOR)

    said = desks.text(auditor.get(PATH))

    assert "belum cocok. Putaran baru selesai kalau semuanya nol." in said
    assert "Terkumpul, belum sampai di yang berpiutang Rp 20.600" in said
    assert "Baris rekening koran yang belum diputuskan 1" in said
    assert "Uang yang belum jelas milik siapa" in said
    assert "Pencocokan dimulai sesudah" in desks.text(auditor.get("/federasi/putaran/2/cocok/"))
    assert auditor.get("/federasi/putaran/9/cocok/").status_code == 404
    assert desks.browser(factories.TINI).get(PATH).status_code == 404
