"""The market as its backup has it, in the place of one that could not be upgraded. What went wrong is kept, to be looked at."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.db import connections

from deploy import env
from deploy.backup import copy_loading, logical_copy, manifest, own_database, postgres_tools
from deploy.embedded import servers


def put_back(*, machines: servers.Servers, backup: Path, failed: Path, progress: manifest.Progress) -> None:
    """Restore a backup into the place that it came from; may be called again after it was killed. Pictures stay as they are.

    `failed` is where the failed state is kept: the cluster of an embedded server, a logical copy of the database of another.

    :raises command_error.CommandError: if the backup cannot be restored
    """
    of = manifest.read(folder=backup)
    manifest.verify(folder=backup, manifest=of, progress=progress)
    connections.close_all()
    server = machines.postgres
    if server is None:
        _outside(backup=backup, of=of, failed=failed, progress=progress)
        return
    server.stop()
    if not failed.exists():
        server.cluster.rename(failed)
    shutil.rmtree(server.cluster, ignore_errors=True)  # of an interrupted try: the failed one was put aside before
    copy_loading.load(copy=copy_loading.Copy.BASE, server=server, folder=backup, of=of, progress=progress)


def _outside(*, backup: Path, of: manifest.Manifest, failed: Path, progress: manifest.Progress) -> None:
    url = settings.DATABASE_OWNER_URL
    tools = postgres_tools.of_major(major=own_database.major(url=url), own=None)
    part = failed.with_name(f".{failed.name}.part")
    if not failed.exists():
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        logical_copy.take(programs_folder=tools, folder=part / copy_loading.LOGICAL, progress=progress)
        part.rename(failed)
        connections.close_all()
    own_database.clear(url=url)
    owner = postgres_tools.environment(database=env.database(url))
    copy_loading.load_logical(programs_folder=tools, server=owner, folder=backup, of=of, progress=progress, same_place=True)
