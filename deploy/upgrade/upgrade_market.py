"""Bringing a market to this release, step by step. It is shut from before its backup until after its last audit, and never half new."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from deploy import env
from deploy.audit import examination
from deploy.backup import make_backup, manifest, nightly
from deploy.console import command_error
from deploy.embedded import folders, servers
from deploy.upgrade import putting_back, shutting, upgrade_state
from deploy.upgrade.upgrade_state import State, Step
from settlement.sql import install
from tenants.http import readiness
from tenants.schemas import migrate_all

Clock = Callable[[], datetime]
_MOMENT = "%Y-%m-%dT%H%M%SZ"


class NotClean(command_error.CommandError):
    """The audit found something before anything was changed."""


class PutBack(command_error.CommandError):
    """The market is as it was before."""


def is_needed() -> bool:
    """Whether tables or functions are not this release's. Django is set up, as the owner."""
    return bool(readiness.missing() or migrate_all.lagging() or not install.is_of_these_files())


def upgrade(*, data: Path, machines: servers.Servers, now: Clock, progress: manifest.Progress) -> Path:
    """Upgrade the market of `data`, or go on with an interrupted upgrade; gives the backup of before. Runs as the owner.

    :raises NotClean: if the audit finds something before; nothing was changed
    :raises PutBack: if it went wrong; the market is as it was before, and the sentence names the release to install
    :raises command_error.CommandError: for whatever else stands in the way: market or worker run, no room for the backup
    """
    with upgrade_state.alone(data=data), folders.errors_as_sentences(data):
        state = upgrade_state.read(data=data) or _begin(data, now())
        return _Upgrade(data, machines, state, now, progress).run()


def _begin(data: Path, at: datetime) -> State:
    moment = at.astimezone(UTC).strftime(_MOMENT)
    backup = env.backups_folder(data) / f"before-upgrade-{moment}"
    failed = data / f"failed-upgrade-{moment}"
    return State(step=Step.CHECK, step_at=at, process=os.getpid(), backup=backup, failed=failed)


class _Upgrade:
    """One run through the steps that are left."""

    def __init__(self, data: Path, machines: servers.Servers, state: State, now: Clock, progress: manifest.Progress) -> None:
        self._data, self._machines, self._state, self._now, self._progress = data, machines, state, now, progress

    def run(self) -> Path:
        """All steps; gives the backup."""
        if self._state.step in (Step.CHECK, Step.BACKUP):
            try:
                self._shut()
                self._check()
                self._back_up()
            except BaseException:  # nothing was changed yet
                self._open()
                raise
        self._shut()
        problem = self._state.problem or self._migrate() or self._audit()
        if problem:
            self._at(Step.PUT_BACK, problem=problem)
            self._put_back()
        self._open()
        return self._state.backup

    def _at(self, step: Step, *, problem: str = "") -> None:
        self._state = dataclasses.replace(self._state, step=step, step_at=self._now(), process=os.getpid(), problem=problem)
        upgrade_state.write(data=self._data, state=self._state)
        self._progress(0, 1, step.value)

    def _shut(self) -> None:
        shutting.shut(machines=self._machines, owner_url=settings.DATABASE_OWNER_URL)

    def _open(self) -> None:
        shutting.open_again(machines=self._machines)
        upgrade_state.done(data=self._data)

    def _check(self) -> None:
        self._at(Step.CHECK)
        broken = [result.name for result in examination.run(at_rest=True, before_upgrade=True) if result.count]
        if broken:
            raise NotClean(
                f"Pemeriksaan sebelum pembaruan menemukan masalah ({', '.join(broken)}); tidak ada yang diubah. Lihat dengan"
                " `pasarsama audit --before-upgrade`.",
                f"The audit before the upgrade found something ({', '.join(broken)}); nothing was changed. See"
                " `pasarsama audit --before-upgrade`.",
            )

    def _back_up(self) -> None:
        self._at(Step.BACKUP)
        backup = self._state.backup
        if backup.exists():  # killed when it had its name, which it has only when it is complete; nothing was written since
            return
        backup.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        facts = make_backup.database_facts()
        nightly.need_room(folder=backup.parent, expected_bytes=make_backup.expected_bytes(facts=facts))
        make_backup.make(
            folder=backup, data=self._data, facts=facts, server=self._machines.postgres, now=self._now, progress=self._progress
        )

    def _migrate(self) -> str:
        """Migrate everything; gives what went wrong, else an empty text."""
        self._at(Step.MIGRATE)
        try:
            result = migrate_all.migrate_all(progress=lambda done, total, _: self._progress(done, total, Step.MIGRATE.value))
        except Exception as error:  # whatever a migration met: the market is not left half new
            return _sentence(error)
        return "; ".join(f"{failed.village_code}: {failed.reason}" for failed in result.failed)

    def _audit(self) -> str:
        """Look at everything; gives what was found, else an empty text. Before it was clean, so all of it is new."""
        self._at(Step.AUDIT)
        try:
            return ", ".join(result.name for result in examination.run(at_rest=True) if result.count)
        except Exception as error:
            return _sentence(error)

    def _put_back(self) -> None:
        state = self._state
        putting_back.put_back(machines=self._machines, backup=state.backup, failed=state.failed, progress=self._progress)
        release = manifest.read(folder=state.backup).release
        self._open()
        raise PutBack(
            f"Pembaruan gagal ({state.problem}). Pasar kembali seperti sebelumnya; pasang lagi rilis {release} untuk membukanya."
            f" Yang gagal disimpan di {state.failed}, cadangannya di {state.backup}.",
            f"The upgrade failed ({state.problem}). The market is as it was before; install release {release} again to open it."
            f" What failed is kept in {state.failed}, its backup in {state.backup}.",
        )


def _sentence(error: Exception) -> str:
    return f"{type(error).__name__}: {(str(error).strip().splitlines() or ['?'])[0]}"
