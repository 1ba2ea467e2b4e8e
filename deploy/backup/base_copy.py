"""PostgreSQL's own copy of a whole running cluster (pg_basebackup), and the check that it is sound (pg_verifybackup).

It takes no lock on any table and is the quickest to restore, but only a server of the same major version reads it. It is taken as the
superuser over the folder's own socket, so only for embedded servers and only by whoever may read the folder's secrets.
"""

from __future__ import annotations

import contextlib
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg2

from deploy.backup import manifest, postgres_tools
from deploy.console import command_error

# The least effort: halves the size, and on two cores takes no longer than writing the whole.
_COMPRESSION = "client-gzip:1"
_DATA_ONLY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # Python 3.11.4 or newer
_OTHER_COLLATION = (
    "SELECT datcollversion IS DISTINCT FROM pg_database_collation_actual_version(oid) FROM pg_database WHERE datname = current_database()"
)
_CLUSTER, _WAL = "base.tar.gz", "pg_wal.tar.gz"


def take(*, bin_dir: Path, server: Mapping[str, str], folder: Path, expected_bytes: int, progress: manifest.Progress) -> None:
    """Copy the cluster into a new folder, with the write-ahead log that makes it whole.

    `server` has libpq's variables of the superuser; `expected_bytes` is what the cluster holds, for the progress.

    :raises command_error.CommandError: if it fails, or if what was written is not what the server sent
    """

    def watch() -> None:
        there = sum(path.stat().st_size for path in folder.glob("*")) if folder.exists() else 0
        progress(min(there * 2, expected_bytes), expected_bytes, "base")  # about half of it is left after compression

    command = [str(bin_dir / "pg_basebackup"), "--pgdata", str(folder), "--format", "tar", "--compress", _COMPRESSION]
    command += ["--wal-method", "stream", "--checkpoint", "fast", "--manifest-checksums", "SHA256", "--no-password"]
    postgres_tools.run(command=command, environment=server, about=folder, watch=watch)
    for path in folder.iterdir():
        path.chmod(0o600)
    verify(bin_dir=bin_dir, folder=folder)


def verify(*, bin_dir: Path, folder: Path) -> None:
    """Hold the copy against PostgreSQL's own list of its files.

    :raises command_error.CommandError: if it differs
    """
    # The log of a tar copy cannot be read in place; it is read when the copy is unpacked.
    postgres_tools.run(command=[str(bin_dir / "pg_verifybackup"), "--no-parse-wal", str(folder)], environment={}, about=folder)


def unpack(*, bin_dir: Path, folder: Path, cluster: Path) -> None:
    """Make the cluster's folder from a copy, and check it with its log. Nothing is started.

    :raises command_error.CommandError: if the copy is not sound, or the disk is full
    """
    cluster.mkdir(mode=0o700)
    for name, target in ((_CLUSTER, cluster), (_WAL, cluster / "pg_wal")):
        try:
            with tarfile.open(folder / name, "r:gz") as archive:
                archive.extractall(target, members=_plain(archive), **_DATA_ONLY)  # noqa: S202 - looked at one by one
        except (tarfile.TarError, EOFError) as error:
            raise command_error.CommandError(
                f"Salinan {folder / name} tidak terbaca: {error}", f"The copy {folder / name} cannot be read: {error}"
            ) from None
    shutil.copyfile(folder / "backup_manifest", cluster / "backup_manifest")
    postgres_tools.run(command=[str(bin_dir / "pg_verifybackup"), str(cluster)], environment={}, about=cluster)


def _plain(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """The files and folders of an archive.

    :raises tarfile.TarError: if something else is in it, or leads out of it: PostgreSQL wrote none such
    """
    for member in archive:
        if not (member.isreg() or member.isdir()) or member.name.startswith("/") or ".." in Path(member.name).parts:
            raise tarfile.TarError(member.name)
        yield member


def renew_collation(*, bin_dir: Path, server: Mapping[str, str]) -> None:
    """Build every index of a started copy again where this machine sorts by another version of its collation than the copy was made with.

    `server` has libpq's variables of the superuser. PostgreSQL's own collations (builtin) have one version, so nothing happens there.

    :raises command_error.CommandError: if an index cannot be built: rows that were one are two here
    """
    database = server["PGDATABASE"]
    connection = psycopg2.connect(user=server["PGUSER"], password=server["PGPASSWORD"], host=server["PGHOST"], dbname=database)
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(_OTHER_COLLATION)
        is_other = bool(cursor.fetchone()[0])
    if is_other:
        postgres_tools.run(command=[str(bin_dir / "reindexdb"), "--dbname", database], environment=server, about=bin_dir)
        renew = f'ALTER DATABASE "{database}" REFRESH COLLATION VERSION'
        postgres_tools.run(command=[str(bin_dir / "psql"), "--no-psqlrc", "--command", renew], environment=server, about=bin_dir)


def check_indexes(*, bin_dir: Path, server: Mapping[str, str]) -> None:
    """Look through every index of a started copy: another C library than where it was made sorts otherwise, and rows would not be found.

    `server` has libpq's variables of the superuser. What the check needs is put into the database (the extension amcheck).

    :raises command_error.CommandError: if an index does not agree with its table
    """
    command = [
        str(bin_dir / "pg_amcheck"),
        "--install-missing",
        "--checkunique",
        "--no-dependent-toast",
        "--database",
        server["PGDATABASE"],
    ]
    postgres_tools.run(command=command, environment=server, about=bin_dir)
