"""The desk's list of members, with a search, and as a table."""

from __future__ import annotations

import pytest

from tests.support import desks, factories

pytestmark = pytest.mark.usefixtures("market")


def test_the_list_names_each_village_with_its_state() -> None:
    operator = desks.browser(factories.OPERATOR)

    said = desks.text(operator.get("/federasi/anggota/"))

    for name in factories.VILLAGES.values():
        assert name in said
    assert "Aktif" in said
    assert "Cibiru" not in desks.text(operator.get("/federasi/anggota/", {"q": "melati"}))
    assert [row[1] for row in desks.spreadsheet(operator.get("/federasi/anggota.csv"))[1:]] == list(factories.VILLAGES.values())
