"""Villages that have left: what would still be written there, or be owed at a counter that is gone, is refused in words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_noop

from tenants import models, villages
from tenants.db import context
from tenants.errors import DomainError, Kind


class VillageLeft(DomainError):
    """The village has left the federation: its shop and its counter are gone."""

    kind = Kind.CONFLICT
    code = "village-left"
    sentence = gettext_noop(
        "Desa %(name)s sudah keluar dari federasi, jadi ini tidak bisa dilakukan lagi. Federasi bisa mengambil alih uang kembalinya."
    )


def is_archived(*, village_code: str) -> bool:
    """Whether a village has left, as this process knows: at most a second late."""
    return village_code in villages.archived()


def is_archived_now(*, village_code: str) -> bool:
    """The same by this moment, in one query; a party that is no village never has."""
    with context.public():
        found: bool = models.Village.objects.filter(code=village_code, state=models.Village.State.ARCHIVED).exists()
        return found


def closed_on(*, village_code: str) -> date:
    """The day since which the shop of a village that left sells nothing."""
    with context.public():
        village = models.Village.objects.get(code=village_code, state=models.Village.State.ARCHIVED, suspended_at__isnull=False)
    return timezone.localdate(village.suspended_at)


def refuse(*, village_code: str) -> None:
    """Say no where the village has left, without a query: nobody else's change of it is waited for.

    :raises VillageLeft: naming it
    """
    if is_archived(village_code=village_code):
        raise VillageLeft(name=villages.by_code(code=village_code).name)


def refuse_now(*, village_codes: Collection[str]) -> None:
    """Say no where one of these has left by this moment, in one query; parties that are no villages never do.

    Whoever holds the lock of an order's shared row asks this once: a village that leaves locks its orders, so it is before or after.

    :raises VillageLeft: naming the first
    """
    with context.public():
        rows = models.Village.objects.filter(code__in=village_codes, state=models.Village.State.ARCHIVED)
        name = rows.order_by("code").values_list("name", flat=True).first()
    if name is not None:
        raise VillageLeft(name=name)
