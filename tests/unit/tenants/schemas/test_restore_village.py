"""A village brought back from its export: exactly, at once, and with the damaged tables kept and closed."""

from __future__ import annotations

import json

import psycopg2.errors
import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.test import override_settings

from marketplace.models import Consignor, Product, Shop
from tenants import acts, codes, models, villages
from tenants.db import context, privileges
from tenants.schemas import export_village, restore_village, village_folder
from tests.support import databases, factories, servers, shopping
from tests.support.factories import CIBIRU, MELATI, START
from tests.support.tenants import catalogues

SCHEMA = codes.schema_of(CIBIRU)
LATER = shopping.later(600)
ASIDE = f"damaged_3402902002_{LATER:%Y%m%d%H%M%S}"


def _silently(done, total, what):
    pass


@pytest.fixture
def folder(market, tmp_path):
    """The export of a village with goods whose names hold all that a copy could stumble over."""
    shopping.product(CIBIRU, name='Keripik; "renyah"\\N\\.', stock=7, description="a\tb\n\\.\nc")
    with market.as_owner():
        return export_village.export(code=CIBIRU, folder=tmp_path / "cibiru", act=acts.by_command_line(at=START)).folder


def _restore(market, folder):
    with market.as_owner():
        return restore_village.restore(folder=folder, act=acts.by_command_line(at=LATER), now=lambda: LATER, progress=_silently)


def _rows():
    with context.inside(CIBIRU):
        return [list(rows.objects.order_by("pk").values()) for rows in (Shop, Consignor, Product)]


def _schemas():
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^(v|damaged|restoring)_' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def test_a_lost_village_is_back_exactly(market, folder):
    rows, tables = _rows(), catalogues.known(SCHEMA)
    with market.as_owner(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    result = _restore(market, folder)
    assert _rows() == rows
    assert catalogues.known(SCHEMA) == tables
    assert (result.put_aside, result.newcomer) == ("", False)
    assert privileges.deviations() == []
    assert models.Village.objects.get(code=CIBIRU).held_since == START  # until its manager has counted
    assert not models.Village.objects.exclude(code=CIBIRU).exclude(held_since=None).exists()
    entry = models.ActivityEntry.objects.get(action="village.restored")
    assert (entry.subject_id, entry.detail["to_count"]) == (CIBIRU, 1)


def test_a_damaged_one_is_put_aside_and_nobody_but_the_owner_reads_it(market, folder):
    with market.as_owner(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {SCHEMA}.marketplace_product SET name = 'rusak'")  # noqa: S608 - our own words
    assert _restore(market, folder).put_aside == ASIDE
    assert _rows()[2][0]["name"] == 'Keripik; "renyah"\\N\\.'
    with pytest.raises(DatabaseError) as refused, connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM {ASIDE}.marketplace_product")  # noqa: S608 - our own words
    assert isinstance(refused.value.__cause__, psycopg2.errors.InsufficientPrivilege)
    with market.as_owner(), connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM {ASIDE}.marketplace_product")  # noqa: S608 - our own words
        assert cursor.fetchone() == ("rusak",)


def test_what_stops_on_the_way_leaves_the_village_as_it_was(market, folder, monkeypatch):
    rows, schemas = _rows(), _schemas()

    def die(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(restore_village.activity_log, "record", die)  # the last step but the commit
        with pytest.raises(KeyboardInterrupt):
            _restore(market, folder)
    assert _rows() == rows
    assert set(_schemas()) - set(schemas) == {"restoring_3402902002"}
    _restore(market, folder)
    assert set(_schemas()) - set(schemas) == {ASIDE}


def test_tables_or_columns_that_the_village_does_not_have_are_refused(market, folder):
    path = folder / "isi.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for table, names in (("marketplace_shop", ["id", "about"]), ("marketplace_shop", [*manifest["tables"]["marketplace_shop"], "x"])):
        path.write_text(json.dumps({**manifest, "tables": {**manifest["tables"], table: names}}), encoding="utf-8")
        with pytest.raises(village_folder.VillageFolderDamaged, match="marketplace_shop"):
            _restore(market, folder)
    assert not [name for name in _schemas() if name.startswith("damaged")]


@override_settings()
def test_pictures_that_are_lost_come_back(market, folder, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    names = [f"{'0a' * 16}-320.webp", f"{'0b' * 16}-320.webp"]
    (folder / "gambar" / names[0]).write_bytes(b"lost")
    (folder / "gambar" / names[1]).write_bytes(b"old")
    (folder / "gambar" / "surat.webp").write_bytes(b"no picture of ours")
    village_folder.write(folder=folder, of=_reread(folder))
    (tmp_path / "media" / CIBIRU).mkdir(parents=True)
    (tmp_path / "media" / CIBIRU / names[1]).write_bytes(b"there")
    assert _restore(market, folder).pictures == 1
    assert {path.name: path.read_bytes() for path in (tmp_path / "media" / CIBIRU).iterdir()} == {names[0]: b"lost", names[1]: b"there"}


def _reread(folder):
    return village_folder._facts(json.loads((folder / "isi.json").read_text(encoding="utf-8")))


def test_a_village_of_another_federation_comes_with_its_goods_alone(market, folder, template):
    shopping.buy({product_id: 2 for product_id in _goods()})
    with market.as_owner():
        full = export_village.export(code=CIBIRU, folder=folder.with_name("full"), act=acts.by_command_line(at=START)).folder
    with databases.lent(template=template) as elsewhere:
        villages.forget()
        with servers.as_owner(elsewhere.name):
            models.Village.objects.filter(code=CIBIRU).update(created_at=LATER)  # another membership, nothing sold there yet
            result = restore_village.restore(folder=full, act=acts.by_command_line(at=LATER), now=lambda: LATER, progress=_silently)
            assert result.newcomer
            with context.inside(CIBIRU):
                [product] = Product.objects.all()
                assert (product.on_hand, product.reserved) == (7, 0)
            with pytest.raises(restore_village.OtherVillage):
                restore_village.restore(
                    folder=full, act=acts.by_command_line(at=LATER), now=lambda: shopping.later(700), progress=_silently
                )
    villages.forget()


def _goods():
    with context.inside(CIBIRU):
        return list(Product.objects.values_list("id", flat=True))


def test_an_archived_village_stays_closed(market, folder):
    with market.as_owner():
        models.Village.objects.filter(code=CIBIRU).update(state="archived")
        privileges.close(schema=SCHEMA)
        villages.forget()
    _restore(market, folder)
    assert privileges.deviations() == []
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {SCHEMA}.marketplace_shop SET about = 'x'")  # noqa: S608 - our own words


def test_others_are_not_touched(market, folder):
    shopping.product(MELATI)
    with context.inside(MELATI):
        before = list(Product.objects.values())
    _restore(market, folder)
    with context.inside(MELATI):
        assert list(Product.objects.values()) == before
    assert factories.VILLAGES.keys() == set(models.Village.objects.values_list("code", flat=True))
