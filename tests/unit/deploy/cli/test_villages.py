"""`pasarsama villages` as people type it, against servers named by the environment."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings

from settlement.seals import seals
from tenants import models
from tests.support.factories import START

pytestmark = pytest.mark.slow


@pytest.fixture
def pasarsama(market, tmp_path):
    def run(*words):
        return subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-m", "deploy.cli", *words, "--data", str(tmp_path / "data")],
            env=market.environment,
            cwd=settings.ROOT,
            check=False,
            capture_output=True,
            text=True,
        )

    return run


def test_a_life_of_a_village(pasarsama, market, tmp_path):
    done = pasarsama("villages", "add", "34.02.91.2001", "Mekarsari")
    assert (done.returncode, done.stdout) == (0, "34.02.91.2001 /desa/mekarsari/ siap / ready\n"), done.stderr
    assert "sudah ada" in pasarsama("villages", "add", "34.02.91.2001", "Mekarsari").stdout
    listed = json.loads(pasarsama("villages", "list", "--json").stdout)
    assert {"code": "34.02.91.2001", "slug": "mekarsari", "name": "Mekarsari", "joint": False, "state": "active", "at_head": True} in listed
    assert pasarsama("villages", "add", "34.02.91.9001", "BUMDesma Guyub").returncode == 0
    assert "usaha bersama / joint  BUMDesma Guyub" in pasarsama("villages", "list").stdout
    assert pasarsama("villages", "suspend", "34.02.91.2001", "--reason", "libur panen").returncode == 0
    assert pasarsama("villages", "resume", "34.02.91.2001", "--reason", "sudah panen").returncode == 0
    head = seals.seal(day=START.date(), at=START + timedelta(days=1))
    assert head is not None
    kept = pasarsama("villages", "export", "34.02.91.2001", "--to", str(tmp_path / "kept"))
    assert kept.returncode == 0
    assert json.loads((tmp_path / "kept" / "isi.json").read_text(encoding="utf-8"))["seal_sha256"] == head.sha256
    assert pasarsama("seals", "check", str(tmp_path / "kept" / "bersama" / "segel.csv")).returncode == 0
    archive = ("villages", "archive", "34.02.91.2001", "--reason", "bergabung")
    for sentence in ("masih aktif", "baru saja ditutup"):
        refused = pasarsama(*archive, "--yes")
        assert (refused.returncode, sentence in refused.stderr) == (2, True), refused.stderr
        pasarsama("villages", "suspend", "34.02.91.2001", "--reason", "bergabung")
    with market.as_owner():  # two minutes later
        models.Village.objects.filter(code="34.02.91.2001").update(suspended_at=START)
    unsure = pasarsama(*archive)
    assert (unsure.returncode, "Mekarsari (34.02.91.2001), 0 barang dan 0 pesanan, diarsipkan untuk selamanya" in unsure.stderr) == (
        2,
        True,
    )
    assert models.Village.objects.get(code="34.02.91.2001").state == "suspended"
    assert pasarsama(*archive, "--yes").returncode == 0
    assert models.Village.objects.get(code="34.02.91.2001").state == "archived"
    migrated = pasarsama("villages", "migrate")
    assert (migrated.returncode, migrated.stdout.splitlines()[0]) == (0, "0 desa dimigrasi, 5 sudah terbaru, 0 gagal.")
    assert pasarsama("migrate", "--jobs", "1").stdout == migrated.stdout


def test_a_file_of_villages(pasarsama, tmp_path):
    path = tmp_path / "desa.csv"
    path.write_text("kode;nama\n34.02.91.2001;Mekarsari\n34.02.91;Kapanewon\nsalah;Salah\n", encoding="utf-8-sig")
    done = pasarsama("villages", "import", str(path))
    assert done.returncode == 1
    assert done.stdout.splitlines()[:2] == [
        f"{path}:4: “salah” bukan kode desa. Bentuknya seperti 34.02.15.2004; usaha bersama beberapa desa seperti 34.02.15.9001.",
        "1 desa dibuat, 0 sudah ada, 1 baris salah, 1 baris bukan desa.",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("villages", "add", "34.02", "Mekarsari"),
        ("villages", "add", "34.02.91.2001", "Lain", "--slug", "sukamaju"),
        ("villages", "suspend", "34.02.91.2999", "--reason", "x"),
        ("villages", "suspend", "34.02.90.2001"),
        ("villages", "export", "34.02.91.2999"),
        ("villages", "import", "/no/such/file.csv"),
        ("villages", "migrate", "--jobs", "0"),
        ("villages", "dance"),
        ("villages",),
    ],
)
def test_wrong_use_is_one_sentence_and_status_2(pasarsama, words):
    done = pasarsama(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert 0 < len(done.stderr.splitlines()) <= 2
