"""Hold the trade of all villages, as a restore does."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from tenants import acts, trade_holds
from tenants.codes import VillageCode
from tests.support import factories
from tests.support.shopping import NOON

BACKUP_AT = NOON - timedelta(hours=14)


def hold(*, at: datetime = NOON, backup_at: datetime = BACKUP_AT) -> int:
    """Hold all villages at a moment, after the restore of an older backup."""
    with transaction.atomic():
        return trade_holds.hold_all(backup_at=backup_at, act=acts.by_command_line(at=at, reason="pemulihan"))


def release(*village_codes: str, at: datetime = NOON, lost_orders_rupiah: int = 0) -> None:
    """Let these trade again, on their managers' word."""
    for code in village_codes:
        with transaction.atomic():
            act = acts.Act(by=factories.staff(code), at=at)
            trade_holds.release(village_code=VillageCode(code), lost_orders_rupiah=lost_orders_rupiah, act=act)
