"""Proofs that no query can give: each solution is put before the verifier again, with nothing but the rows that are kept of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from deploy.audit.invariant import Proof
from settlement.clearing import graph, solving, verifying
from settlement.clearing.solving import PartyResult

_SOLUTIONS = """
SELECT s.id::text, s.carry_limits::text, v.gross_rupiah, v.setoff_bilateral_rupiah, v.setoff_cycles_rupiah, v.residual_rupiah,
    v.net_internal_debt_rupiah, v.carried_rupiah, v.cash_rupiah
FROM settlement_solution v JOIN settlement_snapshot s ON s.id = v.snapshot_id ORDER BY s.id
"""
_EDGES = "SELECT e.place::text, e.debtor, e.creditor, e.open_rupiah FROM settlement_cycleedge e WHERE e.snapshot_id = %s ORDER BY e.place"
_SETOFFS = "SELECT x.place::text, x.amount_rupiah FROM settlement_setoff x WHERE x.snapshot_id = %s ORDER BY x.place"
_PARTIES = """
SELECT party, owed_rupiah, claimed_rupiah, setoff_rupiah, net_rupiah, carried_rupiah, cash_rupiah
FROM settlement_cycleparty WHERE snapshot_id = %s ORDER BY party COLLATE "C"
"""


def refused() -> Iterator[str]:
    """The snapshots whose solution the verifier does not accept, each with the rule that it breaks and where."""
    for snapshot_id, written, *figures in _rows(_SOLUTIONS):
        limits = json.loads(written)
        items = [graph.Item(*row) for row in _rows(_EDGES, snapshot_id)]
        parties = [PartyResult(*row) for row in _rows(_PARTIES, snapshot_id)]
        setoffs = [(place, amount) for place, amount in _rows(_SETOFFS, snapshot_id)]
        # Parties and pairs are counted, not kept.
        figures += [len(parties), len({(item.debtor, item.creditor) for item in items})]
        # Of the two limits that a snapshot holds of a village, the side on which its net position leaves it says which one counts.
        counted = {one.party: limits.get(one.party if one.net_rupiah < 0 else f"+{one.party}", 0) for one in parties}
        try:
            verifying.verify(items=items, carry_limits=counted, solution=solving.Solution(setoffs, parties, solving.Totals(*figures)))
        except verifying.SolutionRefused as refusal:
            yield f"{snapshot_id} {refusal.values['rule']}: {refusal.values['place']}"


def _rows(sql: str, *values: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


PROOFS = (
    Proof(
        "solutions-are-the-best",
        "The verifier accepts each solution again: no other of its snapshot sets off more, and every figure follows.",
        refused,
    ),
)
