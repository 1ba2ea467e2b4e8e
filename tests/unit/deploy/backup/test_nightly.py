"""When the backup of the night is due, and which older ones stay."""

from __future__ import annotations

import shutil
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.backup import manifest, nightly
from deploy.embedded import folders
from tenants import newest_backup

JAKARTA = ZoneInfo("Asia/Jakarta")
OURS, THEIRS = "7001-5", "7002-5"
NIGHT = datetime(2026, 7, 1, 2, tzinfo=JAKARTA)
Usage = namedtuple("Usage", "total used free")
moments = st.lists(
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - given below
    min_size=1,
    max_size=60,
    unique=True,
)


def backup(folder: Path, began_at: datetime, *, market: str = OURS) -> Path:
    path = nightly.new_folder(folder=folder, market=market, at=began_at)
    path.mkdir(parents=True)
    facts: dict[str, manifest.FileFacts] = {}
    manifest.write(
        folder=path,
        manifest=manifest.Manifest(market, "0.1.0", (), began_at, began_at, "18.1", "pg_dump", "b C 1", {}, None, {}, False, {}, facts),
    )
    return path


@pytest.mark.parametrize(
    ("newest_at", "at", "due"),
    [
        (None, NIGHT + timedelta(hours=6), True),
        (NIGHT - timedelta(days=1), NIGHT - timedelta(minutes=1), False),
        (NIGHT - timedelta(days=1), NIGHT, True),
        (NIGHT - timedelta(minutes=5), NIGHT, True),
        (NIGHT + timedelta(minutes=1), NIGHT + timedelta(hours=23), False),
        (NIGHT - timedelta(days=40), NIGHT + timedelta(hours=12), True),
        (NIGHT + timedelta(days=300), NIGHT + timedelta(hours=12), True),
    ],
    ids=["first", "before the night", "at night", "made by hand before the night", "done", "the machine was off", "a clock was wrong"],
)
def test_it_is_due_once_a_night(tmp_path: Path, newest_at: datetime | None, at: datetime, due: bool) -> None:
    if newest_at is not None:
        (tmp_path / "b").mkdir()
        (tmp_path / "b" / newest_backup.MANIFEST).touch()
        newest_backup.write(data=tmp_path, folder=tmp_path / "b", began_at=newest_at)

    assert nightly.is_due(data=tmp_path, at=at.astimezone(UTC), zone=JAKARTA) is due


@given(moments)
def test_the_newest_of_seven_days_and_eight_weeks_stay(made: list[datetime]) -> None:
    kept = nightly.kept(moments=made, zone=JAKARTA)

    days = sorted({moment.astimezone(JAKARTA).date() for moment in made})[-nightly.DAYS :]
    assert max(made) in kept
    assert kept <= set(made)
    assert len(kept) <= nightly.DAYS + nightly.WEEKS
    for day in days:
        assert max(moment for moment in made if moment.astimezone(JAKARTA).date() == day) in kept


@given(st.integers(min_value=60, max_value=200))
def test_night_after_night_more_than_six_weeks_back_can_be_reached(nights: int) -> None:
    kept: set[datetime] = set()
    for night in range(nights):
        kept = nightly.kept(moments=[*kept, NIGHT + timedelta(days=night)], zone=JAKARTA)

    newest = NIGHT + timedelta(days=nights - 1)
    assert newest - min(kept) >= timedelta(days=43)  # from a Monday to the last Sunday of the eighth week, this one counted


def test_old_ones_go_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    old = [backup(tmp_path, NIGHT - timedelta(days=number)) for number in range(1, 100)]
    newest = backup(tmp_path, NIGHT)
    (tmp_path / "foto-keluarga").mkdir()
    (tmp_path / ".lain.part").mkdir()
    theirs = [backup(tmp_path, NIGHT - timedelta(days=number), market=THEIRS) for number in range(1, 100)]
    on_purpose = backup(tmp_path, NIGHT - timedelta(days=5, hours=3)).rename(tmp_path / "sebelum-rilis-baru")
    nightly.new_folder(folder=tmp_path, market=OURS, at=NIGHT - timedelta(days=3, hours=1)).with_name(
        f".{nightly.new_folder(folder=tmp_path, market=OURS, at=NIGHT).name}.part"
    ).mkdir()

    removed = nightly.remove_old(folder=tmp_path, market=OURS, newest=newest, zone=JAKARTA)

    assert set(removed) < set(old)
    assert newest.exists()
    assert all(path.exists() for path in [tmp_path / "foto-keluarga", on_purpose, *theirs])
    assert [path.name for path in tmp_path.glob(".*.part")] == [".lain.part"]
    stay = nightly.DAYS + nightly.WEEKS - 2  # the newest of this week and of the last are among the seven days
    assert len([path for path in [*old, newest] if path.exists()]) == stay


def test_a_backup_half_removed_does_not_look_like_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        backup(tmp_path, NIGHT - timedelta(days=number))
    monkeypatch.setattr(shutil, "rmtree", lambda path, ignore_errors: None)  # killed before the first file is gone

    removed = nightly.remove_old(folder=tmp_path, market=OURS, newest=tmp_path, zone=JAKARTA)

    assert removed
    assert not [path for path in removed if path.exists()]


@pytest.mark.parametrize(("free", "fits"), [(200, True), (199, False)])
def test_the_last_tenth_of_the_disk_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, fits: bool) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1000, 0, free))
    if fits:
        nightly.need_room(folder=tmp_path, expected_bytes=100)
        return

    with pytest.raises(folders.DiskFull):
        nightly.need_room(folder=tmp_path, expected_bytes=100)
