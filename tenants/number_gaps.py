"""Numbers that count up and leave the house: after a restore those are left out that the lost market may have given out since its backup.

What is random (order codes, keys at banks and gateways, ids) needs none of this: it does not come twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tenants import models
from tenants.codes import AT_FEDERATION, VillageCode

Series = models.NumberGap.Series
_LEAST = 1_000
_TIMES = 10  # the most that was given out in a day
_ROUND = 1_000  # people see by the next number that some were left out


@dataclass(frozen=True, kw_only=True, slots=True)
class Issued:
    """How far a series had come in the backup, and how many of it were given out on its busiest day."""

    series: Series
    last: int
    daily_most: int
    village_code: VillageCode = AT_FEDERATION


def leave(*, restore_id: UUID, issued: list[Issued]) -> dict[VillageCode, int]:
    """Leave numbers out of these series, in the caller's transaction, for a restore on record; gives the last of each by its place."""
    restore = models.MarketRestore.objects.get(id=restore_id)
    gaps = [_gap(restore, one) for one in issued]
    models.NumberGap.objects.bulk_create(gaps)
    return {VillageCode(gap.village_code): gap.last for gap in gaps}


def after(*, series: Series, number: int) -> int:
    """The number that follows in one of the federation's series."""
    gaps = dict(models.NumberGap.objects.filter(series=series, village_code=AT_FEDERATION).values_list("first", "last"))
    while number + 1 in gaps:
        number = gaps[number + 1]
    return number + 1


def _gap(restore: models.MarketRestore, issued: Issued) -> models.NumberGap:
    return models.NumberGap(
        restore=restore,
        series=issued.series,
        village_code=issued.village_code,
        first=issued.last + 1,
        last=end(last=issued.last, daily_most=issued.daily_most, backup_at=restore.backup_at, restored_at=restore.restored_at),
    )


def end(*, last: int, daily_most: int, backup_at: datetime, restored_at: datetime) -> int:
    """The last number to leave out: at least a thousand, and ten times the busiest day for each day that is lost."""
    days = max(1, -(-(restored_at - backup_at) // timedelta(days=1)))
    least = last + max(_LEAST, _TIMES * daily_most * days)
    return -(-least // _ROUND) * _ROUND
