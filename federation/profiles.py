"""Villages as buyers see them, and the federation's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.cache import cache

from federation.models import Federation, Profile
from tenants import villages
from tenants.codes import VillageCode

SETTINGS_KEY = "shared:federation-settings"
PROFILES_KEY = "shared:federation-profiles"
CACHE_SECONDS = 5


def publish(*, village_code: VillageCode, values: Mapping[str, Any]) -> None:
    """Write what a village's shop shows to buyers, in the caller's transaction. `values`: fields of Profile."""
    Profile.objects.update_or_create(village_code=village_code, defaults=dict(values))


def get(*, village_code: VillageCode) -> dict[str, Any]:
    """All fields of one village's profile.

    :raises UnknownVillage: if the village has published none
    """
    row = Profile.objects.filter(village_code=village_code).values().first()
    if row is None:
        raise villages.UnknownVillage(village=village_code)
    return row


def several(*, village_codes: set[str]) -> dict[str, dict[str, Any]]:
    """The profiles of the named villages by code, in one statement."""
    return {row["village_code"]: row for row in Profile.objects.filter(village_code__in=village_codes).values()}


def all_open() -> list[dict[str, Any]]:
    """The profiles of all villages whose shop is open, by name; at most five seconds old."""
    rows: list[dict[str, Any]] | None = cache.get(PROFILES_KEY)
    if rows is None:
        rows = list(Profile.objects.filter(open_to_buyers=True).order_by("name").values())
        cache.set(PROFILES_KEY, rows, CACHE_SECONDS)
    return rows


def settings() -> dict[str, Any]:
    """The federation's row (name, fee in basis points, hold times, ...); at most five seconds old."""
    row: dict[str, Any] | None = cache.get(SETTINGS_KEY)
    if row is None:
        row = Federation.objects.values().get()
        cache.set(SETTINGS_KEY, row, CACHE_SECONDS)
    return row


def name_federation(*, name: str) -> None:
    """Give the federation its name."""
    Federation.objects.filter(id=1).update(name=name)
    cache.delete(SETTINGS_KEY)
