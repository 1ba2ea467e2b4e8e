"""Making a backup, step by step, while the market runs: written beside its place, verified, and only then given its name."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import importlib.metadata
import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from deploy.backup import base_copy, logical_copy, manifest, picture_copy, postgres_tools
from deploy.console import command_error
from deploy.embedded import database_roles, folders, postgres
from settlement.seals import seals
from tenants import newest_backup, private_files
from tenants.db import context
from tenants.schemas import migration_state

Clock = Callable[[], datetime]
_LOCK = "backup.lock"


@dataclasses.dataclass(frozen=True)
class Made:
    """A finished backup."""

    folder: Path
    manifest: manifest.Manifest
    bytes: int  # on the disk beyond what it shares with the one before


@dataclasses.dataclass(frozen=True)
class DatabaseFacts:
    """What a market's database is; `market`, the cluster's number and its own, tells it from every other, also from one of its name."""

    market: str
    version: str
    collation: str
    bytes: int
    migrations: tuple[str, ...]


def database_facts() -> DatabaseFacts:
    """The facts of the database that is connected."""
    with context.public(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier::text || '-' || oid, split_part(current_setting('server_version'), ' ', 1),"
            " pg_database_size(datname), concat_ws(' ', datlocprovider, datcollate, datcollversion)"
            " FROM pg_database, pg_control_system() WHERE datname = current_database()"
        )
        market, version, size, collation = cursor.fetchone()
    migrations = tuple(sorted(f"{app}.{name}" for app, name in migration_state.everywhere()))
    return DatabaseFacts(market=market, version=version, collation=collation, bytes=size, migrations=migrations)


def make(
    *, folder: Path, data: Path, facts: DatabaseFacts, server: postgres.Postgres | None, now: Clock, progress: manifest.Progress
) -> Made:
    """Back the market of `data` up into a new folder. Runs as the owner; with `server`, the embedded one, its own copy is taken too.

    `facts` are its database's, read just now. What a killed one left beside the folder is removed first. Another that runs at this moment
    is named, and nothing is done.

    :raises command_error.CommandError: if the folder is there already, another backup runs, the disk is full, or a copy is not sound
    """
    folder = folder.expanduser().absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise command_error.CommandError(
            f"{folder} sudah ada dan berisi; pilih nama lain untuk cadangan ini.",
            f"{folder} is there already and not empty; choose another name for this backup.",
            status=command_error.WRONG_USE,
        )
    if folder.is_symlink():
        raise command_error.CommandError(
            f"{folder} adalah tautan simbolis; sebut foldernya sendiri.",
            f"{folder} is a symbolic link; name the folder itself.",
            status=command_error.WRONG_USE,
        )
    with folders.errors_as_sentences(folder.parent):
        folder.parent.mkdir(parents=True, exist_ok=True)
    with _alone(data, folder), folders.errors_as_sentences(folder.parent):
        part = folder.with_name(f".{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        try:
            made = _fill(part=part, data=data, facts=facts, server=server, now=now, progress=progress)
            if folder.exists():
                folder.rmdir()
            for path in [*part.rglob("*"), part]:
                _to_disk(path)
            part.rename(folder)
            _to_disk(folder.parent)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        newest_backup.write(data=data, folder=folder, began_at=made.manifest.began_at)
    return dataclasses.replace(made, folder=folder)


def expected_bytes(*, facts: DatabaseFacts) -> int:
    """What a backup may take at most: the database twice, and all pictures."""
    pictures = Path(settings.MEDIA_ROOT)
    return facts.bytes * 2 + sum(path.stat().st_size for path in pictures.rglob("*.webp"))


def _fill(
    *, part: Path, data: Path, facts: DatabaseFacts, server: postgres.Postgres | None, now: Clock, progress: manifest.Progress
) -> Made:
    began_at = now()
    own = server.bin_dir if server is not None else None
    tools = postgres_tools.of_major(major=int(facts.version.split(".")[0]), own=own)
    if server is not None:
        base_copy.take(
            bin_dir=tools,
            server=server.tools_environment(database_roles.SUPERUSER, "postgres"),
            folder=part / "base",
            expected_bytes=facts.bytes,
            progress=progress,
        )
    copied = logical_copy.take(programs_folder=tools, folder=part / "logical", progress=progress)
    known = _pictures(part=part, data=data, progress=progress)
    fingerprints = _secrets(part=part, data=data)
    with private_files.create(part / "BACA-SAYA.txt") as file:
        file.write(_README.format(at=began_at.isoformat(timespec="seconds")))
    made = manifest.Manifest(
        release=importlib.metadata.version("pasarsama"),
        market=facts.market,
        migrations=facts.migrations,
        began_at=began_at,
        ended_at=now(),
        server=facts.version,
        tools=postgres_tools.version(tools),
        collation=facts.collation,
        extensions=copied.extensions,
        seal_sha256=seals.head(),
        secrets=fingerprints,
        has_base=server is not None,
        batches=copied.batches,
        files=manifest.facts(folder=part, progress=progress, known=known),
    )
    manifest.check_complete(folder=part, manifest=made)
    manifest.write(folder=part, manifest=made)
    return Made(folder=part, manifest=made, bytes=made.total_bytes - sum(kept.bytes for kept in known.values()))


def _pictures(*, part: Path, data: Path, progress: manifest.Progress) -> dict[str, manifest.FileFacts]:
    """Copy the pictures; gives what is known of those that are links to the newest backup's."""
    before = newest_backup.read(data=data)
    old: manifest.Manifest | None = None
    if before is not None:
        with contextlib.suppress(command_error.CommandError):
            old = manifest.read(folder=before.folder)
    linked = picture_copy.take(
        pictures=Path(settings.MEDIA_ROOT),
        folder=part / "pictures",
        before=before.folder / "pictures" if before is not None and old is not None else None,
        progress=progress,
    )
    names = (f"pictures/{name}" for name in linked)
    return {name: old.files[name] for name in names if old is not None and name in old.files}


