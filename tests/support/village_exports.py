"""A village exported at one moment and restored at a later one, for tests of what happened in between."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from deploy import audit
from tenants import acts, models
from tenants.schemas import export_village, restore_village
from tests.support import servers, shopping
from tests.support.factories import CIBIRU


def export(database: str, folder: Path, *, code: str = CIBIRU) -> Path:
    """Write a village of this database into a folder; gives it."""
    with servers.as_owner(database):
        return export_village.export(code=code, folder=folder, act=acts.by_command_line(at=shopping.NOON)).folder


def restore(database: str, folder: Path) -> restore_village.Restored:
    """Bring the village of a folder back in this database."""
    with servers.as_owner(database):
        act = acts.by_command_line(at=soon())
        return restore_village.restore(folder=folder, act=act, now=soon, progress=lambda done, total, what: None)


def soon() -> datetime:
    """A minute after the last thing that anybody did in the market."""
    newest = models.ActivityEntry.objects.order_by("-at").values_list("at", flat=True).first()
    return (newest or shopping.NOON) + timedelta(minutes=1)


def broken(database: str) -> dict[str, int]:
    """What the audit finds in this database, by invariant."""
    with servers.as_owner(database):
        return {result.name: result.count for result in audit.run() if result.count}
