"""Whether the wall clock may be believed. Whatever lets things lapse, seals or pays by it asks here first, and waits while it is doubted.

Three clocks are compared: the wall clock, the one that counts since the machine's start (CLOCK_BOOTTIME, which nobody sets, and which
goes on while the machine sleeps), and the database's. The last time that was believed is written down with what the second one said, once
a minute and for each start of a machine. So a jump shows while a process runs and after it was started again. Between two starts of the
machine nothing proves how long it was off: a time before the last known one is doubted, and one long after it (PASARSAMA_CLOCK_GAP_DAYS).
A board without a clock of its own starts at the time that it saved last, and hears the right one from the network later: for an hour after
a start the clock may still be set ahead, as far as it might have shown at once.

The doubt ends by itself when the clocks agree again, or when a person says that this time is right (`pasarsama clock confirm`).
"""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from tenants import activity_log, codes, errors, models
from tenants.acts import Act
from tenants.db import context
from tenants.people import permissions
from tenants.people.permissions import Permission

APART_MAX = timedelta(minutes=10)
_NOTED_EVERY = timedelta(minutes=1)
_SET_AFTER_START_MAX = timedelta(hours=1)
_NEVER_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)  # boards without a clock start in 1970

log = logging.getLogger(__name__)


class ClockDoubted(errors.DomainError):
    """The wall clock may be wrong: what goes by it waits."""

    kind = errors.Kind.UNAVAILABLE
    code = "clock-doubted"
    sentence = gettext_noop("Jam mesin ini diragukan.")


class ClockJumped(ClockDoubted):
    """It was set while the machine ran."""

    code = "clock-jumped"
    sentence = gettext_noop(
        "Jam mesin ini meloncat: sekarang %(now)s, padahal menurut penghitung waktu mesin mestinya %(expected)s. "
        "Sampai jamnya dibetulkan, atau pengelola mesin menegaskan dengan `pasarsama clock confirm` bahwa jamnya benar, "
        "pesanan tidak digugurkan, pembukuan tidak disegel, dan pembayaran otomatis menunggu."
    )


class ClocksApart(ClockDoubted):
    """It and the database's are not the same."""

    code = "clocks-apart"
    sentence = gettext_noop(
        "Jam mesin ini (%(now)s) dan jam basis data (%(expected)s) berbeda lebih dari sepuluh menit. "
        "Sampai keduanya sama, pesanan tidak digugurkan, pembukuan tidak disegel, dan pembayaran otomatis menunggu."
    )


class ClockBehind(ClockDoubted):
    """It shows a time that is over."""

    code = "clock-behind"
    sentence = gettext_noop(
        "Jam mesin ini menunjukkan %(now)s, lebih awal dari waktu terakhir yang tercatat (%(expected)s). "
        "Sampai jamnya dibetulkan, atau pengelola mesin menegaskan dengan `pasarsama clock confirm` bahwa jamnya benar, "
        "pesanan tidak digugurkan, pembukuan tidak disegel, dan pembayaran otomatis menunggu."
    )


class ClockFarAhead(ClockDoubted):
    """Either the market stood still for long, or the clock is wrong."""

    code = "clock-far-ahead"
    sentence = gettext_noop(
        "Jam mesin ini menunjukkan %(now)s, lebih dari %(days)s hari sesudah waktu terakhir yang tercatat (%(expected)s). "
        "Kalau jamnya benar, pengelola mesin menegaskannya dengan `pasarsama clock confirm`. "
        "Sampai itu, pesanan tidak digugurkan, pembukuan tidak disegel, dan pembayaran otomatis menunggu."
    )


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """What the clocks say at one moment. `boot` names this start of the machine, `since_boot` is how long ago it was."""

    boot: str
    since_boot: timedelta
    wall: datetime
    database: datetime


_UNKNOWN_BOOT = uuid.uuid4().hex  # where the system does not tell, each process is taken for a start of its own


def read() -> Clocks:
    """Ask the clocks: the one place that does."""
    with context.public(), connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        database = cursor.fetchone()[0]
    named = Path("/proc/sys/kernel/random/boot_id")
    boot = named.read_text(encoding="ascii").strip() if named.exists() else _UNKNOWN_BOOT
    since = time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
    return Clocks(boot=boot, since_boot=timedelta(seconds=since), wall=timezone.now(), database=database)


