"""Finding and locking a cycle, and moving it on."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement import apps
from settlement.models import Cycle
from tenants import activity_log, idempotency, wake_ups
from tenants.acts import Act
from tenants.codes import AT_FEDERATION
from tenants.errors import DomainError, Kind

State = Cycle.State
CHANGES = apps.SettlementConfig.limited_updates["settlement_cycle"]  # what the application's role may change of a cycle


class NoSuchCycle(DomainError):
    """There is no cycle of this number."""

    kind = Kind.NOT_FOUND
    code = "no-such-cycle"
    sentence = gettext_noop("Putaran itu tidak ada.")


class CycleMovedOn(DomainError):
    """The cycle does not stand where this step begins."""

    kind = Kind.CONFLICT
    code = "cycle-moved-on"
    sentence = gettext_noop("Putaran %(number)s sudah di langkah lain. Buka lagi halamannya.")


def locked(*, number: int, within: Sequence[str] | None = None) -> Cycle:
    """The cycle, its row locked until the end of the caller's transaction.

    :raises NoSuchCycle: if there is none
    :raises CycleMovedOn: if it stands in none of these states
    """
    cycle = Cycle.objects.select_for_update(no_key=True).filter(number=number).first()
    if cycle is None:
        raise NoSuchCycle
    if within is not None and cycle.state not in within:
        raise CycleMovedOn(number=number)
    return cycle


def once(*, number: int, action: str, asked: Mapping[str, object], act: Act) -> contextlib.AbstractContextManager[idempotency.Claim]:
    """One form about a cycle, in its transaction and before the cycle is locked: it counts once.

    :raises errors.FormReused: if the form asked for something else before
    """
    scope = idempotency.Scope(operation="cycle", principal=act.by.account_id, village_code=AT_FEDERATION)
    return idempotency.once(scope=scope, key=act.key, request={"cycle": number, "action": action, "asked": asked}, money=True, at=act.at)


def move(*, cycle: Cycle, to: str, action: str, act: Act, detail: dict[str, object] | None = None) -> None:
    """Move a locked cycle on and write down who did it. `action` reads cycle.verb."""
    cycle.state = to
    cycle.save(update_fields=CHANGES)
    activity_log.record(action=action, subject_id=str(cycle.number), act=act, detail=detail)


def snapshot_of(cycle: Cycle) -> UUID:
    """The snapshot in force.

    :raises RuntimeError: before there is one; a step that asks was called too early, so this is a bug
    """
    if cycle.snapshot_id is None:
        raise RuntimeError(f"Cycle {cycle.number} has no snapshot yet")
    return cycle.snapshot_id


def wake_worker(*, cycle: Cycle) -> None:
    """Let a worker do the steps that need no person, after the commit. A lost message only costs a minute: the periodic look finds it."""
    number = cycle.number  # the task by its name: tasks.py imports the steps, and they this module
    transaction.on_commit(lambda: wake_ups.send(task="settlement.tasks.advance_cycle", number=number), robust=True)


def unfinished() -> Cycle | None:
    """The cycle between cut-off and close, if there is one."""
    return Cycle.objects.exclude(state__in=(State.OPEN, State.CLOSED, State.ABORTED)).first()


def has_open() -> bool:
    """Whether postings belong to a cycle: since the first village came."""
    return Cycle.objects.filter(state=State.OPEN).exists()


def open_number() -> int:
    """The number of the cycle that postings belong to now."""
    number: int = Cycle.objects.values_list("number", flat=True).get(state=State.OPEN)
    return number
