"""Who owes whom: the open obligations of a snapshot, and the same with one edge a pair."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One open obligation of the snapshot. The order of a sequence of items is their age, oldest first."""

    key: str  # the obligation's id, any text that no other item has
    debtor: str
    creditor: str
    open_rupiah: int  # above zero


@dataclass(frozen=True, slots=True)
class Network:
    """Debts in columns: edge i says that parties[debtors[i]] owes parties[creditors[i]] open_rupiah[i].

    Parties are sorted by code, edges by debtor and then creditor, and no pair stands twice: the same debts are always the same network,
    in whatever order and pieces they came.
    """

    parties: Sequence[str]
    debtors: Sequence[int]
    creditors: Sequence[int]
    open_rupiah: Sequence[int]


def network(*, debtors: Sequence[str], creditors: Sequence[str], open_rupiah: Sequence[int]) -> Network:
    """The network of these debts, given in columns; parallel debts of one pair become one edge.

    :raises ValueError: if a party owes itself, or an amount is not a whole number above zero
    """
    parties = sorted({*debtors, *creditors})
    place = {party: number for number, party in enumerate(parties)}
    width = len(parties)
    owing, owed = map(place.__getitem__, debtors), map(place.__getitem__, creditors)
    pairs = [debtor * width + creditor for debtor, creditor in zip(owing, owed, strict=True)]  # sorts as the pair does, and faster
    if any(map(operator.eq, debtors, creditors)) or not set(map(type, open_rupiah)) <= {int} or min(open_rupiah, default=1) <= 0:
        raise ValueError("Debts are whole amounts above zero between two parties")
    edges = dict(zip(pairs, open_rupiah, strict=True))
    if len(edges) < len(pairs):
        edges = dict.fromkeys(pairs, 0)
        for pair, amount in zip(pairs, open_rupiah, strict=True):
            edges[pair] += amount
    pairs = sorted(edges)
    return Network(
        parties=parties,
        debtors=[pair // width for pair in pairs],
        creditors=[pair % width for pair in pairs],
        open_rupiah=list(map(edges.__getitem__, pairs)),
    )
