"""A folder that looks like a backup: its files hold nothing, its manifest is sound."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.backup import manifest
from deploy.embedded import programs

SECRETS = {"secret_key": "a key of the backup", "postgres": "a password"}
MADE_AT = datetime(2026, 11, 29, 19, 0, tzinfo=UTC)
Make = Callable[..., Path]


def _silently(done: int, total: int, what: str) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def make_folder(tmp_path: Path) -> Make:
    """Make one; words change its manifest."""

    def make(**changes: Any) -> Path:
        folder = tmp_path / "backup"
        contents = {
            "logical/000.dump": "tables",
            "base/base.tar.gz": "files",
            "base/backup_manifest": json.dumps({"Files": [{"Size": 5}]}),
            "secrets/secrets.json": json.dumps(SECRETS),
            "pictures/34.02/one-320.webp": "picture",
        }
        for name, content in contents.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content)
        server = f"{programs.postgres_major()}.1"
        made = manifest.Manifest(
            market="1-1",
            release="1",
            migrations=("tenants.0001_initial",),
            began_at=MADE_AT,
            ended_at=MADE_AT,
            server=server,
            tools=f"pg_dump (PostgreSQL) {server}",
            collation="",
            extensions={},
            seal_sha256=None,
            secrets={name: manifest.fingerprint(value) for name, value in SECRETS.items()},
            has_base=True,
            batches={"000.dump": ("public",)},
            files=manifest.facts(folder=folder, progress=_silently),
        )
        manifest.write(folder=folder, manifest=dataclasses.replace(made, **changes))
        return folder

    return make
