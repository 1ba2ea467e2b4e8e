"""Whether a backup can be restored: it is, into a folder that is removed afterwards, and the market in it is audited. Nothing opens there.

Only what was restored once is known to be a backup. No worker and no web run meanwhile, so nothing of the copy reaches anybody.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from deploy.backup import base_copy, logical_restore, manifest
from deploy.console import command_error
from deploy.embedded import database_roles, folders, postgres, programs, valkey

_OUTSIDE = ("DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL")  # of the market that runs: the trial has servers of its own
_PREFIX = "pasarsama-trial-"
_SECRETS = Path("secrets") / "secrets.json"


class Copy(enum.Enum):
    """Which of a backup's two copies of the database."""

    BASE = "base"
    LOGICAL = "logical"


@dataclasses.dataclass(frozen=True)
class Tried:
    """What became of one copy: the invariants of the audit that do not hold in it; none: it is as good as the market was."""

    copy: Copy
    broken: tuple[str, ...]


def copies(*, of: manifest.Manifest, folder: Path) -> list[Copy]:
    """Which copies of a backup can be tried here: the server's own only by the embedded server's major version, and with its passwords."""
    has_base = of.has_base and of.major == programs.postgres_major() and (folder / _SECRETS).is_file()
    return [Copy.BASE, Copy.LOGICAL] if has_base else [Copy.LOGICAL]


def try_restoring(*, folder: Path, of: manifest.Manifest, copy: Copy, progress: manifest.Progress) -> Tried:
    """Restore one copy of a verified backup into a folder of its own, bring it to this release, audit it, and remove the folder.

    :raises command_error.CommandError: if it cannot be restored, or lacks the seal that the manifest names
    """
    with _throwaway() as data:
        if (folder / _SECRETS).is_file():
            shutil.copyfile(folder / _SECRETS, data / "secrets.json")
            (data / "secrets.json").chmod(0o600)
        server = postgres.Postgres(data)
        try:
            if copy is Copy.BASE:
                _restore_base(server, folder / "base", progress)
            else:
                _restore_logical(server, folder / "logical", of, progress)
            progress(0, 1, "migrasi / migrating")
            _pasarsama(data, "villages", "migrate")
            progress(0, 1, "pemeriksaan / audit")
            found = json.loads(_pasarsama(data, "audit", "--json", may_find=True))
            if of.seal_sha256:
                _pasarsama(data, "seals", "check", of.seal_sha256)
        finally:
            server.stop()
            valkey.Valkey(data).stop()
    return Tried(copy=copy, broken=tuple(one["name"] for one in found["invariants"] if one["count"]))


def _restore_base(server: postgres.Postgres, folder: Path, progress: manifest.Progress) -> None:
    progress(0, 1, "base")
    server.adopt_cluster(lambda cluster: base_copy.unpack(bin_dir=server.bin_dir, folder=folder, cluster=cluster))
    server.start()
    progress(0, 1, "indeks / indexes")
    base_copy.check_indexes(bin_dir=server.bin_dir, server=server.tools_environment(database_roles.SUPERUSER))


def _restore_logical(server: postgres.Postgres, folder: Path, of: manifest.Manifest, progress: manifest.Progress) -> None:
    server.start()
    owner = server.tools_environment(database_roles.OWNER)
    jobs = len(os.sched_getaffinity(0))
    logical_restore.load(programs_folder=server.bin_dir, folder=folder, of=of, server=owner, jobs=jobs, progress=progress)


def _pasarsama(data: Path, *words: str, may_find: bool = False) -> str:
    """Run one of our commands on the folder in a process of its own, and give what it printed."""
    environment = {name: value for name, value in os.environ.items() if name not in _OUTSIDE}
    secret_key = folders.secret(data, "secret_key")
    environment |= {"PASARSAMA_DATA": str(data), "PASARSAMA_SECRET_KEY": secret_key, "PASARSAMA_NIGHTLY_BACKUP": "0"}
    command = [sys.executable, "-m", "deploy.cli", *words, "--data", str(data)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode == 0 or (may_find and done.returncode == command_error.FAILED and done.stdout):
        return done.stdout
    lines = (done.stderr or done.stdout).strip().splitlines() or ["?"]
    raise command_error.CommandError(
        f"Cadangan ini tidak dapat dipulihkan: `pasarsama {' '.join(words)}` gagal: {lines[0]}",
        f"This backup cannot be restored: `pasarsama {' '.join(words)}` failed: {lines[-1]}",
    )


@contextlib.contextmanager
def _throwaway() -> Iterator[Path]:
    """A data folder below the temporary folder; all of it is gone afterwards. What a killed trial left there is removed first."""
    for old in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        _clear(old)
    path = Path(tempfile.mkdtemp(prefix=_PREFIX))
    path.chmod(0o755)  # when root tries it, the server's user passes through
    with folders.alone_in(path):
        try:
            yield folders.claim(path)
        finally:
            shutil.rmtree(path, ignore_errors=True)


def _clear(old: Path) -> None:
    """Remove the folder of a trial that does not run any more, if it is ours."""
    with contextlib.suppress(OSError):
        if old.is_symlink() or old.stat().st_uid != os.geteuid():
            return
        with folders.alone_in(old) as is_alone:
            if is_alone:
                postgres.Postgres(old).stop()
                valkey.Valkey(old).stop()
                shutil.rmtree(old, ignore_errors=True)
