"""Whether a backup can be restored: it is, into a folder that is removed afterwards, and the market in it is audited. Nothing opens there.

Only what was restored once is known to be a backup. No worker and no web run meanwhile, so nothing of the copy reaches anybody.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from deploy.backup import copy_loading, manifest
from deploy.embedded import folders, postgres, valkey

_PREFIX = "pasarsama-trial-"


@dataclasses.dataclass(frozen=True)
class Tried:
    """What became of one copy: the invariants of the audit that do not hold in it; none: it is as good as the market was."""

    copy: copy_loading.Copy
    broken: tuple[str, ...]


def try_restoring(*, folder: Path, of: manifest.Manifest, copy: copy_loading.Copy, progress: manifest.Progress) -> Tried:
    """Restore one copy of a verified backup into a folder of its own, bring it to this release, audit it, and remove the folder.

    :raises command_error.CommandError: if it cannot be restored, or lacks the seal that the manifest names
    """
    with _throwaway() as data:
        if (folder / copy_loading.SECRETS).is_file():
            shutil.copyfile(folder / copy_loading.SECRETS, data / "secrets.json")
            (data / "secrets.json").chmod(0o600)
        server = postgres.Postgres(data)
        try:
            copy_loading.load(copy=copy, server=server, folder=folder, of=of, progress=progress)
            progress(0, 1, "migrasi / migrating")
            copy_loading.pasarsama("villages", "migrate", data=data)
            progress(0, 1, "pemeriksaan / audit")
            found = json.loads(copy_loading.pasarsama("audit", "--json", "--at-rest", data=data, may_find=True))
            if of.seal_sha256:
                copy_loading.pasarsama("seals", "check", of.seal_sha256, data=data)
        finally:
            server.stop()
            valkey.Valkey(data).stop()
    return Tried(copy=copy, broken=tuple(one["name"] for one in found["invariants"] if one["count"]))


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
