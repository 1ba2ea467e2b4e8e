"""The matrix of who buys from whom, as a table: rows of buyers, columns of sellers, with sums and shades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from federation.reports import turnover
from federation.reports.turnover import REST
from tenants.codes import OUTSIDE

VILLAGES_MAX = 12  # villages with a row and a column of their own; the smaller ones are summed up


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


def table(*, matrix: turnover.Matrix, names: Mapping[str, str]) -> Table:
    """The matrix with one row and column for each village in it, by code, then the rest, and a row for buyers from outside."""
    seen = {code for pair in matrix.cells for code in pair} - {OUTSIDE}
    places = [(code, names.get(code, code)) for code in sorted(seen - {REST})]
    if REST in seen:
        places.append((REST, _("Desa lainnya")))
    sums = matrix.cells
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
