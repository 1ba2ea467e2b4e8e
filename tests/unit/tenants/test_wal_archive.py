"""What waits to be archived is told by the names that PostgreSQL gives its segments."""

from __future__ import annotations

import pytest

from tenants import wal_archive

MB = 1 << 20
SEGMENT = 16 * MB
FIFTH = "000000010000000000000005"  # 80 MB to 96 MB
OF_THE_NEXT_4_GB = "00000002000000010000000A"


@pytest.mark.parametrize(
    ("newest", "written_bytes", "does_wait"),
    [
        (FIFTH, 96 * MB, False),
        (FIFTH, 96 * MB + 400, False),
        (FIFTH, 96 * MB + 8193, True),
        (FIFTH, 150 * MB, True),
        (f"{FIFTH}.00000028.backup", 96 * MB + 400, False),
        (OF_THE_NEXT_4_GB, (4096 + 176) * MB, False),
        (OF_THE_NEXT_4_GB, (4096 + 177) * MB, True),
        ("00000002.history", 96 * MB, True),
        (None, 96 * MB, True),
    ],
)
def test_what_was_written_behind_the_newest_segment_waits(newest: str | None, written_bytes: int, does_wait: bool) -> None:
    assert wal_archive.waits(newest=newest, written_bytes=written_bytes, segment_bytes=SEGMENT) is does_wait


def test_a_server_that_archives_nothing_says_so(market) -> None:
    assert wal_archive.read() is None
