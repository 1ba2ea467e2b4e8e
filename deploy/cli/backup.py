"""Mencadangkan pasar selagi berjalan. Backs the market up while it runs.

  pasarsama backup /media/disk/cadangan-1    a new folder with everything in it, complete and verified when it has its name
  pasarsama backup --try FOLDER              restores that backup into a folder that is then removed, and audits it there
  pasarsama backup --nightly                 what `serve` does by itself each night: below PASARSAMA_BACKUPS, older ones go

The embedded PostgreSQL is copied as a whole, and as every server also table by table. On a server of your own this works as the role of
DATABASE_OWNER_URL. May be stopped and run again; what an earlier one left half done is removed. Keep FOLDER/secrets apart.
"""

import argparse
from pathlib import Path
from zoneinfo import ZoneInfo

from deploy import env
from deploy.cli.support import environment, signals, typed
from deploy.console import command_error, screen
from deploy.embedded import folders


def add_arguments(parser: argparse.ArgumentParser) -> None:
    environment.add_arguments(parser)
    parser.add_argument(
        "folder", metavar="FOLDER", type=typed.folder, nargs="?", help="a folder that is not there yet, or empty; with --try a backup"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--nightly", action="store_true", help="name the folder by the moment, and remove backups that need not be kept")
    what.add_argument("--try", dest="trial", action="store_true", help="see whether this backup can be restored; nothing is changed")


def run(arguments: argparse.Namespace) -> int:
    if (arguments.folder is None) != arguments.nightly:
        raise command_error.CommandError(
            "Sebutkan satu folder, atau --nightly.", "Name one folder, or --nightly.", status=command_error.WRONG_USE
        )
    signals.end_like_ctrl_c()
    if arguments.trial and arguments.folder is not None:
        return _try(arguments.folder)
    with environment.started(data=arguments.data, as_owner=True) as installation:
        environment.require_tables()
        return _backup(arguments.folder, installation)


def _backup(folder: Path | None, installation: environment.Installation) -> int:
    from django.utils import timezone

    from deploy.backup import make_backup, nightly

    at, zone = timezone.now(), ZoneInfo(env.time_zone())
    every, facts = env.backups_folder(installation.data), make_backup.database_facts()
    if folder is None:
        with folders.errors_as_sentences(every):
            every.mkdir(mode=0o700, parents=True, exist_ok=True)
        nightly.need_room(folder=every, expected_bytes=make_backup.expected_bytes(facts=facts))
    bar = screen.Bar()
    try:
        made = make_backup.make(
            folder=folder or nightly.new_folder(folder=every, market=facts.market, at=at),
            data=installation.data,
            facts=facts,
            server=installation.servers.postgres,
            now=timezone.now,
            progress=bar,
        )
    finally:
        bar.close()
    megabytes = made.bytes / 1_000_000
    print(f"{made.folder}: {megabytes:.0f} MB, {len(made.manifest.files)} berkas / files")
    if folder is None:
        for old in nightly.remove_old(folder=every, market=made.manifest.market, newest=made.folder, zone=zone):
            print(f"{old}: dihapus / removed")
    return 0


def _try(folder: Path) -> int:
    from deploy.backup import copy_loading, manifest, restore_trial

    kept = manifest.read(folder=folder)
    bar = screen.Bar()
    try:
        manifest.verify(folder=folder, manifest=kept, progress=bar)
        copies = copy_loading.usable(of=kept, has_secrets=(folder / copy_loading.SECRETS).is_file())
        tried = [restore_trial.try_restoring(folder=folder, of=kept, copy=copy, progress=bar) for copy in copies]
    finally:
        bar.close()
    for one in tried:
        found = ", ".join(one.broken) if one.broken else "pemeriksaan bersih / the audit is clean"
        print(f"{one.copy.value}: dapat dipulihkan / can be restored; {found}")
    return command_error.FAILED if any(one.broken for one in tried) else 0
