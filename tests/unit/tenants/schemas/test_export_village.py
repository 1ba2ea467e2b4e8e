"""One village in a folder that a person can keep, restored from it, and nothing of another village in it."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import stat
import uuid

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import override_settings

from marketplace.models import Consignor, Product, Shop
from tenants import acts, models, villages
from tenants.db import context
from tenants.people import memberships
from tenants.schemas import export_village
from tests.support import factories
from tests.support.factories import CIBIRU, MELATI, START


@pytest.fixture
def stocked(market):
    for code, name in factories.VILLAGES.items():
        with context.inside(code):
            Shop.objects.update(about=f"canary of {name}")
            consignor = Consignor.objects.create(name=f"=cmd|'{name}'", kind="umkm", margin_rupiah=500)
            Product.objects.create(
                consignor=consignor, name=f"Keripik {name}; \"renyah\"\n\\N", unit="-5", price_rupiah=12_000, category="snack",
                description="+6281290010001", created_at=START, updated_at=START,
            )  # fmt: skip
    return market


def _rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _export(market, folder, code=CIBIRU):
    with market.as_owner():
        return export_village.export(code=code, folder=folder, act=acts.by_command_line(at=START))


def test_it_is_for_its_owner_alone_whatever_the_umask_says(market, tmp_path):
    former = os.umask(0)
    try:
        result = _export(market, tmp_path / "baru" / "cibiru")
    finally:
        os.umask(former)
    everything = [result.folder, *result.folder.rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in everything if path.is_dir()} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in everything if path.is_file()} == {0o600}


def test_everything_of_the_village_and_nothing_of_another(stocked, tmp_path):
    result = _export(stocked, tmp_path / "cibiru")
    text = "".join(path.read_text(encoding="utf-8") for path in result.folder.rglob("*") if path.is_file())
    assert "canary of Cibiru" in text
    assert "canary of Melati" not in text
    assert "canary of Sukamaju" not in text
    assert factories.TINI.phone not in text
    assert "argon2" not in text
    assert {row["name"] for row in _rows(result.folder / "bersama" / "petugas.csv")} == {"Bu Sari", "Pak Asep"}
    assert result.rows["desa/marketplace_product"] == 1
    manifest = json.loads((result.folder / "isi.json").read_text(encoding="utf-8"))
    assert manifest["code"] == CIBIRU
    for name, digest in manifest["sha256"].items():
        assert hashlib.sha256((result.folder / name).read_bytes()).hexdigest() == digest
    assert "Cibiru" in (result.folder / "BACA-SAYA.txt").read_text(encoding="utf-8")
    assert models.ActivityEntry.objects.get(action="village.exported").by is None


def test_no_cell_acts_as_a_formula(stocked, tmp_path):
    folder = _export(stocked, tmp_path / "cibiru").folder
    (consignor,) = _rows(folder / "desa" / "marketplace_consignor.csv")
    (product,) = _rows(folder / "desa" / "marketplace_product.csv")
    assert consignor["name"] == "'=cmd|'Cibiru'"
    assert (product["unit"], product["description"]) == ("-5", "+6281290010001")  # numbers are no formulas
    assert product["name"] == 'Keripik Cibiru; "renyah"\n\\N'


@override_settings()
def test_the_pictures_come_along(stocked, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    for village in (CIBIRU, MELATI):
        folder = tmp_path / "media" / village
        folder.mkdir(parents=True)
        (folder / f"{village[-4:] * 8}-320.webp").write_bytes(village.encode())
    folder = _export(stocked, tmp_path / "cibiru").folder
    assert [path.read_text() for path in (folder / "gambar").iterdir()] == [CIBIRU]


def test_every_tables_share_can_be_asked_for(market):
    found = {name: query for config in apps.get_app_configs() for name, query in getattr(config, "village_exports", {}).items()}
    assert {"desa", "petugas", "jejak"} <= found.keys()
    with connection.cursor() as cursor:
        for query in found.values():
            assert "%(village)s" in query
            cursor.execute(query, {"village": MELATI})


def test_a_folder_with_something_in_it_is_refused(market, tmp_path):
    (tmp_path / "there").write_text("x")
    for folder in (tmp_path, tmp_path / "there"):
        with pytest.raises(export_village.FolderNotEmpty):
            _export(market, folder)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert _export(market, empty).folder == empty
    with pytest.raises(villages.UnknownVillage):
        _export(market, tmp_path / "new", code="34.02.90.2999")


def test_what_broke_off_is_not_taken_for_an_export(market, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(export_village, "_csv", fail)
        with pytest.raises(OSError, match="No space"):
            _export(market, tmp_path / "cibiru")
    assert not (tmp_path / "cibiru").exists()
    memberships.grant(
        user_id=uuid.UUID(str(factories.WULAN.id)),
        village_code=CIBIRU,
        role="service",
        since_on=START.date(),
        act=acts.by_command_line(at=START),
    )
    assert _export(market, tmp_path / "cibiru").rows["bersama/petugas"] == 3
