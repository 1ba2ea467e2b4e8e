"""Villages as buyers see them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.cache import cache

from federation.models import Profile
from tenants import villages
from tenants.codes import VillageCode

PROFILES_KEY = "shared:federation-profiles"
NAMES_KEY = "shared:federation-names-of-open"
CACHE_SECONDS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class VillageProfile:
    """What a village's shop shows to buyers: the fields of federation.Profile. The defaults are a new shop's."""

    village_code: VillageCode
    slug: str
    name: str  # of the village
    bumdes_name: str
    about: str = ""
    address: str  # of the counter
    hours: str
    phone: str = ""
    open_to_buyers: bool = True
    takes_cod: bool = True
    takes_transfer: bool = False
    transfer_details: str = ""  # where to pay then
    seller_courier: bool = True
    seller_courier_fee_rupiah: int = 0
    seller_courier_far_fee_rupiah: int = 0
    home_pickup: bool = True
    home_courier: bool = True
    home_courier_fee_rupiah: int = 0


class Name(NamedTuple):
    """What a list of villages to choose from needs."""

    village_code: VillageCode
    name: str


def publish(*, profile: VillageProfile) -> None:
    """Write what a village's shop shows to buyers, in the caller's transaction."""
    values = dataclasses.asdict(profile)
    Profile.objects.update_or_create(village_code=values.pop("village_code"), defaults=values)


def get(*, village_code: VillageCode) -> VillageProfile:
    """One village's profile.

    :raises villages.UnknownVillage: if the village has published none
    """
    row: Any = Profile.objects.filter(village_code=village_code).values().first()
    if row is None:
        raise villages.UnknownVillage(village=village_code)
    return VillageProfile(**row)


def several(*, village_codes: set[VillageCode]) -> dict[VillageCode, VillageProfile]:
    """The profiles of the named villages by code, in one statement."""
    rows: Any = Profile.objects.filter(village_code__in=village_codes).values()
    return {row["village_code"]: VillageProfile(**row) for row in rows}


def all_open() -> list[VillageProfile]:
    """The profiles of all villages whose shop is open, by name; at most five seconds old."""
    found: list[VillageProfile] | None = cache.get(PROFILES_KEY)
    if found is None:
        active = [village.code for village in villages.active()]
        rows: Any = Profile.objects.filter(open_to_buyers=True, village_code__in=active).order_by("name").values()
        found = [VillageProfile(**row) for row in rows]
        cache.set(PROFILES_KEY, found, CACHE_SECONDS)
    return found


def names_of_open(*, most: int) -> tuple[Name, ...]:
    """The villages whose shop is open, by name; none at all where they are more than `most`. At most five seconds old."""
    names: tuple[Name, ...] | None = cache.get(NAMES_KEY)
    if names is None:
        rows = Profile.objects.filter(open_to_buyers=True).order_by("name").values_list("village_code", "name")[: most + 1]
        names = tuple(Name(VillageCode(code), name) for code, name in rows)
        cache.set(NAMES_KEY, names, CACHE_SECONDS)
    return names if len(names) <= most else ()
