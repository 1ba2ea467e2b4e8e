"""A village's row as requests see it."""

from __future__ import annotations

from tenants import models, village_rows
from tests.support import factories, holding


def test_a_village_has_its_area_and_since_when_it_is_held(market):
    with market.as_owner():
        models.Area.objects.bulk_create([models.Area(code="34.02.90", name="Kecamatan"), models.Area(code="34.02", name="Kabupaten")])
    holding.hold()
    rows = village_rows.read(models.Village.objects.filter(code=factories.CIBIRU))
    assert [(row.code, row.area, row.held_since) for row in rows] == [(factories.CIBIRU, "Kecamatan, Kabupaten", holding.BACKUP_AT)]


def test_one_without_a_schema_is_left_out(market):
    models.Village.objects.filter(code=factories.MELATI).update(state="created")
    assert len(village_rows.read(models.Village.objects.all())) == 2
