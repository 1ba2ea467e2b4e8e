"""What a village's folder is held against before anything of it is read."""

from __future__ import annotations

import json
import shutil

import pytest

from tenants import acts
from tenants.schemas import export_village, village_folder
from tests.support.factories import CIBIRU, START


@pytest.fixture
def folder(market, tmp_path):
    with market.as_owner():
        return export_village.export(code=CIBIRU, folder=tmp_path / "cibiru", act=acts.by_command_line(at=START)).folder


def _change(folder, **values):
    path = folder / "isi.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **values}), encoding="utf-8")


def test_it_says_whose_it_is_and_of_when(folder):
    kept = village_folder.read(folder=folder)
    assert (kept.code, kept.name, kept.joined_at, kept.exported_at) == (CIBIRU, "Cibiru", START, START)
    assert ("marketplace", "0001_initial") in kept.migrations
    assert kept.tables["marketplace_shop"][0] == "id"


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda folder: (folder / "tabel" / "marketplace_shop.copy").write_text("1\n"), "tabel/marketplace_shop.copy"),
        (lambda folder: (folder / "tabel" / "marketplace_shop.copy").unlink(), "tabel/marketplace_shop.copy"),
        (lambda folder: (folder / "tabel" / "more.copy").write_text("1\n"), "tabel/more.copy"),
        (lambda folder: (folder / "gambar" / "link.webp").symlink_to("/etc/passwd"), "gambar/link.webp"),
        (lambda folder: (folder / "isi.json").write_text("{"), "isi.json"),
        (lambda folder: _change(folder, tables={"marketplace_shop": 7}), "isi.json"),
        (lambda folder: _change(folder, village="x", code="../../etc"), "isi.json"),
        (lambda folder: _change(folder, tables={"auth_user": ["id"]}), "tabel/auth_user.copy"),
    ],
)
def test_what_is_not_as_it_was_is_named(folder, damage, named):
    damage(folder)
    with pytest.raises(village_folder.VillageFolderDamaged, match=named):
        village_folder.read(folder=folder)


def test_other_folders_are_refused(folder, tmp_path):
    with pytest.raises(village_folder.NoVillageFolder):
        village_folder.read(folder=tmp_path / "nothing")
    shutil.copytree(folder, tmp_path / "older")
    _change(tmp_path / "older", format=1)
    with pytest.raises(village_folder.VillageFolderOfOtherRelease):
        village_folder.read(folder=tmp_path / "older")
    _change(folder, migrations=[["marketplace", "0001_initial"], ["marketplace", "0099_of_tomorrow"]])
    with pytest.raises(village_folder.VillageFolderOfOtherRelease, match=r"marketplace\.0099_of_tomorrow"):
        village_folder.read(folder=folder)
