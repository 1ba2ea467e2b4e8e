"""The minimum-cost flow behind clearing. Only `solving` imports this module, when it solves: it loads numpy and OR-Tools."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.graph.python import min_cost_flow

from settlement.clearing import graph


class Unsolved(Exception):
    """The solver ended in another state than "optimal". A clearing always has an optimum, so this is a fault of the machine or of ours."""


@dataclass(frozen=True, slots=True)
class Flow:
    """The optimum in columns, in whole rupiah: set off by edge; owed, claimed and set off from each of both by party."""

    taken: list[int]
    owed: list[int]
    claimed: list[int]
    setoff: list[int]
    bilateral_rupiah: int  # Σ over pairs of 2 min(x_ij, x_ji)


def find(*, network: graph.Network) -> Flow:
    """The most that can be set off.

    What is solved is the complement: y = open - x flows from debtor to creditor at a cost of 1 per rupiah, each party supplies what it owes
    in net. y = open is feasible, so there always is an optimum. The caller sees to it that all amounts together stay far below 2^63.

    The same network gives the same flow: SimpleMinCostFlow is cost-scaling push-relabel in one thread, without random numbers, clock or
    addresses, and meets nodes and arcs in the order in which they are given. Which of several optima it finds may differ between releases
    of OR-Tools; what is set off in sum cannot.

    :raises Unsolved: if the solver did not find the optimum
    """
    debtors = np.asarray(network.debtors, dtype=np.int64)
    creditors = np.asarray(network.creditors, dtype=np.int64)
    opens = np.asarray(network.open_rupiah, dtype=np.int64)
    owed, claimed = _by_party(network, debtors, opens), _by_party(network, creditors, opens)
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(debtors, creditors, opens, np.ones_like(opens))
    solver.set_nodes_supplies(np.arange(len(owed)), owed - claimed)
    status = solver.solve()
    if status != solver.OPTIMAL:  # flows of anything else can end the process when they are read
        raise Unsolved(str(status))
    taken = opens - solver.flows(arcs)
    pairs = debtors * len(owed) + creditors  # sorted, as edges are
    reverse = creditors * len(owed) + debtors
    opposite = np.minimum(np.searchsorted(pairs, reverse), len(pairs) - 1)
    both = np.where(pairs[opposite] == reverse, np.minimum(taken, taken[opposite]), 0)  # meets every pair from both its ends
    return Flow(
        taken=taken.tolist(),
        owed=owed.tolist(),
        claimed=claimed.tolist(),
        setoff=_by_party(network, debtors, taken).tolist(),
        bilateral_rupiah=int(both.sum()),
    )


def _by_party(network: graph.Network, places: npt.NDArray[np.int64], rupiah: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    sums = np.zeros(len(network.parties), dtype=np.int64)
    np.add.at(sums, places, rupiah)  # not bincount: its weights are floats
    return sums
