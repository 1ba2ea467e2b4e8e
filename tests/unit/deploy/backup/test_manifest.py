"""What a backup says of itself, and that every change of its files is seen."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.backup import manifest
from deploy.console import command_error


def silently(done: int, total: int, what: str) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    (tmp_path / "logical").mkdir()
    (tmp_path / "logical" / "000.dump").write_bytes(b"rows")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.webp").write_bytes(b"picture")
    at = datetime(2026, 7, 1, 2, tzinfo=UTC)
    written = manifest.Manifest(
        market="7-1",
        release="0.1.0",
        migrations=("tenants.0001_initial",),
        began_at=at,
        ended_at=at,
        server="18.1",
        tools="pg_dump (PostgreSQL) 18.1",
        collation="b C 1",
        extensions={"unaccent": "public"},
        seal_sha256=None,
        secrets={"secret_key": manifest.fingerprint("secret")},
        has_base=False,
        batches={"000.dump": ("public",)},
        files=manifest.facts(folder=tmp_path, progress=silently),
    )
    manifest.write(folder=tmp_path, manifest=written)
    assert manifest.read(folder=tmp_path) == written
    return tmp_path


def check(folder: Path) -> None:
    manifest.verify(folder=folder, manifest=manifest.read(folder=folder), progress=silently)


def test_a_backup_that_nobody_touched_is_whole(backup: Path) -> None:
    check(backup)
    assert manifest.read(folder=backup).major == 18
    assert manifest.read(folder=backup).total_bytes == len(b"rows") + len(b"picture")


@pytest.mark.parametrize(
    ("name", "content"),
    [("logical/000.dump", b"rowz"), ("logical/000.dump", b"row"), ("pictures/a.webp", None), ("pictures/b.webp", b"more")],
    ids=["changed", "cut", "missing", "too many"],
)
def test_every_change_is_seen_and_named(backup: Path, name: str, content: bytes | None) -> None:
    if content is None:
        (backup / name).unlink()
    else:
        (backup / name).write_bytes(content)

    with pytest.raises(command_error.CommandError, match=name):
        check(backup)


def test_a_folder_without_a_manifest_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(command_error.CommandError, match="no finished backup"):
        manifest.read(folder=tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}', '{"format": 1}', '{"format": 1, "batches": 5}'])
def test_a_manifest_that_cannot_be_read_is_a_sentence(backup: Path, text: str) -> None:
    (backup / manifest.NAME).write_text(text, encoding="utf-8")

    with pytest.raises(command_error.CommandError):
        manifest.read(folder=backup)


def test_what_is_known_already_is_not_read_again(backup: Path) -> None:
    known = {"pictures/a.webp": manifest.FileFacts(7, "known")}

    assert manifest.facts(folder=backup, progress=silently, known=known)["pictures/a.webp"].sha256 == "known"


def test_secrets_are_told_apart_and_not_given_away(backup: Path) -> None:
    assert manifest.fingerprint("secret") != manifest.fingerprint("secrets")
    assert "secret" not in json.loads((backup / manifest.NAME).read_text())["secrets"].values()


@pytest.mark.parametrize("name", ["logical/000.dump", "base/base.tar.gz"])
def test_what_lacks_a_database_is_no_backup(backup: Path, name: str) -> None:
    kept = manifest.read(folder=backup)
    files = {one: facts for one, facts in kept.files.items() if one != name}

    with pytest.raises(command_error.CommandError, match=name):
        manifest.check_complete(folder=backup, manifest=dataclasses.replace(kept, files=files, has_base=name.startswith("base")))


def test_a_backup_of_no_schema_is_none(backup: Path) -> None:
    with pytest.raises(command_error.CommandError):
        manifest.check_complete(folder=backup, manifest=dataclasses.replace(manifest.read(folder=backup), batches={}))
