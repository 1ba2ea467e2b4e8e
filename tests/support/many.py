"""A federation of many villages: rows of villages and shops, without schemas, for whatever lists or chooses villages."""

from __future__ import annotations

from django.core.cache import cache

from federation.members import profiles
from settlement.ledger import open_accounts
from tenants import codes, models, villages
from tests.support import factories

COUNT = 70  # more than any page shows at once
NAMESAKES = ("34.02.91.2001", "34.03.92.2001")  # two Mekarsari, in two districts of two regencies
AREAS = {"34.02": "Kabupaten Bantul", "34.02.91": "Sewon", "34.03": "Kabupaten Gunungkidul", "34.03.92": "Wonosari"}


def code(number: int) -> str:
    """The code of the n-th of the others, from 0."""
    return f"34.02.95.{2001 + number}"


def villages_more(market) -> None:
    """Add COUNT villages, the namesakes among them, with their shops, accounts and areas."""
    made = dict.fromkeys(NAMESAKES, "Mekarsari") | {code(number): f"Tirtomulyo {number:03}" for number in range(COUNT - len(NAMESAKES))}
    with market.as_owner():
        models.Area.objects.bulk_create(models.Area(code=area, name=name) for area, name in AREAS.items())
        models.Village.objects.bulk_create(
            models.Village(
                code=one,
                schema_name=codes.schema_of(one),
                slug=f"desa-{codes.digits(one)}",
                name=name,
                state="active",
                created_at=factories.START,
            )
            for one, name in made.items()
        )
    for one, name in made.items():
        slug = f"desa-{codes.digits(one)}"
        profiles.publish(
            profile=profiles.VillageProfile(
                village_code=codes.VillageCode(one),
                slug=slug,
                name=name,
                bumdes_name=f"BUMDes {name}",
                address="Balai",
                hours="08.00–15.00",
            )
        )
        open_accounts.open_village(village_code=codes.VillageCode(one), at=factories.START)
    cache.clear()
    villages.forget()
