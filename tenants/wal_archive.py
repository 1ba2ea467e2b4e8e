"""Whether PostgreSQL sends its log away (WAL archiving), and how far it has come. RUNNING.md says how it is set up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from tenants.db import context

_OLD_AFTER = timedelta(minutes=15)
# A new segment begins with a header, and an idle server adds a few records: less than a page says that nothing happened.
_IDLE_BYTES = 8192
_SEGMENT = re.compile(r"[0-9A-F]{8}([0-9A-F]{8})([0-9A-F]{8})")  # timeline, then the number of the segment in two parts
_READ = """
    SELECT extract(epoch FROM clock_timestamp() - last_archived_time)::bigint,
           extract(epoch FROM clock_timestamp() - coalesce(last_archived_time, stats_reset))::bigint,
           last_failed_time IS NOT NULL AND (last_archived_time IS NULL OR last_failed_time > last_archived_time),
           last_archived_wal,
           pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint,
           (SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size')
    FROM pg_stat_archiver WHERE current_setting('archive_mode') <> 'off'
"""


@dataclass(frozen=True)
class WalArchive:
    """How old the newest archived log is (None: none was, as far as the server knows), and whether what was written since waits in vain."""

    age: timedelta | None
    is_behind: bool


def read() -> WalArchive | None:
    """What the server says of its archiving, by its own clock; None where it does none."""
    with context.public(), connection.cursor() as cursor:
        cursor.execute(_READ)
        row = cursor.fetchone()
    if row is None:
        return None
    age_seconds, quiet_seconds, failed, newest, written_bytes, segment_bytes = row
    quiet = timedelta(seconds=quiet_seconds)
    is_late = quiet > _OLD_AFTER and waits(newest=newest, written_bytes=written_bytes, segment_bytes=segment_bytes)
    return WalArchive(age=None if age_seconds is None else timedelta(seconds=max(age_seconds, 0)), is_behind=failed or is_late)


def waits(*, newest: str | None, written_bytes: int, segment_bytes: int) -> bool:
    """Whether anything worth a word was written behind the newest archived segment; also where that is unknown."""
    found = _SEGMENT.match(newest or "")
    if found is None:
        return True
    number = int(found[1], 16) * (2**32 // segment_bytes) + int(found[2], 16)
    return written_bytes - (number + 1) * segment_bytes > _IDLE_BYTES
