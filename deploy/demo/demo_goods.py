"""What the demonstration sells: the tables of goods spread over the consignors, with each one's own price and stock.

A row of a table names who sells such a thing (trades), its sizes with their base price of 2020, whether the village makes it
(desa) or buys it in (luar), its picture and how well it sells (0 to 9).
"""

from __future__ import annotations

import dataclasses
import functools
import random

from deploy.demo import demo_consignors, demo_villages
from tenants.codes import VillageCode

COUNT_SMALL = 1200
COUNT_FULL = 3800

CATEGORIES: dict[str, str] = {
    "sembako": "Sembako",
    "sayur-buah": "Sayur & buah",
    "jajanan": "Jajanan pasar",
    "rumah-tangga": "Rumah tangga",
    "kerajinan": "Kerajinan",
    "wisata": "Paket wisata",
}

# How much of its trade's goods a consignor carries, before all are scaled to the wanted count.
_BREADTH = {
    "warung": 0.30, "sayur": 0.36, "toko": 0.45, "keripik": 0.42, "jajanan": 0.50, "bumbu": 0.55, "buah": 0.55, "lauk": 0.50,
    "minuman": 0.60, "perabot": 0.80, "sabun": 0.80, "roti": 0.60, "beras": 0.60, "daging": 0.65, "tempe": 0.70, "telur": 0.75,
}  # fmt: skip
_LEAST = 5  # goods of the smallest consignor
_SAME_IN_VILLAGE = {False: 2, True: 3}  # so many may sell the same thing in one village: small, full

_FLAGSHIPS = {
    "guwosari": ("Tas enceng gondok", "Mangkuk batok kelapa", "Ingkung ayam kampung", "Tempe daun, ikat isi 10"),
    "sriharjo": ("Beras Mentik Wangi", "Peyek kacang tanah", "Bayam petik pagi", "Susur Kali Oya naik perahu"),
    "wirokerten": ("Telur ayam kampung", "Roti kolombeng"),
    "pendowoharjo": ("Emping melinjo", "Klepon"),
    "timbulharjo": ("Mangut lele", "Belajar gamelan di Tembi"),
    "bangunharjo": ("Bakpia kacang hijau", "Geplak kelapa"),
    "panggungharjo": ("Gudeg kaleng", "Keripik bayam", "Angkrek kertas"),
    "tirtonirmolo": ("Gula jawa", "Kain batik tulis kawung"),
    "tamantirto": ("Jamur tiram putih", "Tas belanja kain"),
    "ngestiharjo": ("Sabun sereh", "Tahu putih"),
}


@dataclasses.dataclass(frozen=True)
class Good:
    """One product of one consignor."""

    key: str  # "guwosari-07-003": consignor and turn
    village_code: VillageCode
    consignor_key: str
    name: str
    description: str
    unit: str
    price_rupiah: int
    category: str  # a key of CATEGORIES
    made_here: bool
    flagship: bool
    stock: int  # pieces on hand when the market opens
    motif: str  # of its picture
    variant: int
    demand: int  # weight, 0 to 9

    @property
    def picture(self) -> str:
        """The key of its picture; goods that look alike share one."""
        return f"{self.motif}-{self.variant}"


@dataclasses.dataclass(frozen=True)
class _Kind:
    """A row of a table, one size of it."""

    name: str
    unit: str
    price_rupiah: int
    size: int  # turn among the sizes of this name
    category: str
    made_here: bool
    motif: str
    variant: int
    demand: int
    description: str


@functools.cache
def _kinds() -> dict[str, tuple[_Kind, ...]]:
    """All kinds of goods by trade."""
    found: dict[str, list[_Kind]] = {}
    for category in CATEGORIES:
        for row in demo_consignors.rows(category):
            motif, variant = row["picture"].split(":")
            for turn, size in enumerate(row["sizes"].split("|")):
                unit, price = size.split("=")
                kind = _Kind(
                    name=row["name"],
                    unit=unit,
                    price_rupiah=int(price),
                    size=turn,
                    category=category,
                    made_here=row["origin"] == "desa",
                    motif=motif,
                    variant=int(variant),
                    demand=int(row["demand"]),
                    description=row["description"],
                )
                for trade in row["trades"].split(","):
                    found.setdefault(trade, []).append(kind)
    return {trade: tuple(kinds) for trade, kinds in found.items()}


