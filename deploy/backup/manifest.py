"""What a backup says of itself, and the check that its files are still what it says."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from deploy.console import command_error
from tenants import newest_backup, private_files

NAME = newest_backup.MANIFEST
FORMAT = 1

Progress = Callable[[int, int, str], None]  # bytes done, bytes in all, what


@dataclasses.dataclass(frozen=True)
class FileFacts:
    """Size and sha256 of a file."""

    bytes: int
    sha256: str


@dataclasses.dataclass(frozen=True)
class Manifest:
    """A backup's facts. `market` tells its database from every other. `began_at` is before its first copy: whatever came later may be
    missing in it. `server` and `tools` are PostgreSQL's versions; `batches` has the schemas of each logical file, `extensions` what
    they need, each with its schema; `secrets` a fingerprint of each secret that was in force."""

    market: str
    release: str
    migrations: tuple[str, ...]
    began_at: datetime
    ended_at: datetime
    server: str
    tools: str
    collation: str
    extensions: Mapping[str, str]
    seal_sha256: str | None
    secrets: Mapping[str, str]
    has_base: bool
    batches: Mapping[str, tuple[str, ...]]
    files: Mapping[str, FileFacts]

    @property
    def major(self) -> int:
        """The server's major version."""
        return int(self.server.split(".")[0])

    @property
    def total_bytes(self) -> int:
        """What all its files hold."""
        return sum(facts.bytes for facts in self.files.values())


def write(*, folder: Path, manifest: Manifest) -> None:
    """Write a backup's manifest into its folder."""
    values = {**dataclasses.asdict(manifest), "format": FORMAT}
    with private_files.create(folder / NAME) as file:
        json.dump(values, file, indent=1, ensure_ascii=False, default=datetime.isoformat)
        file.write("\n")


def read(*, folder: Path) -> Manifest:
    """The manifest of a backup.

    :raises command_error.CommandError: if the folder holds no backup, an unfinished one, or one that this release cannot read
    """
    try:
        values = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except OSError:
        raise _not_a_backup(folder) from None
    except ValueError:
        raise damaged(folder, NAME) from None
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise command_error.CommandError(
            f"{folder / NAME} ditulis oleh rilis lain (bentuk {_shown(values)}); pakai rilis itu untuk memulihkannya.",
            f"{folder / NAME} was written by another release (format {_shown(values)}); restore it with that one.",
        )
    try:
        return _manifest(values)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise damaged(folder, NAME) from None


def facts(*, folder: Path, progress: Progress, known: Mapping[str, FileFacts] | None = None) -> dict[str, FileFacts]:
    """Size and sha256 of every file below a folder but its manifest, by their paths. What is in `known` is taken from there."""
    found: dict[str, FileFacts] = {}
    known = known or {}
    paths = list(_files(folder))
    total, done = sum(path.stat().st_size for path in paths), 0
    for path in paths:
        name = path.relative_to(folder).as_posix()
        found[name] = known[name] if name in known else FileFacts(path.stat().st_size, _sha256(path))
        done += found[name].bytes
        progress(done, total, "sha256")
    return found


def check_complete(*, folder: Path, manifest: Manifest) -> None:
    """Nothing, if a backup lists every file that it says it has.

    :raises command_error.CommandError: naming the first that it lacks
    """
    needed = [f"logical/{name}" for name in manifest.batches]
    needed += ["base/base.tar.gz", "base/backup_manifest"] if manifest.has_base else []
    for name in needed:
        if name not in manifest.files:
            raise damaged(folder, name)
    if not manifest.batches:
        raise damaged(folder, "logical")


def verify(*, folder: Path, manifest: Manifest, progress: Progress, may_lack: Sequence[str] = ()) -> None:
    """Hold every file against the manifest; folders in it that `may_lack` names may be kept elsewhere.

    :raises command_error.CommandError: naming the first file that is missing, of another content, or not in the manifest
    """
    check_complete(folder=folder, manifest=manifest)
    there = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    lacks = [part for part in may_lack if not (folder / part).exists()]
    wanted = {name: kept for name, kept in manifest.files.items() if name.partition("/")[0] not in lacks}
    for name in sorted(there.keys() ^ wanted.keys()):
        raise damaged(folder, name)
    total, done = manifest.total_bytes, 0
    for name, kept in sorted(wanted.items()):
        if there[name].stat().st_size != kept.bytes or _sha256(there[name]) != kept.sha256:
            raise damaged(folder, name)
        done += kept.bytes
        progress(done, total, "sha256")


def fingerprint(secret: str) -> str:
    """What tells two secrets apart and gives none away: they are long and random."""
    return hashlib.sha256(f"pasarsama backup {secret}".encode()).hexdigest()[:16]


def damaged(folder: Path, name: str) -> command_error.CommandError:
    """The sentence for a backup with a file that is not what it was."""
    return command_error.CommandError(
        f"Cadangan {folder} rusak: {name} hilang, berlebih, atau isinya lain. Pakai cadangan yang lain.",
        f"The backup {folder} is damaged: {name} is missing, too many, or of another content. Use another backup.",
    )


def _not_a_backup(folder: Path) -> command_error.CommandError:
    return command_error.CommandError(
        f"{folder} bukan cadangan yang selesai: tidak ada {NAME} di dalamnya.",
        f"{folder} is no finished backup: there is no {NAME} in it.",
        status=command_error.WRONG_USE,
    )


def _manifest(values: dict[str, Any]) -> Manifest:
    return Manifest(
        market=str(values["market"]),
        release=str(values["release"]),
        migrations=tuple(values["migrations"]),
        began_at=datetime.fromisoformat(values["began_at"]),
        ended_at=datetime.fromisoformat(values["ended_at"]),
        server=str(values["server"]),
        tools=str(values["tools"]),
        collation=str(values["collation"]),
        extensions=dict(values["extensions"]),
        seal_sha256=values["seal_sha256"],
        secrets=dict(values["secrets"]),
        has_base=bool(values["has_base"]),
        batches={name: tuple(schemas) for name, schemas in values["batches"].items()},
        files={name: FileFacts(int(kept["bytes"]), str(kept["sha256"])) for name, kept in values["files"].items()},
    )


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != folder / NAME:
            yield path


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _shown(values: Any) -> str:
    return str(values.get("format", "?"))[:20] if isinstance(values, dict) else "?"
