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
from collections.abc import Collection
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
        if (data / _STARTED).exists() and machines.postgres is not None:
            _run_child("--look")
            machines.postgres.recreate_database()
        _run_child(*(["--full"] if full else []))
        (data / _STARTED).unlink()
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
        _run_child(*(["--full"] if record.full else []))
    return record


def read(data: Path) -> Record | None:
    """Give the record of a complete first start, or None if there is none that can be read."""
    try:
        return Record(**json.loads((data / _RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def is_demonstration(data: Path) -> bool:
    """Say whether a demonstration was completed in the folder, of this release or another, so that it is nobody's own market."""
    return (data / _RECORD).exists()


def is_begun(data: Path) -> bool:
    """Say whether a demonstration was begun in the folder and not completed."""
    return (data / _STARTED).exists() and not is_demonstration(data)


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
    parser.add_argument("--look", action="store_true", help="only make sure that nothing but a demonstration is there")
    arguments = parser.parse_args()
    data = Path(os.environ["PASARSAMA_DATA"])
    bar = screen.Bar()
    try:
        _work(data=data, full=arguments.full, only_look=arguments.look, bar=bar)
    except command_error.CommandError as stop:
        bar.close()
        screen.say(str(stop))
        return stop.status
    except KeyboardInterrupt:
        bar.close()
        return 130
    bar.close()
    return 0


def _work(*, data: Path, full: bool, only_look: bool, bar: screen.Bar) -> None:
    import django

    django.setup()
    from deploy import demo
    from deploy.demo import demo_villages
    from tenants.schemas import migrate_all

    known = read(data)
    if known is None:
        _refuse_strangers(but=[village.code for village in demo_villages.VILLAGES] if only_look else ())
        if only_look:
            return
        # Written only once it is sure that the database was empty: what this file stands beside may be removed.
        (data / _STARTED).touch()
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


def _refuse_strangers(*, but: Collection[str]) -> None:
    """Make and remove nothing beside villages that somebody else has made; `but`: those that a demonstration begun before has made."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.tenants_village')")
        if cursor.fetchone()[0] is None:
            return
        cursor.execute("SELECT EXISTS (SELECT FROM public.tenants_village WHERE code <> ALL (%s))", [list(but)])
        if cursor.fetchone()[0]:
            raise command_error.CommandError(
                "Basis data ini sudah berisi desa yang bukan pasar contoh; pakai folder atau basis data lain.",
                "This database already holds villages that are no demonstration; use another folder or database.",
                status=command_error.WRONG_USE,
            )


def _run_child(*options: str) -> None:
    child = processes.launch(
        command=[sys.executable, "-m", "deploy.demo.first_start", *options],
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
