"""All villages at once: which of them lag behind the code's migrations, and bringing them to the head.

One query finds the villages that lag. For those, the missing migrations run once, in the template or in a first village, where every
statement is kept; the others get these statements, their stamps and the new head in one round trip and one transaction each.
Migrations that do more than statements can tell (RunPython) run by Django's executor in every village. Whatever is stopped
goes on at the next call.
"""

from __future__ import annotations

import dataclasses
import logging
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent import futures

from django.db import DatabaseError, connection, connections, transaction

from tenants import codes, models
from tenants.codes import VillageCode
from tenants.db import context, privileges
from tenants.schemas import migrate_one, migration_state, provisioning, table_changes

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]  # done, total, village code
State = models.Village.State

_VILLAGES_PER_TASK = 8  # small enough that progress moves and a dead process takes few along
_SEPARATOR = "\n;\n"  # on a line of its own: a statement may end in a comment
_ALREADY = "pasarsama: stamped already"
_STOP_IF_STAMPED = (
    "DO $$ BEGIN IF EXISTS (SELECT FROM {table} WHERE (app, name) IN ({keys})) THEN RAISE EXCEPTION '" + _ALREADY + "'; END IF; END $$"
)
_LOCK_SECONDS = 10  # a village whose tables are in use that long is listed as failed; the next call tries it again


@dataclasses.dataclass(frozen=True)
class Failed:
    """A village that could not be migrated, and why, in one line."""

    village_code: VillageCode
    reason: str


@dataclasses.dataclass(frozen=True)
class Migrated:
    """What a run did: villages that were at the head already, villages brought there, villages that failed."""

    at_head: int
    done: tuple[VillageCode, ...]
    failed: tuple[Failed, ...]


@dataclasses.dataclass(frozen=True)
class Lagging:
    """A village that is not known to be at the head."""

    code: VillageCode
    schema: str
    head: str  # as recorded; empty: unknown
    state: str  # Village.State

    @property
    def archived(self) -> bool:
        """Whether nobody writes there any more."""
        return self.state == State.ARCHIVED

    @property
    def is_open(self) -> bool:
        """Whether its shop sells, or is about to."""
        return self.state not in (State.ARCHIVED, State.SUSPENDED)


def lagging() -> list[Lagging]:
    """The villages whose recorded head differs from the code's: one question, no schema is opened."""
    with context.public():
        rows = models.Village.objects.exclude(state=State.CREATED).exclude(migration_head=migration_state.current()).order_by("code")
        return [
            Lagging(code=code, schema=schema, head=head, state=state)
            for code, schema, head, state in rows.values_list("code", "schema_name", "migration_head", "state")
        ]


def status() -> tuple[int, int]:
    """How many villages have a schema, and how many of them lag."""
    with context.public():
        return models.Village.objects.exclude(state=State.CREATED).count(), len(lagging())


def migrate_all(*, jobs: int | None = None, progress: Progress | None = None) -> Migrated:
    """Bring public, the template and every village to the head, and set the privileges right. Runs as the owner.

    :raises migration_state.OtherRelease: if the data were made by a release that this one does not follow
    """
    migrate_one.run_in_public()
    migrated = migrate(jobs=jobs, progress=progress)
    privileges.apply()
    return migrated


def migrate(*, jobs: int | None = None, progress: Progress | None = None) -> Migrated:
    """Bring the template and every lagging village to the head; one that fails does not stop the others. Runs as the owner.

    `jobs` is the number of processes (one per core by default); with 1, everything happens in this one.
    """
    recordings: dict[tuple[migration_state.Migration, ...], migrate_one.Recording] = {}
    _keep(recordings, provisioning.ensure_template())
    waiting = lagging()
    with context.public():
        at_head = models.Village.objects.filter(migration_head=migration_state.current()).exclude(state=State.CREATED).count()
    if not waiting:
        return Migrated(at_head=at_head, done=(), failed=())
    done: list[VillageCode] = []
    failed: list[Failed] = []
    for village, reason in _run(waiting, recordings, jobs=jobs or os.cpu_count() or 1):
        if reason:
            log.error("Village %s could not be migrated: %s", village.code, reason)
            failed.append(Failed(village_code=village.code, reason=reason))
        else:
            done.append(village.code)
        if progress:
            progress(len(done) + len(failed), len(waiting), village.code)
    return Migrated(at_head=at_head, done=tuple(sorted(done)), failed=tuple(sorted(failed, key=lambda one: one.village_code)))


Outcome = tuple[Lagging, str]  # an empty reason: it is at the head now


def _run(
    waiting: Sequence[Lagging], recordings: dict[tuple[migration_state.Migration, ...], migrate_one.Recording], *, jobs: int
) -> Iterator[Outcome]:
    """Group the villages by their head; where nothing is recorded for that step yet, villages run it here until one succeeds."""
    groups: dict[str, list[Lagging]] = {}
    for village in waiting:
        groups.setdefault(village.head or village.code, []).append(village)
    replays = provisioning.copies()
    for group in groups.values():
        # Equal heads are equal migrations; should somebody have run some by other means, the replay notices (see _replay).
        missing = migration_state.missing(schema=group[0].schema)
        rest = iter(group)
        while replays and missing and missing not in recordings:
            pilot = next(rest, None)
            if pilot is None:
                break
            yield pilot, _attempt(pilot, recordings)
        yield from _spread(list(rest), recordings.get(missing) if replays else None, jobs=jobs)


