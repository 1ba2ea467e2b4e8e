"""Making the database's functions and triggers what the files say.

The order is always the same: drop triggers, drop functions, create functions, create triggers. A function that only changed its body is
replaced where it stands, so that whoever is calling it goes on; one that changed its signature is dropped and made, with the triggers
that call it. What has no file is dropped. What somebody changed by hand is seen by the hash of the catalogue's text and mended.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from settlement.models import InstalledFunction
from settlement.sql import installed_objects, source_files
from settlement.sql.source_files import Key, Kind, Source
from tenants.db import context
from tenants.schemas import migrate_one

log = logging.getLogger(__name__)

_LOCK_SECONDS = 10  # a table that is in use that long keeps its trigger; the installation fails and is tried again by whoever migrates


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installation did; both are empty if everything stood already."""

    dropped: tuple[Key, ...]
    created: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Hashes:
    """What a file and the catalogue's text of it were when it was installed."""

    file_sha256: str
    catalogue_sha256: str


@dataclass(frozen=True, slots=True)
class _Plan:
    dropped: tuple[installed_objects.InstalledObject, ...]  # triggers first
    created: tuple[Source, ...]  # functions first


def everything() -> Installed:
    """Install all files, in one transaction under the lock of whoever migrates public. Runs as the owner, when public is at its head.

    Where nothing differs it only compares hashes (a few milliseconds) and waits for nobody but another migration.

    :raises django.db.DatabaseError: if a file is wrong, or a table is in use too long; nothing has changed then
    :raises RuntimeError: if a file makes something else than its name says; nothing has changed then
    """
    with context.public(), transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [migrate_one.lock_name(context.PUBLIC)])
        sources = source_files.read()
        written = written_down()
        plan = _plan(sources=sources, installed=installed_objects.read(cursor), written=written)
        if plan.dropped or plan.created:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{_LOCK_SECONDS}s"])
            _drop(cursor, plan.dropped)
            into(cursor, plan.created)
            _write_down(sources, _checked(cursor, sources), plan.created)
    done = Installed(dropped=tuple(entry.key for entry in plan.dropped), created=tuple(source.key for source in plan.created))
    if written and (done.created or done.dropped):  # in a new database there is nothing to tell
        log.info("Installed of the ledger: %s; dropped before: %s", _named(done.created), _named(done.dropped))
    return done


def one(*, name: str) -> None:
    """Install one function for a migration that needs it, in its transaction. What it calls need not be there yet.

    :raises KeyError: if no file has this name
    """
    source = source_files.one(name)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL check_function_bodies = off")
        entry = installed_objects.read(cursor).get(source.key)
        if entry is not None and (source.key.kind is Kind.TRIGGER or entry.signature != source.signature):
            _drop(cursor, [entry])
        _say(cursor, source)


def into(cursor: Any, sources: Iterable[Source]) -> None:
    """Create these in the given order, in the cursor's transaction; bodies are checked once all are there, whichever calls which."""
    sources = tuple(sources)
    functions = [source for source in sources if source.key.kind is Kind.FUNCTION]
    for checked in ("off", "on"):
        cursor.execute(f"SET LOCAL check_function_bodies = {checked}")
        for source in functions:
            _say(cursor, source)
    for source in sources:
        if source.key.kind is Kind.TRIGGER:
            _say(cursor, source)


def written_down() -> dict[Key, Hashes]:
    """What the last installation wrote down; the application's role may read it."""
    with context.public():
        rows = InstalledFunction.objects.values_list("kind", "identifier", "file_sha256", "catalogue_sha256")
        return {Key(Kind(kind), name): Hashes(bytes(file).hex(), bytes(text).hex()) for kind, name, file, text in rows}


def is_of_these_files() -> bool:
    """Whether the last installation was of these files. Whether somebody changed it since is for the audit to find."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"public.{InstalledFunction._meta.db_table}"])
        if cursor.fetchone()[0] is None:
            return False
    return {key: hashes.file_sha256 for key, hashes in written_down().items()} == {
        key: source.sha256 for key, source in source_files.read().items()
    }


def _plan(
    *, sources: Mapping[Key, Source], installed: Mapping[Key, installed_objects.InstalledObject], written: Mapping[Key, Hashes]
) -> _Plan:
    differing = {
        key
        for key, source in sources.items()
        if key not in installed or written.get(key) != Hashes(file_sha256=source.sha256, catalogue_sha256=installed[key].sha256)
    }
    dropped = {
        key
        for key, entry in installed.items()
        if key not in sources or (key in differing and (key.kind is Kind.TRIGGER or entry.signature != sources[key].signature))
    }
    # A function is not dropped while a trigger calls it.
    functions = {key.name for key in dropped if key.kind is Kind.FUNCTION}
    dropped |= {key for key, entry in installed.items() if entry.calls & functions}
    return _Plan(
        dropped=tuple(installed[key] for key in sorted(dropped, key=lambda key: (key.kind is Kind.FUNCTION, key.name))),
        created=tuple(source for key, source in sources.items() if key in differing | dropped),
    )


def _say(cursor: Any, source: Source) -> None:
    for statement in source.statements:
        cursor.execute(statement)


def _drop(cursor: Any, entries: Iterable[installed_objects.InstalledObject]) -> None:
    for entry in entries:
        for place in entry.places:
            cursor.execute(f"DROP {'TRIGGER' if entry.key.kind is Kind.TRIGGER else 'ROUTINE'} {place}")


def _checked(cursor: Any, sources: Mapping[Key, Source]) -> dict[Key, installed_objects.InstalledObject]:
    """What stands now, which is what the files' names say."""
    installed = installed_objects.read(cursor)
    if installed.keys() != sources.keys():
        raise RuntimeError(f"These files do not make what their names say: {_named(installed.keys() ^ sources.keys())}")
    for key, entry in installed.items():
        if entry.signature != sources[key].signature:
            raise RuntimeError(f"{key}: its signature is not written as the catalogue writes it: {entry.signature}")
    return installed


def _write_down(
    sources: Mapping[Key, Source], installed: Mapping[Key, installed_objects.InstalledObject], created: Iterable[Source]
) -> None:
    InstalledFunction.objects.exclude(identifier__in=[key.name for key in sources]).delete()
    InstalledFunction.objects.bulk_create(
        [
            InstalledFunction(
                identifier=source.key.name,
                kind=source.key.kind,
                file_sha256=bytes.fromhex(source.sha256),
                catalogue_sha256=bytes.fromhex(installed[source.key].sha256),
                installed_at=timezone.now(),
            )
            for source in created
        ],
        update_conflicts=True,
        unique_fields=["identifier"],
        update_fields=["kind", "file_sha256", "catalogue_sha256", "installed_at"],
    )


def _named(keys: Iterable[Key]) -> str:
    return ", ".join(map(str, sorted(keys))) or "nothing"
