"""Buyers and staff of the demonstration: invented people with numbers that are valid in form and chosen so that no one is rung up."""

from __future__ import annotations

import dataclasses
import random

from deploy.demo import villages

BUYERS_SMALL = 320
BUYERS_FULL = 1631  # members of the real market in June 2020
_ACCOUNT_EVERY = 40  # a password hash costs 0.1 s, so all others are guests
_OUTSIDE_SHARE = 0.07

_WOMEN = (
    "Wati Tumirah Yanti Sri Lestari Suminah Ngatinah Partini Endang Sulastri Ratna Wahyuni Murni Sutinah Tukinem Rumini Jumirah Siti"
    " Nurul Fitri Dwi Tri Eni Rini Ika Puji Yuni Kartini Suparmi Painem Wagiyem Ngadiyem Sarjinem Mujiyati Sumarni Heni Retno Ambar"
    " Kusmiyati Rubiyem Tuminah Warsinah Giyanti Asih Marsiyah Romlah Umi Indah Susi Ani"
).split()
_MEN = (
    "Darno Slamet Sugeng Mulyono Widodo Suparman Ngadiman Tukiran Paijo Wagiman Sumardi Jumadi Supriyadi Bambang Joko Agus Eko Dwi Tri"
    " Heru Budi Hadi Suroto Sarjono Giyono Poniman Sunardi Kuswanto Mujiono Rohmad Iswanto Bayu Danang Yudi Rudi Anton Suyatno Waluyo"
    " Marsudi Harjono Basuki Ponijo Tugiman Sutrisno Arif Nanang"
).split()
_YOUNG = (
    "Ayu Dewi Novi Rani Intan Lina Tika Putri Fajar Rizki Galih Bagas Dimas Wahyu Yoga Ilham Anggi Desi Mega Vina Rendi Aji Taufik Nisa".split()
)
_LAST = (
    "Handayani Rahayu Lestari Wulandari Astuti Purwanti Utami Hartono Susanto Wibowo Santoso Prasetyo Nugroho Setiawan Kurniawan"
    " Hidayat Raharjo Saputro Widayati Suryani Winarsih Wijayanti"
).split()
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
    """A household that buys. `home_code` is None outside the federation."""

    number: int
    name: str
    phone: str  # 08..., twelve digits
    home_code: str | None
    address: str
    has_account: bool
    activity: float  # weight: how often this household buys


@dataclasses.dataclass(frozen=True)
class Staff:
    """Someone with a role. `village_code` is None for the federation's own people."""

    name: str
    phone: str
    role: str  # manager, cashier, courier, service; operator, approver, auditor
    village_code: str | None


def buyers(*, full: bool, seed: int) -> list[Buyer]:
    """All buyers; those of the small federation are the first ones of the full one."""
    source = random.Random(f"buyers-{seed}")  # noqa: S311 - invented people, no secret
    weights = [village.size for village in villages.VILLAGES]
    found: list[Buyer] = []
    taken: set[tuple[str, str]] = set()
    while len(found) < (BUYERS_FULL if full else BUYERS_SMALL):
        home = None if source.random() < _OUTSIDE_SHARE else source.choices(villages.VILLAGES, weights)[0]
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
                home_code=home.code if home else None,
                address=address,
                has_account=number % _ACCOUNT_EVERY == 1,
                activity=min(activity, 6.0),
            )
        )
    return found


def _name(source: random.Random) -> str:
    kind = source.random()
    if kind < 0.34:
        return f"Bu {source.choice(_WOMEN)}"
    if kind < 0.52:
        return f"Pak {source.choice(_MEN)}"
    if kind < 0.60:
        return f"{source.choice(('Mbah', 'Simbah'))} {source.choice(_WOMEN if source.random() < 0.6 else _MEN)}"
    if kind < 0.72:
        young = source.choice(_YOUNG)
        return f"{'Mas' if young in _YOUNG_MEN else 'Mbak'} {young}"
    first = source.choice(_WOMEN)
    if kind < 0.90:
        return f"{first} {source.choice(tuple(last for last in _LAST if last != first and last not in _LAST_MEN))}"
    return f"{source.choice(_MEN)} {source.choice(_LAST_MEN)}"


_YOUNG_MEN = frozenset("Fajar Rizki Galih Bagas Dimas Wahyu Yoga Ilham Rendi Aji Taufik".split())
_LAST_MEN = tuple("Hartono Susanto Wibowo Santoso Prasetyo Nugroho Setiawan Kurniawan Hidayat Raharjo Saputro".split())

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
        for place, village in enumerate(villages.VILLAGES)
        for turn, (name, role) in enumerate(zip(_VILLAGE_STAFF[village.slug], VILLAGE_ROLES, strict=True))
    ]
    found += [
        Staff(name=name, phone=f"0812000090{turn:02}", role=role, village_code=None)
        for turn, (name, role) in enumerate(_FEDERATION_STAFF, start=1)
    ]
    return found
