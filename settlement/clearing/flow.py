"""The minimum-cost flow behind clearing. Only `solving` imports this module, when it solves: it loads numpy and OR-Tools."""

from __future__ import annotations

import numpy as np
from ortools.graph.python import min_cost_flow

from settlement.clearing import graph


class Unsolved(Exception):
    """The solver ended in another state than "optimal". A clearing always has an optimum, so this is a fault of the machine or of ours."""


def setoffs(*, network: graph.Network) -> list[int]:
    """How much of each edge is set off at the optimum, in whole rupiah, in the order of the edges.

    What is solved is the complement: y = open - x flows from debtor to creditor at a cost of 1 per rupiah, each party supplies what it owes
    in net. y = open is feasible, so there always is an optimum. The caller sees to it that all amounts together stay below 2^63.

    The same network gives the same flow: SimpleMinCostFlow is cost-scaling push-relabel in one thread, without random numbers, clock or
    addresses, and meets nodes and arcs in the order in which they are given. Which of several optima it finds may differ between releases
    of OR-Tools; what is set off in sum cannot.

    :raises Unsolved: if the solver did not find the optimum
    """
    debtors = np.asarray(network.debtors, dtype=np.int64)
    creditors = np.asarray(network.creditors, dtype=np.int64)
    opens = np.asarray(network.open_rupiah, dtype=np.int64)
    supplies = np.zeros(len(network.parties), dtype=np.int64)
    np.add.at(supplies, debtors, opens)
    np.subtract.at(supplies, creditors, opens)
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(debtors, creditors, opens, np.ones_like(opens))
    solver.set_nodes_supplies(np.arange(len(supplies)), supplies)
    status = solver.solve()
    if status != solver.OPTIMAL:  # flows of anything else can end the process when they are read
        raise Unsolved(str(status))
    found: list[int] = (opens - solver.flows(arcs)).tolist()
    return found
