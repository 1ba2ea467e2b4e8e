"""The matrix of who buys from whom, as a table: rows of buyers, columns of sellers, with sums and shades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from federation.reports import turnover
from tenants.codes import OUTSIDE

VILLAGES_MAX = 12  # villages with a row and a column of their own; the smaller ones are summed up
REST = "*"


@dataclass(frozen=True)
class Cell:
    """Bought by one from one, in rupiah; `own`: within one village, which is neither lent nor owed."""

    rupiah: int
    own: bool = False


@dataclass(frozen=True)
class Row:
    """One buyer's row with its sum."""

    name: str
    cells: Sequence[Cell]
    total_rupiah: int


@dataclass(frozen=True)
class Table:
    """The whole table; `most_rupiah` is the largest cell between two villages, for the shades."""

    sellers: Sequence[str]
    rows: Sequence[Row]
    sums_rupiah: Sequence[int]
    total_rupiah: int
    most_rupiah: int


def _largest(matrix: turnover.Matrix) -> list[tuple[str, str]]:
    """The villages that traded in the period, (code, name) in the order of codes, at most VILLAGES_MAX; the largest win."""
    volume: dict[str, int] = {}
    for (buyer, seller), rupiah in matrix.cells.items():
        for village in {buyer, seller} - {OUTSIDE}:
            volume[village] = volume.get(village, 0) + abs(rupiah)
    largest = set(sorted(volume, key=lambda code: (-volume[code], code))[:VILLAGES_MAX])
    return [(code, name) for code, name in matrix.villages if code in largest]


def table(*, matrix: turnover.Matrix) -> Table:
    """The matrix with one row and column for each of the largest villages, one for the rest, and a row for buyers from outside."""
    villages = _largest(matrix)
    own_codes = {code for code, _name in villages}
    sums: dict[tuple[str, str], int] = {}
    for (buyer, seller), rupiah in matrix.cells.items():
        key = (buyer if buyer in own_codes or buyer == OUTSIDE else REST, seller if seller in own_codes else REST)
        sums[key] = sums.get(key, 0) + rupiah
    places = list(villages)
    if any(REST in key for key in sums):
        places.append((REST, _("Desa lainnya")))
    sellers = [code for code, _name in places]
    buyers = [*places, (OUTSIDE, _("Dari luar federasi"))]
    rows = []
    for buyer, name in buyers:
        cells = [Cell(sums.get((buyer, seller), 0), own=buyer == seller != REST) for seller in sellers]
        rows.append(Row(name, cells, sum(cell.rupiah for cell in cells)))
    between = [cell.rupiah for row in rows for cell in row.cells if not cell.own]
    return Table(
        sellers=[name for _code, name in places],
        rows=rows,
        sums_rupiah=[sum(row.cells[column].rupiah for row in rows) for column in range(len(sellers))],
        total_rupiah=matrix.total_rupiah,
        most_rupiah=max(between, default=0),
    )
