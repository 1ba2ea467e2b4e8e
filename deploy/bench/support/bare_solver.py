"""The solver of the clearing without anything around it: the yardstick of the benches that clear."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from deploy.console import command_error

if TYPE_CHECKING:
    from settlement.clearing import graph


def solve(network: graph.Network) -> tuple[float, int]:
    """Seconds of the solver alone, and what it sets off."""
    import numpy as np
    from ortools.graph.python import min_cost_flow

    debtors, creditors, opens = (np.array(column, dtype=np.int64) for column in (network.debtors, network.creditors, network.open_rupiah))
    supplies = np.zeros(len(network.parties), dtype=np.int64)
    np.add.at(supplies, debtors, opens)
    np.subtract.at(supplies, creditors, opens)
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(debtors, creditors, opens, np.ones_like(opens))
    solver.set_nodes_supplies(np.arange(len(supplies)), supplies)
    began = time.perf_counter()
    status = solver.solve()
    seconds = time.perf_counter() - began
    if status != solver.OPTIMAL:
        raise command_error.CommandError(f"Pemecah berhenti dengan {status}.", f"The solver ended with {status}.")
    return seconds, int(opens.sum()) - solver.optimal_cost()
