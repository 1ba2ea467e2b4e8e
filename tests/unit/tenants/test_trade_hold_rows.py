"""Held villages and how holds ended, page by page."""

from __future__ import annotations

from tenants import keyset, trade_hold_rows
from tests.support import factories, holding
from tests.support.factories import CIBIRU, MELATI, SUKAMAJU
from tests.support.shopping import later


def test_lists_go_on_where_the_page_before_ended(market):
    holding.hold()
    rows = [row.village_code for row in keyset.walk(lambda after: trade_hold_rows.held(after=after, limit=1))]
    assert rows == [SUKAMAJU, CIBIRU, MELATI]
    holding.release(SUKAMAJU, at=later(1), lost_orders_rupiah=1_000)
    holding.release(MELATI, at=later(2), lost_orders_rupiah=500)
    ended = list(keyset.walk(lambda after: trade_hold_rows.released(after=after, limit=1)))
    assert [(row.village_code, row.by_name, row.lost_orders_rupiah) for row in ended] == [
        (MELATI, factories.TINI.name, 500),
        (SUKAMAJU, factories.RATNA.name, 1_000),
    ]
    assert trade_hold_rows.lost_orders_rupiah() == 1_500
    assert trade_hold_rows.of_village(village_code=MELATI) is None
    assert trade_hold_rows.of_village(village_code=CIBIRU).name == "Cibiru"