def trusted() -> datetime | None:
    """The time, for what goes by it without a person; None while it is doubted, and then nothing may be done by it."""
    try:
        return required()
    except ClockDoubted as doubt:
        log.warning("%s: %s", doubt.code, doubt)
        return None


def required() -> datetime:
    """The time, for what goes by it.

    :raises ClockDoubted: as `check` does
    """
    clocks = read()
    check(clocks=clocks)
    _note(clocks)
    return clocks.wall


def check(*, clocks: Clocks) -> None:
    """Compare the clocks with each other and with what was believed last.

    :raises ClocksApart: if the database's clock shows another time
    :raises ClockJumped: if the wall clock was set since it was believed, on a machine that has been running since
    :raises ClockBehind: on a machine that was started since, if it shows a time before the last that was believed
    :raises ClockFarAhead: there, if that time is long ago
    """
    if abs(clocks.wall - clocks.database) > APART_MAX:
        raise ClocksApart(**_shown(clocks, clocks.database))
    notes = {note.boot: note for note in models.ClockNote.objects.all()}
    here = notes.pop(clocks.boot, None)
    last_at = max((note.wall_at for note in notes.values()), default=None)  # of other starts
    days = settings.PASARSAMA_CLOCK_GAP_DAYS
    latest = None if last_at is None else last_at + timedelta(days=days)
    if here is not None:
        expected = here.wall_at + clocks.since_boot - here.since_boot
        # While it is doubted nothing is noted: the last note of this start tells when it was set, also days later.
        may_be_set = here.since_boot < _SET_AFTER_START_MAX and latest is not None and expected < clocks.wall <= latest
        if abs(clocks.wall - expected) > APART_MAX and not may_be_set:
            raise ClockJumped(**_shown(clocks, expected))
        return
    if clocks.wall < (last_at or _NEVER_BEFORE) - APART_MAX:
        raise ClockBehind(**_shown(clocks, last_at or _NEVER_BEFORE))
    if last_at is not None and latest is not None and clocks.wall > latest:
        raise ClockFarAhead(**_shown(clocks, last_at), days=days)


def doubt() -> ClockDoubted | None:
    """Why the clock is doubted now, if it is; nothing is written."""
    try:
        check(clocks=read())
    except ClockDoubted as found:
        return found
    return None


def confirm(*, act: Act) -> datetime:
    """Say that the wall clock of this machine is right: what was believed before is forgotten, and what goes by it goes on. Gives the time.

    :raises ClocksApart: as long as the database's clock shows another time; there is nothing to choose between then
    :raises reasons.TooLong: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` manages others' accounts
    """
    permissions.require(act.by, Permission.MANAGE_ACCOUNTS, codes.FEDERATION)
    act, clocks = act.with_kept_reason(), read()
    if abs(clocks.wall - clocks.database) > APART_MAX:
        raise ClocksApart(**_shown(clocks, clocks.database))
    with context.public(), transaction.atomic():
        models.ClockNote.objects.all().delete()
        models.ClockNote.objects.create(boot=clocks.boot, wall_at=clocks.wall, since_boot=clocks.since_boot)
        activity_log.record(action="clock.confirmed", subject_id=codes.FEDERATION, act=act)
    return clocks.wall


def _note(clocks: Clocks) -> None:
    """Write down that this time was believed, if the last note is older than a minute; processes that do so at once agree."""
    with context.public(), connection.cursor() as cursor:
        seconds = clocks.since_boot.total_seconds()
        cursor.execute(_NOTE, [clocks.boot, clocks.wall, seconds, _NOTED_EVERY.total_seconds()])


_NOTE = """
INSERT INTO public.tenants_clocknote AS n (boot, wall_at, since_boot) VALUES (%s, %s, make_interval(secs => %s))
ON CONFLICT (boot) DO UPDATE SET wall_at = excluded.wall_at, since_boot = excluded.since_boot
WHERE excluded.since_boot >= n.since_boot + make_interval(secs => %s)
"""


def _shown(clocks: Clocks, expected: datetime) -> dict[str, str]:
    return {name: f"{timezone.localtime(at):%Y-%m-%d %H:%M}" for name, at in (("now", clocks.wall), ("expected", expected))}