def _secrets(*, part: Path, data: Path) -> dict[str, str]:
    """Copy what must be kept secret, and give a fingerprint of each: of the folder's passwords and of the key that is in force."""
    target = part / "secrets"
    target.mkdir(mode=0o700)
    kept: dict[str, str] = {}
    path = data / "secrets.json"
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
    kept["secret_key"] = settings.SECRET_KEY
    with private_files.create(target / "secrets.json") as file:
        json.dump(kept, file, indent=1)
    return {name: manifest.fingerprint(secret) for name, secret in kept.items()}


@contextlib.contextmanager
def _alone(data: Path, folder: Path) -> Iterator[None]:
    """Be the only backup of this market, and the only one that writes beside this folder: two markets may keep theirs in one place."""
    with folders.alone(data / _LOCK, about=str(folder)) as other, folders.alone_in(folder.parent) as is_alone:
        if other is not None or not is_alone:
            about = other or str(folder.parent)
            raise command_error.CommandError(
                f"Pencadangan lain sedang berjalan ({about}); tunggu sampai selesai.",
                f"Another backup is running ({about}); wait until it is done.",
            )
        yield


def _to_disk(path: Path) -> None:
    """Let a file's or folder's content outlive a power cut."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.EBADF}:  # a file system that knows no fsync of folders
            raise
    finally:
        os.close(number)


_README = """\
Cadangan pasar Pasarsama, dimulai {at}.

Memeriksa: pasarsama backup --try FOLDER. Jangan ubah isinya: isi.json menyimpan sidik jari tiap berkas.
Folder secrets/ berisi kata sandi dan kunci. Simpan terpisah: siapa pun yang membacanya bisa masuk sebagai siapa saja.
Di dalamnya ada nama, nomor HP dan alamat orang: jangan disebarkan.

---
The backup of a Pasarsama market, begun {at}.

To see whether it can be restored: pasarsama backup --try FOLDER. Leave its content as it is: isi.json has a fingerprint of every file.
The folder secrets/ holds passwords and keys. Keep it apart: whoever reads it can sign in as anybody.
Names, phone numbers and addresses of people are inside: do not give it away.
"""
