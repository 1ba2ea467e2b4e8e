"""Where each village stands, as the ledger has it, at the desk."""

from __future__ import annotations

import pytest

from settlement.ledger import limits, positions
from tenants import acts
from tests.support import desks, factories, shopping

pytestmark = pytest.mark.usefixtures("market")


def test_positions_on_the_page_are_those_of_the_ledger() -> None:
    desks.sold(price_rupiah=1_000_000)
    rows = desks.spreadsheet(desks.browser(factories.APPROVER).get("/federasi/posisi.csv"))

    nets = {row[0]: int(row[6]) for row in rows[1:]}

    assert nets == {row.village_code: row.net_rupiah for row in positions.all_()}
    assert nets[factories.SUKAMAJU] == -3_000_000


def test_the_village_nearest_to_its_limit_is_named() -> None:
    desks.sold(price_rupiah=1_000_000)
    limits.set_limit(village_code=factories.SUKAMAJU, limit_rupiah=3_100_000, act=acts.by_command_line(at=shopping.NOON, reason="uji"))

    assert "Paling dekat batasnya: Sukamaju, 96,8 %." in desks.text(desks.browser(factories.OPERATOR).get("/federasi/posisi/"))
