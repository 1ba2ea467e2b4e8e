"""Memulihkan pasar dari cadangan ke folder baru. Restores a market from a backup into a new folder.

  pasarsama restore /media/disk/cadangan-1 --data ~/pasar-baru
  pasarsama restore /media/disk/cadangan-1 --data ~/pasar-baru --secrets rahasia.json    the secrets were kept apart

Every file is checked before anything is touched. Then come secrets, database, pictures, migrations and the audit. An interrupted restore
goes on by the same command; until it is done nothing else works on the folder. With DATABASE_OWNER_URL the database there is filled; it
must be empty.
"""

import argparse
import os
from pathlib import Path

from deploy.cli.support import environment, signals, typed
from deploy.console import command_error, screen


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", type=typed.folder, help="a backup")
    parser.add_argument("--data", metavar="NEW", type=typed.folder, required=True, help="the folder to restore into; it holds no market")
    parser.add_argument(
        "--copy",
        choices=("base", "logical"),
        default=None,
        help="which copy of the database; by default PostgreSQL's own (base) where this server is of its major version",
    )
    parser.add_argument(
        "--secrets", metavar="FILE", type=Path, default=None, help="secrets.json of the backup, where it was kept apart from FOLDER"
    )


def run(arguments: argparse.Namespace) -> int:
    signals.end_like_ctrl_c()
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
        )
        restored = restore_market.restore(plan=plan, words=_words(arguments), now=timezone.now, progress=bar)
    finally:
        bar.close()
    if plan.state is not None:
        print(f"dilanjutkan dari langkah / went on from the step: {plan.state.step.value}")
    print(f"{restored.data}: {plan.copy.value}, {plan.of.began_at.isoformat(timespec='seconds')}")
    for indonesian, english in plan.secrets.lost:
        print(f"- {indonesian}\n  {english}")
    print(", ".join(restored.broken) or "pemeriksaan bersih / the audit is clean")
    if restored.seal_problem:
        print(restored.seal_problem)
    return command_error.FAILED if restored.broken or restored.seal_problem else 0


def _words(arguments: argparse.Namespace) -> list[str]:
    """The words that do the same again, from any folder."""
    words = ["restore", str(arguments.folder.expanduser().absolute()), "--data", str(arguments.data.expanduser().absolute())]
    words += ["--copy", arguments.copy] if arguments.copy else []
    return words + (["--secrets", str(arguments.secrets.expanduser().absolute())] if arguments.secrets else [])
