"""All that is looked at before a restore touches anything: what cannot end well is refused while the folder is still as it was."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import json
import os
import shutil
from datetime import datetime
from pathlib import Path

from deploy.backup import copy_loading, manifest, own_database, postgres_tools, restore_secrets, restore_state, withdrawn_since
from deploy.console import command_error
from deploy.embedded import folders, programs
from tenants.errors import DomainError
from tenants.schemas import migration_state

_LOGICAL_TIMES = 6  # what a database takes on the disk, against its compressed copy
_LOCKS = {"servers.lock", "users.lock", "serve.lock", "backup.lock", restore_state.LOCK}
# What a folder without a market may hold: a fresh disk's own, and what refused or interrupted commands leave.
_UNUSED = {folders.MARK, "lost+found", "logs", "run", "programs", f".{restore_state.NAME}.new", *_LOCKS}


@dataclasses.dataclass(frozen=True)
class Plan:
    """What will be restored, from where to where. `outside` is the owner's address of a server of one's own, None for the embedded one;
    `state` what an interrupted restore of the same backup left there; `known_until` the time of the last withdrawal that is known;
    `unreadable` how many lines of their file are not."""

    backup: Path
    data: Path
    of: manifest.Manifest
    copy: copy_loading.Copy
    secrets: restore_secrets.Secrets
    programs_folder: Path | None
    outside: str | None
    state: restore_state.State | None
    withdrawals_file: Path | None = None
    known_until: datetime | None = None
    unreadable: int = 0


def check(
    *,
    folder: Path,
    data: Path,
    copy: copy_loading.Copy | None,
    secrets_file: Path | None,
    progress: manifest.Progress,
    withdrawals_file: Path | None = None,
) -> Plan:
    """Look at backup, target, versions, secrets and room, last at every file. Nothing is changed. Django is set up.

    :raises command_error.CommandError: in one sentence, for whatever stands in the way
    """
    folder, data = folder.expanduser().absolute(), data.expanduser().absolute()
    of = manifest.read(folder=folder)
    manifest.check_complete(folder=folder, manifest=of)
    state = _target(data=data, folder=folder)
    outside = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL") or None
    _same_database(state, url=outside)
    _release(of)
    major = own_database.major(url=outside) if outside else programs.postgres_major()
    _versions(of, major=major)
    tools = postgres_tools.of_major(major=major, own=None) if outside else None
    found = restore_secrets.find(folder=folder, of=of, file=secrets_file)
    has_secrets = secrets_file is not None or (folder / copy_loading.SECRETS).exists()
    chosen = _copy(copy, of=of, has_secrets=has_secrets, outside=outside is not None, state=state)
    if state is None:
        _room(data, folder=folder, of=of, copy=chosen, with_database=outside is None)
    if outside and (state is None or state.step is restore_state.Step.SECRETS):
        own_database.require_empty(url=outside)
    withdrawn = withdrawn_since.read(path=withdrawals_file, since=of.began_at) if withdrawals_file is not None else None
    manifest.verify(folder=folder, manifest=of, progress=progress, may_lack=("secrets",))
    return Plan(
        backup=folder,
        data=data,
        of=of,
        copy=chosen,
        secrets=found,
        programs_folder=tools,
        outside=outside,
        state=state,
        withdrawals_file=withdrawals_file,
        known_until=withdrawn.withdrawals[-1].at if withdrawn and withdrawn.withdrawals else None,
        unreadable=withdrawn.unreadable if withdrawn else 0,
    )


def _target(*, data: Path, folder: Path) -> restore_state.State | None:
    """What an interrupted restore of this backup left in the folder; None for a folder that holds nothing."""
    if data.is_symlink():
        raise command_error.CommandError(
            f"{data} adalah tautan simbolis; sebut foldernya sendiri.",
            f"{data} is a symbolic link; name the folder itself.",
            status=command_error.WRONG_USE,
        )
    state = restore_state.read(data=data)
    if state is not None:
        if state.backup != folder:
            restore_state.refuse(data=data)
        return state
    with folders.errors_as_sentences(data):
        there = sorted(path.name for path in data.iterdir() if path.name not in _UNUSED) if data.exists() else []
    if there:
        raise command_error.CommandError(
            f"Folder {data} sudah berisi ({there[0]}); pulihkan ke folder baru. Tidak ada yang diubah di sana.",
            f"The folder {data} is in use ({there[0]}); restore into a new one. Nothing was changed there.",
            status=command_error.WRONG_USE,
        )
    return None


def _same_database(state: restore_state.State | None, *, url: str | None) -> None:
    """An interrupted restore goes on where it began: what it half loaded is removed there."""
    named = own_database.address(url=url) if url else ""
    if state is not None and state.database != named:
        began, now = state.database or "server bawaan / embedded server", named or "server bawaan / embedded server"
        raise command_error.CommandError(
            f"Pemulihan ini dimulai ke basis data {began}, tetapi sekarang disebut {now}; sebut yang semula di DATABASE_OWNER_URL, atau "
            "pulihkan ke folder baru. Tidak ada yang diubah.",
            f"This restore was begun into the database {began}, and now {now} is named; name the former in DATABASE_OWNER_URL, or restore "
            "into a new folder. Nothing was changed.",
            status=command_error.WRONG_USE,
        )


def _release(of: manifest.Manifest) -> None:
    try:
        migration_state.check_known(names=of.migrations)
    except DomainError:
        own = importlib.metadata.version("pasarsama")
        raise command_error.CommandError(
            f"Cadangan ini dibuat oleh rilis {of.release}, yang tabelnya tidak dikenal rilis ini ({own}); pakai rilis itu atau lebih baru.",
            f"This backup was made by release {of.release}, whose tables this one ({own}) does not know; install that or a newer one.",
        ) from None


def _versions(of: manifest.Manifest, *, major: int) -> None:
    made_by = max(of.major, postgres_tools.major_in(of.tools))
    if made_by > major:
        raise command_error.CommandError(
            f"Cadangan ini dibuat dengan PostgreSQL {made_by}, dan server ini versi {major}; perlu versi {made_by} atau lebih baru.",
            f"This backup was made with PostgreSQL {made_by}, and this server is version {major}; {made_by} or newer is needed.",
        )


def _copy(
    copy: copy_loading.Copy | None, *, of: manifest.Manifest, has_secrets: bool, outside: bool, state: restore_state.State | None
) -> copy_loading.Copy:
    if state is not None:
        copy = copy or copy_loading.Copy(state.copy)
        if copy.value != state.copy:
            raise command_error.CommandError(
                f"Pemulihan ini dimulai dengan salinan {state.copy}. Lanjutkan dengan: {state.command}",
                f"This restore was begun with the {state.copy} copy. Go on with: {state.command}",
                status=command_error.WRONG_USE,
            )
    can = [copy_loading.Copy.LOGICAL] if outside else copy_loading.usable(of=of, has_secrets=has_secrets)
    if copy is not None and copy not in can:
        raise command_error.CommandError(
            "Salinan base hanya dapat dipakai server bawaan dengan versi utama yang sama dan rahasia cadangannya; pakai --copy logical.",
            "The base copy is only for embedded servers of the same major version, with the backup's secrets; use --copy logical.",
            status=command_error.WRONG_USE,
        )
    return copy or can[0]


def _room(data: Path, *, folder: Path, of: manifest.Manifest, copy: copy_loading.Copy, with_database: bool) -> None:
    needed = sum(facts.bytes for name, facts in of.files.items() if name.startswith(f"{copy_loading.PICTURES}/"))
    if with_database and copy is copy_loading.Copy.BASE:
        try:
            listed = json.loads((folder / copy_loading.BASE / "backup_manifest").read_text(encoding="utf-8"))["Files"]
            needed += sum(int(file["Size"]) for file in listed)
        except (OSError, ValueError, KeyError, TypeError):
            raise manifest.damaged(folder, "base/backup_manifest") from None
    elif with_database:
        needed += _LOGICAL_TIMES * sum(facts.bytes for name, facts in of.files.items() if name.startswith(f"{copy_loading.LOGICAL}/"))
    parent = next(path for path in (data, *data.parents) if path.exists())
    if shutil.disk_usage(parent).free < needed + folders.ROOM_MB * 1_000_000:
        raise folders.full(data)
