"""What villages object to in a cycle, with the names of who is concerned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from settlement.reports import proposals


@dataclass(frozen=True)
class Row:
    """An objection with its names."""

    objection: proposals.Objection
    village: str
    debtor: str
    creditor: str


def rows(*, number: int, names: Mapping[str, str]) -> list[Row]:
    """The objections of a cycle, those without an answer first; `names`: of parties, by code."""
    return [_row(one, names) for one in proposals.objections(number=number)]


def _row(one: proposals.Objection, names: Mapping[str, str]) -> Row:
    village, debtor, creditor = (names.get(code, code) for code in (one.village_code, one.debtor, one.creditor))
    return Row(one, village, debtor, creditor)
