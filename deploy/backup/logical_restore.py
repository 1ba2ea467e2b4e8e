"""Making a database again from the files of a logical copy, one after the other; no transaction is over all of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from deploy.backup import manifest, postgres_tools

_PUBLIC = "public"


def load(
    *,
    programs_folder: Path,
    folder: Path,
    of: manifest.Manifest,
    server: Mapping[str, str],
    jobs: int,
    progress: manifest.Progress,
    same_place: bool = False,
) -> None:
    """Make again what a copy holds, in an empty database whose owner `server` (libpq's variables) is; stops at the first error.

    The tables are the caller's. Privileges come along only into the place that the copy was taken from (`same_place`), whose roles are
    known; elsewhere `privileges.apply` says who may what.

    :raises command_error.CommandError: if anything cannot be made
    """
    for name, schema in of.extensions.items():
        statement = f'CREATE EXTENSION IF NOT EXISTS "{name}" SCHEMA "{schema}"'
        command = [str(programs_folder / "psql"), "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--command", statement]
        postgres_tools.run(command=command, environment=server, about=folder)
    total, done = sum(map(len, of.batches.values())), 0
    for file, schemas in of.batches.items():
        progress(done, total, "logical")
        command = [str(programs_folder / "pg_restore"), "--exit-on-error", "--no-owner", "--no-comments", "--no-password"]
        command += [] if same_place else ["--no-acl"]
        command += ["--jobs", str(jobs), "--dbname", server["PGDATABASE"]]
        command += ["--schema", _PUBLIC] if schemas == (_PUBLIC,) else []  # what is in it, not itself: every database has it
        postgres_tools.run(command=[*command, str(folder / file)], environment=server, about=folder)
        done += len(schemas)
    progress(done, total, "logical")
