"""Villages as buyers see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.core.cache import cache

from federation.models import Profile
from tenants import villages
from tenants.codes import VillageCode

PROFILES_KEY = "shared:federation-profiles"
NAMES_KEY = "shared:federation-names-of-open"
CACHE_SECONDS = 5


class Name(NamedTuple):
    """What a list of villages to choose from needs."""

    village_code: str
    name: str


def publish(*, village_code: VillageCode, values: Mapping[str, Any]) -> None:
    """Write what a village's shop shows to buyers, in the caller's transaction. `values`: fields of Profile."""
    Profile.objects.update_or_create(village_code=village_code, defaults=dict(values))


def get(*, village_code: VillageCode) -> dict[str, Any]:
    """All fields of one village's profile.

    :raises UnknownVillage: if the village has published none
    """
    row: Any = Profile.objects.filter(village_code=village_code).values().first()
    if row is None:
        raise villages.UnknownVillage(village=village_code)
    return dict(row)


def several(*, village_codes: set[str]) -> dict[str, dict[str, Any]]:
    """The profiles of the named villages by code, in one statement."""
    rows: Any = Profile.objects.filter(village_code__in=village_codes).values()
    return {row["village_code"]: row for row in rows}


def all_open() -> list[dict[str, Any]]:
    """The profiles of all villages whose shop is open, by name; at most five seconds old."""
    rows: Any = cache.get(PROFILES_KEY)
    if rows is None:
        active = [village.code for village in villages.active()]
        rows = list(Profile.objects.filter(open_to_buyers=True, village_code__in=active).order_by("name").values())
        cache.set(PROFILES_KEY, rows, CACHE_SECONDS)
    return list(rows)


def names_of_open(*, most: int) -> tuple[Name, ...]:
    """The villages whose shop is open, by name; none at all where they are more than `most`. At most five seconds old."""
    names: tuple[Name, ...] | None = cache.get(NAMES_KEY)
    if names is None:
        rows = Profile.objects.filter(open_to_buyers=True).order_by("name").values_list("village_code", "name")[: most + 1]
        names = tuple(Name(*row) for row in rows)
        cache.set(NAMES_KEY, names, CACHE_SECONDS)
    return names if len(names) <= most else ()
