"""The backup of every night: when it is due, where it goes, and which older ones may go.

Kept are the newest of each of the last 7 days and of each of the last 8 weeks. What is removed is removed only after a new one is verified,
the last sound one never. A disk of which less than a tenth would be left gets no backup.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from deploy.backup import manifest
from deploy.console import command_error
from deploy.embedded import folders
from tenants import newest_backup

DAYS, WEEKS = 7, 8
HOUR = 2  # of the federation's night
_ROOM_SHARE = 0.10
_MOMENT = "%Y-%m-%dT%H%M%SZ"
_MARKET_SIGNS = 8


def is_due(*, data: Path, at: datetime, zone: ZoneInfo) -> bool:
    """Whether since the last time that it was two o'clock at night no backup began."""
    newest = newest_backup.read(data=data)
    return newest is None or not _last_night(at, zone) <= newest.began_at <= at


def new_folder(*, folder: Path, market: str, at: datetime) -> Path:
    """The name of a market's backup of this moment below the folder of all of them; several markets may keep theirs there."""
    return folder / f"{at.astimezone(UTC).strftime(_MOMENT)}-{_sign(market)}"


def need_room(*, folder: Path, expected_bytes: int) -> None:
    """Nothing, if a tenth of the disk would be left beside one more backup of this size.

    :raises folders.DiskFull: if less would be left
    """
    disk = shutil.disk_usage(folder)
    if disk.free - expected_bytes < disk.total * _ROOM_SHARE:
        raise folders.DiskFull(
            f"Cadangan malam ini tidak dibuat: di disk {folder} akan tersisa kurang dari 10 %. Kosongkan sebagian, atau pilih disk lain di "
            "PASARSAMA_BACKUPS.",
            f"Tonight's backup is not made: less than 10 % of the disk of {folder} would be left. Free some, or choose another disk in "
            "PASARSAMA_BACKUPS.",
        )


def kept(*, moments: Sequence[datetime], zone: ZoneInfo) -> set[datetime]:
    """Of these moments, the newest of each of the 7 last days that have one, and of each of the 8 last weeks that have one."""
    days: dict[date, datetime] = {}
    weeks: dict[tuple[int, int], datetime] = {}
    for moment in sorted(moments):
        day = moment.astimezone(zone).date()
        days[day] = moment
        weeks[day.isocalendar()[:2]] = moment
    return {days[day] for day in sorted(days)[-DAYS:]} | {weeks[week] for week in sorted(weeks)[-WEEKS:]}


def remove_old(*, folder: Path, market: str, newest: Path, zone: ZoneInfo) -> list[Path]:
    """Remove a market's nightly backups that need not be kept, and what killed ones of its left; gives what was removed.

    `newest` was verified just now and stays. What bears another name (somebody made it on purpose), is another market's, or has no readable
    manifest is left alone.
    """
    found: dict[datetime, Path] = {}
    for path in folder.glob(f"*Z-{_sign(market)}"):
        try:
            kept_manifest = manifest.read(folder=path)
        except command_error.CommandError:
            continue
        if kept_manifest.market == market:
            found[kept_manifest.began_at] = path
    keep = kept(moments=list(found), zone=zone)
    removed = [path for moment, path in sorted(found.items()) if moment not in keep and path != newest]
    for path in removed:
        path.rename(path.with_name(f".{path.name}.part"))  # half removed it would look like a backup
    for part in folder.glob(f".*Z-{_sign(market)}.part"):
        shutil.rmtree(part, ignore_errors=True)
    return removed


def _sign(market: str) -> str:
    return hashlib.sha256(market.encode()).hexdigest()[:_MARKET_SIGNS]


def _last_night(at: datetime, zone: ZoneInfo) -> datetime:
    here = at.astimezone(zone)
    tonight = here.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight <= here else tonight - timedelta(days=1)
