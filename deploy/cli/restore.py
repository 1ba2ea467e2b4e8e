"""Memulihkan pasar dari cadangan ke folder baru. Restores a market from a backup into a new folder.

  pasarsama restore /media/disk/cadangan-1 --data ~/pasar-baru
  pasarsama restore /media/disk/cadangan-1 --data ~/pasar-baru --secrets rahasia.json    the secrets were kept apart

  pasarsama restore --hold-at 2026-11-29T02:00:00+07:00     the database was restored to that moment by other means (pgBackRest)

Every file is checked before anything is touched. Then come secrets, database, pictures and migrations; the market is held (nobody is signed
in, no number is given twice, what waited to be sent waits for a person) and audited. An interrupted restore goes on by the same command;
until it is done nothing else works on the folder. With DATABASE_OWNER_URL the database there is filled; it must be empty.
"""

import argparse
import os
from datetime import datetime
from pathlib import Path

from deploy.cli.support import environment, signals, typed
from deploy.console import command_error, screen


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", type=typed.folder, nargs="?", help="a backup")
    parser.add_argument("--data", metavar="NEW", type=typed.folder, help="the folder to restore into; it holds no market")
    parser.add_argument(
        "--hold-at", metavar="MOMENT", type=_moment, default=None, help="only hold the market that is there, which is of this moment"
    )
    parser.add_argument(
        "--copy",
        choices=("base", "logical"),
        default=None,
        help="which copy of the database; by default PostgreSQL's own (base) where this server is of its major version",
    )
    parser.add_argument(
        "--secrets", metavar="FILE", type=Path, default=None, help="secrets.json of the backup, where it was kept apart from FOLDER"
    )
    withdrawn = parser.add_mutually_exclusive_group()
    withdrawn.add_argument(
        "--old-data", metavar="FOLDER", type=typed.folder, default=None, help="the lost market's folder: what was withdrawn stays withdrawn"
    )
    withdrawn.add_argument("--withdrawals", metavar="FILE", type=Path, default=None, help="withdrawals.jsonl of that folder")


def run(arguments: argparse.Namespace) -> int:
    if (arguments.folder is None) != (arguments.hold_at is not None) or (arguments.folder is not None and arguments.data is None):
        raise command_error.CommandError(
            "Sebutkan cadangan dan --data FOLDER_BARU, atau --hold-at.",
            "Name a backup and --data NEW, or --hold-at.",
            status=command_error.WRONG_USE,
        )
    signals.end_like_ctrl_c()
    return _hold(arguments) if arguments.hold_at is not None else _restore(arguments)


def _hold(arguments: argparse.Namespace) -> int:
    with (
        environment.started(data=arguments.data, as_owner=True) as installation,
        environment.refusals_in_one_line(status=command_error.WRONG_USE),
    ):
        environment.require_tables()
        from django.utils import timezone

        from deploy.backup import hold_market, restore_state, withdrawn_since
        from tenants import acts

        path = _withdrawals(arguments)
        found = withdrawn_since.read(path=path, since=arguments.hold_at) if path is not None else None
        state = restore_state.read(data=installation.data)
        at = timezone.now()
        if arguments.hold_at > at:
            raise command_error.CommandError("Waktu itu belum tiba.", "That moment has not come yet.", status=command_error.WRONG_USE)
        if state is None:  # a restore has looked before this step of it
            _require_alone(installation)
        number = state.id if state is not None else hold_market.number(backup_at=arguments.hold_at)
        hold_market.hold(restore_id=number, backup_at=arguments.hold_at, act=acts.by_command_line(at=at))
        if path is not None:
            withdrawn_since.keep(path=path, data=installation.data)
        for line in withdrawn_since.take_away(found=found.withdrawals if found else [], act=acts.by_command_line(at=at)):
            print(line)
        if found and state is None:  # else the whole restore says it
            print(_unreadable(found.unreadable), end="")
    print("ditahan / held")
    return 0


def _require_alone(installation: environment.Installation) -> None:
    """Nothing, if no web and no worker is at work on the market: it would trade on with what it knows."""
    from django.conf import settings
    from django.db import connections

    from deploy.backup import own_database

    if installation.servers.postgres is not None:
        installation.servers.require_alone()
        return
    connections.close_all()  # this process counts as well
    own_database.require_alone(url=settings.DATABASE_OWNER_URL)


def _withdrawals(arguments: argparse.Namespace) -> Path | None:
    """The file of what was withdrawn, as it was named. A folder without one says nothing."""
    named: Path | None = arguments.withdrawals
    if arguments.old_data is not None:
        named = arguments.old_data / "withdrawals.jsonl"
        if arguments.old_data.is_dir() and not named.exists():
            return None
    return named.expanduser().absolute() if named is not None else None


def _restore(arguments: argparse.Namespace) -> int:
    data = arguments.data.expanduser().absolute()
    os.environ["PASARSAMA_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
    environment.set_up_django()
    from django.utils import timezone

    from deploy.backup import copy_loading, restore_checks, restore_market

    bar = screen.Bar()
    try:
        plan = restore_checks.check(
            folder=arguments.folder,
            data=data,
            copy=copy_loading.Copy(arguments.copy) if arguments.copy else None,
            secrets_file=arguments.secrets,
            progress=bar,
            withdrawals_file=_withdrawals(arguments),
        )
        restored = restore_market.restore(plan=plan, words=_words(arguments), now=timezone.now, progress=bar)
    finally:
        bar.close()
    if plan.state is not None:
        print(f"dilanjutkan dari langkah / went on from the step: {plan.state.step.value}")
    print(f"{restored.data}: {plan.copy.value}, {plan.of.began_at.isoformat(timespec='seconds')}")
    for indonesian, english in plan.secrets.lost:
        print(f"- {indonesian}\n  {english}")
    print(restored.withdrawn, end="")
    print(_unreadable(plan.unreadable), end="")
    print(_known(plan.of.began_at, plan.known_until))
    print(", ".join(restored.broken) or "pemeriksaan bersih / the audit is clean")
    if restored.seal_problem:
        print(restored.seal_problem)
    return command_error.FAILED if restored.broken or restored.seal_problem else 0


def _unreadable(count: int) -> str:
    """What was written on lines that were cut off is not withdrawn."""
    return f"{count} baris daftar pencabutan tidak terbaca / lines of the withdrawals cannot be read\n" if count else ""


def _known(began_at: datetime, until: datetime | None) -> str:
    """What is not known of withdrawals: no file says that nothing more was withdrawn before the loss."""
    since = max(until or began_at, began_at).isoformat(timespec="seconds")
    return (
        f"Apa yang dicabut sesudah {since} tidak diketahui: periksa peran, kata sandi, kode sekali pakai dan rekening.\n"
        f"What was withdrawn after {since} is not known: look at roles, passwords, one-time codes and bank accounts."
    )


def _moment(text: str) -> datetime:
    """A type for a moment with its offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text[:40]!r}: perlu waktu seperti / a moment like 2026-11-29T02:00:00+07:00 is needed")
    return moment


def _words(arguments: argparse.Namespace) -> list[str]:
    """The words that do the same again, from any folder."""
    words = ["restore", str(arguments.folder.expanduser().absolute()), "--data", str(arguments.data.expanduser().absolute())]
    words += ["--copy", arguments.copy] if arguments.copy else []
    words += ["--secrets", str(arguments.secrets.expanduser().absolute())] if arguments.secrets else []
    path = _withdrawals(arguments)
    return words + (["--withdrawals", str(path)] if path is not None else [])