def _attempt(village: Lagging, recordings: dict[tuple[migration_state.Migration, ...], migrate_one.Recording]) -> str:
    try:
        _keep(recordings, _execute(village))
    except Exception as error:
        return _message(error)
    return ""


def _spread(group: Sequence[Lagging], recording: migrate_one.Recording | None, *, jobs: int) -> Iterator[Outcome]:
    """Bring a group to the head in parallel processes; what a dead process leaves undone is reported as failed."""
    parts = [group[start : start + _VILLAGES_PER_TASK] for start in range(0, len(group), _VILLAGES_PER_TASK)]
    if jobs <= 1 or len(parts) <= 1:
        for part in parts:
            yield from _bring(part, recording)
        return
    connections.close_all()  # a connection may not be shared with the processes that begin now
    # Forked processes have the code and the recording at once; they are started before this pool starts its own thread.
    with futures.ProcessPoolExecutor(max_workers=min(jobs, len(parts)), mp_context=multiprocessing.get_context("fork")) as pool:
        running = {pool.submit(_bring_in_child, part, recording): part for part in parts}
        for future in futures.as_completed(running):
            try:
                yield from future.result()
            except futures.BrokenExecutor:
                for village in running[future]:
                    yield village, "the process that worked on it was killed"


def _bring_in_child(part: Sequence[Lagging], recording: migrate_one.Recording | None) -> list[Outcome]:
    try:
        return list(_bring(part, recording))
    finally:
        connections.close_all()


def _bring(part: Iterable[Lagging], recording: migrate_one.Recording | None) -> Iterator[Outcome]:
    for village in part:
        try:
            if recording is None or not recording.replayable or not _replay(village, recording):
                _execute(village)
        except Exception as error:
            # One village's trouble (its rows break a new rule, its table is locked) is listed; the others go on.
            yield village, _message(error)
        else:
            yield village, ""


def _execute(village: Lagging) -> migrate_one.Recording:
    """Run the migrations that a village lacks by Django's executor, and record its head."""
    with migrate_one.alone(village.schema):
        recording = migrate_one.run_in(schema=village.schema)
        with context.public(), transaction.atomic(), connection.cursor() as cursor:  # PostgreSQL bears no two grants on a table at once
            cursor.execute(_SEPARATOR.join([*_grants(village), _head(village)]))
    return recording


def _replay(village: Lagging, recording: migrate_one.Recording) -> bool:
    """Say what was recorded, stamp it, grant, and record the head: one round trip, one transaction.

    False, and nothing is changed, if the village has one of these migrations already: somebody ran it by other means.
    """
    schema = connection.ops.quote_name(village.schema)
    with context.public(), connection.cursor() as cursor:
        keys = ", ".join(cursor.mogrify("(%s, %s)", key).decode() for key in recording.migrations)
        texts = [
            f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'",
            # What a crash could lose here is done again by the next run: head, stamps and tables are one transaction.
            "SET LOCAL synchronous_commit = off",
            f"SET LOCAL search_path = {schema}, {context.PUBLIC}",
            table_changes.IN_TRANSACTION,
            # Another run may be at this village: whoever comes second waits here, and then finds it stamped.
            cursor.mogrify("SELECT pg_advisory_xact_lock(hashtext(%s))", [migrate_one.lock_name(village.schema)]).decode(),
            _STOP_IF_STAMPED.format(table=f"{schema}.django_migrations", keys=keys),
            *recording.statements,
            f"INSERT INTO {schema}.django_migrations (app, name, applied)"  # noqa: S608 - quoted by psycopg2
            f" SELECT app, name, now() FROM (VALUES {keys}) AS applied (app, name)",
            f"SET LOCAL search_path = {context.PUBLIC}",
            *(_grants(village) if recording.makes_tables else []),
            _head(village),
        ]
        try:
            with transaction.atomic():
                cursor.execute(_SEPARATOR.join(texts))
        except DatabaseError as error:
            if _ALREADY in str(error):
                return False
            raise
    return True


def _grants(village: Lagging) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [codes.TEMPLATE_SCHEMA])
        tables = [name for (name,) in cursor.fetchall()]
    return privileges.statements(schema=village.schema, tables=tables, read_only=village.archived)


def _head(village: Lagging) -> str:
    with connection.cursor() as cursor:
        sql = cursor.mogrify("UPDATE tenants_village SET migration_head = %s WHERE code = %s", [migration_state.current(), village.code])
        return str(sql, "utf-8")


def _keep(recordings: dict[tuple[migration_state.Migration, ...], migrate_one.Recording], recording: migrate_one.Recording) -> None:
    missing = tuple(key for key in recording.migrations if key[0] in migration_state.labels())
    if missing:
        recordings[missing] = recording


def _message(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else ''}"
