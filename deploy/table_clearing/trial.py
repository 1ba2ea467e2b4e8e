"""One run over a table: read, solve, verify, write, each with its time."""

from __future__ import annotations

import dataclasses
import resource
import time
from pathlib import Path

from deploy.table_clearing import debt_table, result_tables
from settlement.clearing import flow as _flow  # noqa: F401 - its imports belong to the start, not to the solver's time
from settlement.clearing import solving, verifying
from tenants.tables import numbers

STEPS = ("read", "solve", "verify", "write")


@dataclasses.dataclass(frozen=True)
class Trial:
    """What came out; amounts are in units of 10^-decimals of the table's unit."""

    totals: solving.Totals
    decimals: int
    seconds: dict[str, float]  # by step
    peak_mb: float  # the most memory this process ever held
    perhaps_cut: debt_table.LastLine | None = None


def run(*, source: str, folder: Path | None, form: numbers.Form | None = None) -> Trial:
    """Clear a table of debts, write set-offs and residual into `folder` where one is given. Nothing is written that was not verified.

    :raises command_error.CommandError: if the file cannot be opened, the folder not be written, or a result stands there already
    :raises debt_table.DebtsNotRead, tenants.tables.decode.NotText: if the table cannot be read
    :raises solving.AmountsTooLarge: if the amounts in sum pass what can be counted
    :raises verifying.SolutionRefused: if the verifier does not accept the solution
    """
    if folder is not None:
        result_tables.refuse_existing(folder=folder)
    marks = [time.perf_counter()]
    debts = debt_table.read(source=source, form=form)
    marks.append(time.perf_counter())
    network = debts.network
    taken, parties, totals = solving.solve_network(network=network, carry_limits={})
    marks.append(time.perf_counter())
    columns = (network.debtors, network.creditors, network.open_rupiah, taken)
    verifying.verify_columns(parties=network.parties, columns=columns, carry_limits={}, results=parties, totals=totals)
    marks.append(time.perf_counter())
    if folder is not None:
        result_tables.write(folder=folder, debts=debts, taken=taken)
    marks.append(time.perf_counter())
    return Trial(
        totals=totals,
        decimals=debts.decimals,
        seconds={step: after - before for step, before, after in zip(STEPS, marks, marks[1:], strict=False)},
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024,  # Linux counts it in KiB
        perhaps_cut=debts.perhaps_cut,
    )
