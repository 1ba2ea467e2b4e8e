"""Buyers and staff of the demonstration: invented people with numbers that are valid in form and chosen so that no one is rung up."""

from __future__ import annotations

import dataclasses
import functools
import random

from deploy.demo import demo_consignors, demo_villages
from tenants import codes
from tenants.codes import VillageCode

BUYERS_SMALL = 320
BUYERS_FULL = 1631  # members of the real market in June 2020
_ACCOUNT_EVERY = 40  # a password hash costs 0.1 s, so all others are guests
_OUTSIDE_SHARE = 0.07

_OUTSIDE = (
    "Kotagede, Kota Yogyakarta",
    "Mantrijeron, Kota Yogyakarta",
    "Umbulharjo, Kota Yogyakarta",
    "Wirobrajan, Kota Yogyakarta",
    "Depok, Sleman",
    "Gamping, Sleman",
    "Ngaglik, Sleman",
    "Piyungan, Bantul",
    "Sedayu, Bantul",
    "Wates, Kulon Progo",
)


@dataclasses.dataclass(frozen=True)
class Buyer:
    """A household that buys. With a home in one of the villages, or none."""

    number: int
    name: str
    phone: str  # 08..., twelve digits
    home_code: VillageCode  # "" outside the federation
    address: str
    has_account: bool
    activity: float  # weight: how often this household buys


@dataclasses.dataclass(frozen=True)
class Staff:
    """Someone with a role in a village or in the federation."""

    name: str
    phone: str
    role: str  # manager, cashier, courier, service; operator, approver, auditor
    village_code: VillageCode  # "" for the federation


def buyers(*, full: bool, seed: int) -> list[Buyer]:
    """All buyers; those of the small federation are the first ones of the full one."""
    source = random.Random(f"buyers-{seed}")  # noqa: S311 - invented people, no secret
    weights = [village.size for village in demo_villages.VILLAGES]
    found: list[Buyer] = []
    taken: set[tuple[str, str]] = set()
    while len(found) < (BUYERS_FULL if full else BUYERS_SMALL):
        home = None if source.random() < _OUTSIDE_SHARE else source.choices(demo_villages.VILLAGES, weights)[0]
        name = _name(source)
        hamlet = source.choice(home.hamlets) if home else source.choice(_OUTSIDE)
        address = f"Dusun {hamlet} RT {source.randint(1, 6):02}" if home else hamlet
        activity = source.paretovariate(1.6)
        if (name, hamlet) in taken:  # two neighbours of one name would only confuse whoever looks at the demonstration
            continue
        taken.add((name, hamlet))
        number = len(found) + 1
        found.append(
            Buyer(
                number=number,
                name=name,
                phone=f"08130000{number:04}",
                home_code=home.code if home else codes.OUTSIDE,
                address=address,
                has_account=number % _ACCOUNT_EVERY == 1,
                activity=min(activity, 6.0),
            )
        )
    return found


@functools.cache
def _names() -> dict[str, list[str]]:
    return {row["kind"]: row["names"].split() for row in demo_consignors.rows("names")}


def _name(source: random.Random) -> str:
    """A name as neighbours say it (Bu Wati, Mbah Slamet, Mas Yoga), or in full."""
    kind, names = source.random(), _names()
    if kind < 0.34:
        return f"Bu {source.choice(names['women'])}"
    if kind < 0.52:
        return f"Pak {source.choice(names['men'])}"
    if kind < 0.60:
        return f"Mbah {source.choice(names['women' if source.random() < 0.6 else 'men'])}"
    if kind < 0.72:
        woman = source.random() < 0.55
        return f"Mbak {source.choice(names['young_women'])}" if woman else f"Mas {source.choice(names['young_men'])}"
    woman = kind < 0.9
    first = source.choice(names["women" if woman else "men"])
    family = [name for name in names["family_women" if woman else "family_men"] if name != first]
    return f"{first} {source.choice(family)}"


_VILLAGE_STAFF = {
    "guwosari": ("Sri Wahyuni", "Rini Astuti", "Danang Prasetyo", "Nurul Hidayah"),
    "sriharjo": ("Titik Purwandari", "Yuni Lestari", "Sugeng Riyadi", "Fitri Handayani"),
    "wirokerten": ("Rahmat Basuki", "Siti Aminah", "Agus Supriyanto", "Dewi Puspita"),
    "pendowoharjo": ("Endah Purwaningsih", "Ika Wulandari", "Tri Widodo", "Lina Marlina"),
    "timbulharjo": ("Hadi Sumarto", "Retno Palupi", "Joko Susilo", "Ayu Ningrum"),
    "bangunharjo": ("Wiwik Suryani", "Eni Rahayu", "Bayu Setiawan", "Novi Anggraini"),
    "panggungharjo": ("Sri Lestari", "Ratna Dewi", "Slamet Mulyadi", "Intan Permata"),
    "tirtonirmolo": ("Bambang Sutejo", "Heni Kusuma", "Eko Nugroho", "Rani Safitri"),
    "tamantirto": ("Ambar Setyowati", "Puji Utami", "Heru Santoso", "Tika Amalia"),
    "ngestiharjo": ("Murni Handayani", "Dwi Susanti", "Yudi Kurniawan", "Mega Oktaviani"),
}
_FEDERATION_STAFF = (("Galih Wicaksono", "operator"), ("Endang Mulyani", "approver"), ("Suroto Hadiwijaya", "auditor"))
VILLAGE_ROLES = ("manager", "cashier", "courier", "service")


def staff() -> list[Staff]:
    """Manager, cashier, courier and service of each village, then the federation's operator, approver and auditor."""
    found = [
        Staff(name=name, phone=f"0812000010{place}{turn + 1}", role=role, village_code=village.code)
        for place, village in enumerate(demo_villages.VILLAGES)
        for turn, (name, role) in enumerate(zip(_VILLAGE_STAFF[village.slug], VILLAGE_ROLES, strict=True))
    ]
    found += [
        Staff(name=name, phone=f"0812000090{turn:02}", role=role, village_code=codes.AT_FEDERATION)
        for turn, (name, role) in enumerate(_FEDERATION_STAFF, start=1)
    ]
    return found
