"""From an empty folder to a demonstration market: migrate, make the federation, remember that it is complete.

Runs as a process of its own (`python -m deploy.demo.first_start`) as the owner's role; the supervisor only reads what it leaves in
DATA/demo.json. A first start that was killed begins again from an empty database: half a federation is never shown.
"""

import argparse
import dataclasses
import hashlib
import json
import os
import signal
import sys
from pathlib import Path

from deploy.cli.support import environment
from deploy.console import command_error, screen
from deploy.embedded import processes, servers

_RECORD = "demo.json"
_STARTED = "demo.begun"
_PACKAGES = ("tenants", "settlement", "federation", "marketplace")


@dataclasses.dataclass(frozen=True)
class Record:
    """What a complete first start left: how large the market is, who can log in, and the migrations it stands on."""

    full: bool
    logins: list[list[str]]  # role, village or '', phone, password
    migrations: str


def ensure(*, data: Path, machines: servers.Servers, full: bool) -> Record:
    """Make the demonstration unless that is done, bring it to the newest migrations, and give its record.

    :raises command_error.CommandError: if the database holds something else, another size of demonstration, or the first start failed
    """
    record = read(data)
    if record is None:
        started = data / _STARTED
        if started.exists() and machines.postgres is not None:
            machines.postgres.recreate_database()
        started.touch()
        _run_child(full=full)
        started.unlink()
        record = read(data)
        if record is None:
            raise command_error.CommandError("Pasar contoh tidak selesai disiapkan.", "The demonstration was not completed.")
        return record
    if record.full != full and full:
        raise command_error.CommandError(
            "Folder ini berisi pasar contoh yang kecil; tambahkan --fresh untuk menggantinya dengan yang penuh.",
            "This folder holds the small demonstration; add --fresh to replace it by the full one.",
            status=command_error.WRONG_USE,
        )
    if record.migrations != migrations():
        _run_child(full=record.full)
    return record


def read(data: Path) -> Record | None:
    """Give the record of a complete first start, or None if there is none that can be read."""
    try:
        return Record(**json.loads((data / _RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def is_demonstration(data: Path) -> bool:
    """Say whether the folder holds a demonstration, complete or begun, and so nobody's own market."""
    return (data / _RECORD).exists() or (data / _STARTED).exists()


def migrations() -> str:
    """Give a digest of all files of migrations and SQL: when it is the recorded one, nothing has to be asked of the database."""
    root = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for package in _PACKAGES:
        for path in sorted([*(root / package / "migrations").glob("*.py"), *(root / package / "sql").rglob("*.sql")]):
            digest.update(f"{package}/{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def main() -> int:
    """Do the work inside the child process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    full = parser.parse_args().full
    data = Path(os.environ["PASARSAMA_DATA"])
    bar = screen.Bar()
    try:
        _work(data=data, full=full, bar=bar)
    except command_error.CommandError as stop:
        bar.close()
        screen.say(str(stop))
        return stop.status
    except KeyboardInterrupt:
        bar.close()
        return 130
    bar.close()
    return 0


def _work(*, data: Path, full: bool, bar: screen.Bar) -> None:
    import django

    django.setup()
    from deploy import demo
    from tenants.schemas import migrate_all

    known = read(data)
    if known is None:
        _refuse_strangers()
    bar(0, 1, "tabel / tables")
    with environment.refusals_in_one_line(status=command_error.WRONG_USE):
        migrate_all.migrate_all()
    if known is None:
        demo.create(full=full, progress=bar)
        logins = [list(login) for login in demo.logins()]
    else:
        logins = known.logins
    record = Record(full=full, logins=logins, migrations=migrations())
    fresh = data / f"{_RECORD}.new"
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(dataclasses.asdict(record), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(data / _RECORD)


def _refuse_strangers() -> None:
    """Make nothing beside villages that somebody else has made."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.tenants_village')")
        if cursor.fetchone()[0] is None:
            return
        cursor.execute("SELECT EXISTS (SELECT FROM public.tenants_village)")
        if cursor.fetchone()[0]:
            raise command_error.CommandError(
                "Basis data ini sudah berisi desa yang bukan pasar contoh; pakai folder atau basis data lain.",
                "This database already holds villages that are no demonstration; use another folder or database.",
                status=command_error.WRONG_USE,
            )


def _run_child(*, full: bool) -> None:
    child = processes.launch(
        command=[sys.executable, "-m", "deploy.demo.first_start", *(["--full"] if full else [])],
        log=None,
        environment={**os.environ, "PASARSAMA_AS_OWNER": "1"},
        signal_at_our_end=signal.SIGKILL,  # one that outlived us would write beside the next one
    )
    try:
        status = child.wait()
    except KeyboardInterrupt:
        child.kill()
        child.wait()
        raise
    if status == command_error.WRONG_USE:
        raise SystemExit(command_error.WRONG_USE)  # its reason is on the screen
    if status != 0:
        raise command_error.CommandError(
            "Pasar contoh tidak dapat disiapkan (lihat di atas). Jalankan lagi: semuanya dimulai dari awal.",
            "The demonstration could not be made (see above). Run it again: it begins from the start.",
        )


if __name__ == "__main__":
    raise SystemExit(main())
