"""PostgreSQL's own tools, of the server's own major version: an archive of newer tools cannot be read by older ones."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.console import command_error
from deploy.embedded import folders, processes

_POLL_SECONDS = 0.1
_DEBIAN = "/usr/lib/postgresql/{major}/bin"
_MISSING_DISK = "No space left on device"
Watch = Callable[[], None]  # called while a program runs


def of_major(*, major: int, own: Path | None) -> Path:
    """The folder of pg_dump, pg_restore and their companions for a server of this major version; `own` is the embedded server's.

    Looked for in PASARSAMA_POSTGRES_PROGRAMS, in `own`, where Debian puts them, and on the PATH.

    :raises command_error.CommandError: if there are none
    """
    named = os.environ.get("PASARSAMA_POSTGRES_PROGRAMS", "").strip()
    on_path = shutil.which("pg_dump")
    candidates = [
        Path(named) if named else None,
        own,
        Path(_DEBIAN.format(major=major)),
        Path(on_path).parent if on_path else None,
    ]
    for folder in candidates:
        if folder is not None and major_of(folder) == major:
            return folder
    raise command_error.CommandError(
        f"Perlu pg_dump versi {major}, sama dengan servernya (di Debian: apt install postgresql-client-{major}); foldernya boleh disebut "
        "di PASARSAMA_POSTGRES_PROGRAMS.",
        f"pg_dump of version {major} is needed, as the server is (on Debian: apt install postgresql-client-{major}); "
        "PASARSAMA_POSTGRES_PROGRAMS may name its folder.",
    )


def version(folder: Path) -> str:
    """What the tools in a folder say of their version, for example "pg_dump (PostgreSQL) 18.1"; empty if they cannot be run."""
    try:
        done = subprocess.run([str(folder / "pg_dump"), "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - PostgreSQL's own
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def environment(*, database: Mapping[str, Any]) -> dict[str, str]:
    """libpq's variables for an entry of DATABASES, password included."""
    found = {"PGHOST": database["HOST"], "PGPORT": database["PORT"], "PGDATABASE": database["NAME"], "PGUSER": database["USER"]}
    found["PGPASSWORD"] = database["PASSWORD"]
    options: Mapping[str, Any] = database.get("OPTIONS", {})
    found |= {f"PG{name.upper()}": str(value) for name, value in options.items() if name != "options"}
    return {name: str(value) for name, value in found.items() if value}


def run(*, command: Sequence[str], environment: Mapping[str, str], about: Path, watch: Watch = lambda: None) -> None:
    """Run one of PostgreSQL's tools to its end, `watch` being called ten times a second; interrupted, it is ended too.

    Passwords are handed over in the environment: a command's words can be read by every user of the machine.

    :raises command_error.CommandError: with its last line, if it fails; a full disk is named as such, about `about`
    """
    given = {"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath), **environment}
    with tempfile.TemporaryFile() as log:
        process = processes.launch(command=list(command), log=log, environment=given, signal_at_our_end=signal.SIGTERM)
        try:
            while process.poll() is None:
                watch()
                time.sleep(_POLL_SECONDS)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        log.seek(0)
        output = log.read().decode("utf-8", "replace")
    if process.returncode == 0:
        return
    if _MISSING_DISK in output:
        raise folders.full(about)
    lines = output.strip().splitlines() or [f"status {process.returncode}"]
    last = next((line for line in lines if re.search("error:|FATAL:|ERROR:", line)), lines[-1])  # what follows only tidies up
    name = Path(command[0]).name
    raise command_error.CommandError(f"{name} gagal: {last}", f"{name} failed: {last}")


def major_of(folder: Path) -> int:
    """The major version of the tools in a folder; 0 if there are none."""
    return major_in(version(folder))


def major_in(line: str) -> int:
    """The major version in what a program says of itself; 0 if there is none."""
    found = re.search(r"\) (\d+)", line)
    return int(found.group(1)) if found else 0
