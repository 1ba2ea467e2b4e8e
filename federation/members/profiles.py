"""Villages as buyers see them."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db.models import QuerySet

from federation.members import village_search
from federation.models import Profile
from tenants import keyset, villages
from tenants.codes import VillageCode

NAMES_KEY = "shared:federation-names-of-open"
CACHE_SECONDS = 5
FOUND_MOST = 200  # villages among which a search pages; who finds more types more
BY_NAME = keyset.Order("villages", {"name": str, "village_code": str})


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


_PUBLISHED = [field.name for field in dataclasses.fields(VillageProfile) if field.name != "village_code"]


class Name(NamedTuple):
    """What a list of villages to choose from needs."""

    village_code: VillageCode
    name: str


def publish(*, profile: VillageProfile) -> None:
    """Write what a village's shop shows to buyers, in the caller's transaction."""
    row = Profile(**dataclasses.asdict(profile))
    Profile.objects.bulk_create([row], update_conflicts=True, unique_fields=["village_code"], update_fields=_PUBLISHED)


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


def few_open() -> tuple[Name, ...]:
    """The villages whose shop is open, by name, to choose from; none at all where they are more than a list shows. Five seconds old."""
    names: tuple[Name, ...] | None = cache.get(NAMES_KEY)
    if names is None:
        rows = _open().order_by("name", "village_code").values_list("village_code", "name")[: village_search.MOST + 1]
        names = tuple(Name(VillageCode(code), name) for code, name in rows)
        cache.set(NAMES_KEY, names, CACHE_SECONDS)
    return names if len(names) <= village_search.MOST else ()


def open_among(*, village_codes: Collection[VillageCode]) -> frozenset[VillageCode]:
    """Those of the villages whose shop is open; asks nothing where there are none."""
    wanted = [code for code in village_codes if villages.is_active(code=code)]
    if not wanted:
        return frozenset()
    rows = Profile.objects.filter(open_to_buyers=True, village_code__in=wanted)
    return frozenset(map(VillageCode, rows.values_list("village_code", flat=True)))


def open_count() -> int:
    """How many villages' shops are open."""
    return _open().count()


def page(*, words: str = "", after: str = "", limit: int = 20) -> keyset.Page[VillageProfile]:
    """A page of the villages whose shop is open, by name; with words, the best of those whose name, area or code has them."""
    rows = _open()
    if words:
        best = village_search.find(words=words, among=villages.active())[:FOUND_MOST]
        rows = rows.filter(village_code__in=[village.code for village in best])
    place = BY_NAME.place(after)
    if place is not None:
        rows = rows.filter(BY_NAME.beyond(place))
    found: Any = rows.order_by(*BY_NAME.ordering()).values()[: limit + 1]
    return BY_NAME.page([VillageProfile(**row) for row in found], limit=limit, place=lambda shop: (shop.name, shop.village_code))


def _open() -> QuerySet[Profile]:
    return Profile.objects.filter(open_to_buyers=True).exclude(village_code__in=villages.closed())
