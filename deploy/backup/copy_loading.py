"""Bringing a copy of a backup into a server, and our own commands on the market that it becomes: what a trial and a restore share."""

from __future__ import annotations

import enum
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from deploy.backup import base_copy, logical_restore, manifest
from deploy.console import command_error
from deploy.embedded import database_roles, folders, postgres, programs

BASE, LOGICAL, PICTURES = "base", "logical", "pictures"  # folders of a backup
SECRETS = Path("secrets") / "secrets.json"
_OUTSIDE = ("DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL")


class Copy(enum.Enum):
    """Which of a backup's two copies of the database."""

    BASE = "base"
    LOGICAL = "logical"


def usable(*, of: manifest.Manifest, has_secrets: bool) -> list[Copy]:
    """Which copies an embedded server can take, the quickest first: its own only of its own major version, and with its passwords."""
    return [Copy.BASE, Copy.LOGICAL] if of.has_base and of.major == programs.postgres_major() and has_secrets else [Copy.LOGICAL]


def load(*, copy: Copy, server: postgres.Postgres, folder: Path, of: manifest.Manifest, progress: manifest.Progress) -> None:
    """Make the database of an embedded server that has none from a copy of the backup in `folder`. The server runs afterwards.

    :raises command_error.CommandError: if it cannot be made, or an index of the server's own copy does not agree with its table
    """
    if copy is Copy.LOGICAL:
        server.start()
        owner = server.tools_environment(database_roles.OWNER)
        load_logical(programs_folder=server.bin_dir, server=owner, folder=folder, of=of, progress=progress)
        return
    progress(0, 1, "base")
    server.adopt_cluster(lambda cluster: base_copy.unpack(bin_dir=server.bin_dir, folder=folder / BASE, cluster=cluster))
    server.start()
    superuser = server.tools_environment(database_roles.SUPERUSER)
    progress(0, 1, "indeks / indexes")
    base_copy.renew_collation(bin_dir=server.bin_dir, server=superuser)
    base_copy.check_indexes(bin_dir=server.bin_dir, server=superuser)


def load_logical(
    *,
    programs_folder: Path,
    server: Mapping[str, str],
    folder: Path,
    of: manifest.Manifest,
    progress: manifest.Progress,
    same_place: bool = False,
) -> None:
    """Load the logical copy of the backup in `folder` into an empty database, whose owner `server` (libpq's variables) is.

    `same_place`: with its privileges, since it was taken there.

    :raises command_error.CommandError: if anything cannot be made
    """
    logical_restore.load(
        programs_folder=programs_folder,
        folder=folder / LOGICAL,
        of=of,
        server=server,
        jobs=len(os.sched_getaffinity(0)),
        progress=progress,
        same_place=same_place,
    )


def pasarsama(*words: str, data: Path, embedded: bool = True, may_find: bool = False, restoring: UUID | None = None) -> str:
    """Run one of our commands on a folder in a process of its own, and give what it printed; `may_find` lets it end with findings.

    With `embedded` the servers of the folder are meant, whatever the environment names. No backup of the night begins.
    `restoring` is the number of the restore whose step it is: the folder lets nobody else in.

    :raises command_error.CommandError: with its last line, if it fails
    """
    environment = {name: value for name, value in os.environ.items() if not embedded or name not in _OUTSIDE}
    if embedded or os.environ.get("PASARSAMA_MODE", "local") != "production":
        environment["PASARSAMA_SECRET_KEY"] = folders.secret(data, "secret_key")
    environment |= {"PASARSAMA_DATA": str(data), "PASARSAMA_NIGHTLY_BACKUP": "0"}
    if restoring is not None:
        environment["PASARSAMA_RESTORING"] = str(restoring)
    command = [sys.executable, "-m", "deploy.cli", *words, "--data", str(data)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode == 0 or (may_find and done.returncode == command_error.FAILED and done.stdout):
        return done.stdout
    lines = (done.stderr or done.stdout).strip().splitlines() or ["?"]
    raise command_error.CommandError(
        f"Cadangan ini tidak dapat dipulihkan: `pasarsama {' '.join(words)}` gagal: {lines[0]}",
        f"This backup cannot be restored: `pasarsama {' '.join(words)}` failed: {lines[-1]}",
    )