def goods(*, full: bool, seed: int) -> list[Good]:
    """About 1,200 goods, or 3,800 when full; the full list holds the small one. Same seed, same list."""
    sellers = demo_consignors.consignors()
    ranked = {seller.key: _ranked(seller, random.Random(f"range-{seed}-{seller.key}")) for seller in sellers}  # noqa: S311
    chosen: dict[str, list[_Kind]] = {seller.key: [] for seller in sellers}
    same: dict[tuple[str, str, str], int] = {}
    for is_full in (False, True) if full else (False,):
        wanted = COUNT_FULL if is_full else COUNT_SMALL
        shares = _shares(wanted)
        while sum(map(len, chosen.values())) < wanted:
            before = sum(map(len, chosen.values()))
            for seller in sellers:
                room = min(shares[seller.key] - len(chosen[seller.key]), wanted - sum(map(len, chosen.values())))
                _fill(seller, ranked[seller.key], chosen[seller.key], same, room=room, most=_SAME_IN_VILLAGE[is_full])
            if sum(map(len, chosen.values())) == before:  # what some could not use goes to the others
                shares = {key: share + 1 for key, share in shares.items()}
    flagships = {slug: set(names) for slug, names in _FLAGSHIPS.items()}
    return [
        good
        for seller in sellers
        for good in _stocked(seller, chosen[seller.key], flagships[demo_villages.BY_CODE[seller.village_code].slug], seed)
    ]


def _ranked(seller: demo_consignors.Consignor, source: random.Random) -> list[_Kind]:
    """The kinds this seller could carry, most likely first, its village's flagships before all."""
    flagships = _FLAGSHIPS[demo_villages.BY_CODE[seller.village_code].slug] if _makes(seller) else ()
    drawn = [
        (kind.size == 0 and kind.name in flagships, source.random() ** (1 / (kind.demand + 1) ** 0.7), kind)
        for trade in seller.trades
        for kind in _kinds()[trade]
    ]
    return [kind for _, _, kind in sorted(drawn, key=lambda entry: entry[:2], reverse=True)]


def _makes(seller: demo_consignors.Consignor) -> bool:
    """Whether it sells what it grows or makes; only such goods can be a village's flagship."""
    return not {"warung", "toko"} & set(seller.trades)


def _shares(wanted: int) -> dict[str, int]:
    """How many goods each consignor carries, so that all together come near the wanted count from below."""
    widths = {
        seller.key: sum(len(_kinds()[trade]) * _BREADTH.get(trade, 1.0) for trade in seller.trades)
        for seller in demo_consignors.consignors()
    }
    scale = wanted / sum(widths.values())
    while True:
        shares = {key: max(_LEAST, int(width * scale)) for key, width in widths.items()}
        if sum(shares.values()) <= wanted:
            return shares
        scale *= 0.99


def _fill(
    seller: demo_consignors.Consignor,
    ranked: list[_Kind],
    chosen: list[_Kind],
    same: dict[tuple[str, str, str], int],
    *,
    room: int,
    most: int,
) -> None:
    """Add the best-ranked kinds that not too many in the village sell already."""
    for kind in ranked:
        if room <= 0:
            return
        thing = (seller.village_code, kind.name, kind.unit)
        if kind in chosen or same.get(thing, 0) >= most:
            continue
        chosen.append(kind)
        same[thing] = same.get(thing, 0) + 1
        room -= 1


def _stocked(seller: demo_consignors.Consignor, kinds: list[_Kind], flagships: set[str], seed: int) -> list[Good]:
    found = []
    for turn, kind in enumerate(kinds, start=1):
        source = random.Random(f"price-{seed}-{seller.key}-{kind.name}")  # noqa: S311 - one draw for all sizes of a name
        price = _rounded(kind.price_rupiah * source.choice((0.95, 0.97, 1, 1, 1, 1.02, 1.04)))
        stock = _stock(kind, random.Random(f"stock-{seed}-{seller.key}-{kind.name}-{kind.unit}"))  # noqa: S311
        flagship = kind.name in flagships and _makes(seller)
        if flagship:
            flagships.discard(kind.name)  # one consignor's per village
        found.append(
            Good(
                key=f"{seller.key}-{turn:03}",
                village_code=seller.village_code,
                consignor_key=seller.key,
                name=kind.name,
                description=kind.description,
                unit=kind.unit,
                price_rupiah=price,
                category=kind.category,
                made_here=kind.made_here,
                flagship=flagship,
                stock=stock,
                motif=kind.motif,
                variant=kind.variant,
                demand=kind.demand,
            )
        )
    return found


def _rounded(price: float) -> int:
    """To the coins and notes that people pay with."""
    step = 100 if price < 5_000 else 500 if price < 100_000 else 1_000
    return round(price / step) * step


def _stock(kind: _Kind, source: random.Random) -> int:
    """Pieces on hand at the opening: few of what is dear, many of what sells; some slow goods are out of stock."""
    if kind.demand <= 2 and source.random() < 0.06:
        return 0
    if kind.category == "wisata":
        return source.randint(4, 30)
    most = 12 if kind.price_rupiah >= 100_000 else 24 if kind.price_rupiah >= 40_000 else 40
    return source.randint(3, 6) + source.randint(0, most) * (kind.demand + 2) // 10
