"""Which backup is the newest, written down in the data folder when it is complete: for the desk and for whoever watches the servers."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tenants import private_files

MANIFEST = "isi.json"  # in a backup that is complete
_NAME = "newest-backup.json"
_OLD_AFTER = timedelta(hours=36)  # a night was missed


@dataclass(frozen=True)
class NewestBackup:
    """Where it stands, and when it began: what came later may be missing in it."""

    folder: Path
    began_at: datetime

    def age(self, *, at: datetime) -> timedelta:
        """How much of the market's life it lacks; nothing for one that lies in the future (a clock was wrong)."""
        return max(at - self.began_at, timedelta(0))

    def is_old(self, *, at: datetime) -> bool:
        """Whether a night was missed."""
        return self.age(at=at) > _OLD_AFTER


def write(*, data: Path, folder: Path, began_at: datetime) -> None:
    """Note a backup that is complete and verified."""
    fresh = data / f".{_NAME}.new"
    with private_files.create(fresh) as file:
        json.dump({"folder": str(folder), "began_at": began_at.isoformat()}, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(data / _NAME)


def read(*, data: Path) -> NewestBackup | None:
    """The newest backup; None if there was never one, or it is not there any more."""
    try:
        values = json.loads((data / _NAME).read_text(encoding="utf-8"))
        newest = NewestBackup(folder=Path(values["folder"]), began_at=datetime.fromisoformat(values["began_at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return newest if (newest.folder / MANIFEST).is_file() else None
