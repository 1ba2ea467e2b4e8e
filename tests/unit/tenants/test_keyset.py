"""Cursors carry a whole key and nothing else: what was tampered with, or is another list's, begins at the start."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tenants import keyset

ORDER = keyset.Order("things", {"at": datetime, "count": int, "name": str, "id": UUID}, descending=True)
PLACE = (datetime(2026, 6, 2, 5, 30, 0, 123_456, tzinfo=UTC), -7, "Keripik “bayam” 🍃", UUID(int=5))

places = some.tuples(
    some.datetimes(timezones=some.just(UTC)),
    some.integers(-(2**63) + 1, 2**63 - 1),
    some.text(some.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=120),
    some.uuids(),
)


def written(*values: object) -> str:
    """A cursor that holds these values, made by hand."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@given(place=places)
def test_a_place_comes_back_as_it_was(place) -> None:
    assert ORDER.place(ORDER.cursor(place)) == place


@given(text=some.text(max_size=80))
def test_whatever_is_written_there_is_a_place_or_none(text: str) -> None:
    assert ORDER.place(text) is None


@given(cut=some.integers(0, 200), place=places)
def test_a_cursor_that_was_cut_off_is_none(cut: int, place) -> None:
    cursor = ORDER.cursor(place)

    assert ORDER.place(cursor[: min(cut, len(cursor) - 1)]) is None


@pytest.mark.parametrize(
    "cursor",
    [
        written(),
        written("things"),
        written("goods", PLACE[0].isoformat(), 1, "x", UUID(int=5).hex),  # of another list
        written("things", PLACE[0].isoformat(), 1, "x"),
        written("things", PLACE[0].isoformat(), 1, "x", UUID(int=5).hex, 1),
        written("things", "2026-06-02T05:30:00", 1, "x", UUID(int=5).hex),  # of no time zone
        written("things", "kemarin", 1, "x", UUID(int=5).hex),
        written("things", 5, 1, "x", UUID(int=5).hex),
        written("things", PLACE[0].isoformat(), True, "x", UUID(int=5).hex),
        written("things", PLACE[0].isoformat(), 1.5, "x", UUID(int=5).hex),
        written("things", PLACE[0].isoformat(), 2**63, "x", UUID(int=5).hex),
        written("things", PLACE[0].isoformat(), "1", "x", UUID(int=5).hex),
        written("things", PLACE[0].isoformat(), 1, "x\x00y", UUID(int=5).hex),
        written("things", PLACE[0].isoformat(), 1, "\ud800", UUID(int=5).hex),
        written("things", PLACE[0].isoformat(), 1, None, UUID(int=5).hex),
        written("things", PLACE[0].isoformat(), 1, "x", "5"),
        written("things", PLACE[0].isoformat(), 1, "x" * 2_000, UUID(int=5).hex),
        base64.urlsafe_b64encode(b"[" * 300).decode(),
        base64.urlsafe_b64encode(b'"things"').decode(),
        "a", "====", "+/+/", "x" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_place_of_this_list_is_its_start(cursor: str) -> None:
    assert ORDER.place(cursor) is None


def test_a_page_says_where_the_next_one_begins_only_where_there_is_one() -> None:
    by_number = keyset.Order("numbers", {"number": int})

    first = by_number.page([1, 2, 3], limit=2, place=lambda number: (number,))
    last = by_number.page([3], limit=2, place=lambda number: (number,))

    assert (first.rows, by_number.place(first.after)) == ([1, 2], (2,))
    assert last == keyset.Page([3], "")
