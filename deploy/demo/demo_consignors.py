"""The 157 warung, makers, farmers and groups that sell through the ten BUMDes, read from tables/consignors.csv."""

from __future__ import annotations

import csv
import dataclasses
import functools
import pathlib
from collections.abc import Iterator

from deploy.demo import demo_villages
from tenants.codes import VillageCode

KINDS = ("bumdes", "warung", "umkm", "elders", "disability", "farmer")


@dataclasses.dataclass(frozen=True)
class Consignor:
    """One seller behind a shop. Exactly one of the margins is set: what the BUMDes keeps of each sale."""

    key: str  # "guwosari-07"
    village_code: VillageCode
    name: str
    kind: str  # one of KINDS
    trades: tuple[str, ...]  # what it sells: the first column of the tables of goods
    margin_rupiah: int | None  # per item
    margin_basis_points: int | None  # of the price
    line: str  # a sentence for the shop's page


def rows(table: str) -> Iterator[dict[str, str]]:
    """The rows of one table beside this file, by column name."""
    text = (pathlib.Path(__file__).parent / "tables" / f"{table}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines(), delimiter=";")


@functools.cache
def consignors() -> tuple[Consignor, ...]:
    """All consignors, village by village in the order of their codes."""
    by_village: dict[str, list[Consignor]] = {village.slug: [] for village in demo_villages.VILLAGES}
    for row in rows("consignors"):
        found = by_village[row["village"]]
        margin = row["margin"]
        found.append(
            Consignor(
                key=f"{row['village']}-{len(found) + 1:02}",
                village_code=demo_villages.BY_SLUG[row["village"]].code,
                name=row["name"],
                kind=row["kind"],
                trades=tuple(row["trades"].split(",")),
                margin_rupiah=None if margin.endswith("%") else int(margin),
                margin_basis_points=int(margin.removesuffix("%")) * 100 if margin.endswith("%") else None,
                line=row["line"],
            )
        )
    return tuple(consignor for found in by_village.values() for consignor in found)
