"""Clearing: the whole of `pasarsama clear`, reading and writing and proof included, beside the bare solver on the same debts.

Two federations out of a seed: all villages of a middling province, and all 75,000 of the country. Imports are apart, as is the start of
the interpreter; memory is that of the command as a person calls it, in a process of its own.
"""

from __future__ import annotations

import json as json_format
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.bench.support import report
from deploy.console import command_error
from deploy.table_clearing import django_setup

_GOAL_TIMES = 3
_SIZES = {"province": (1_852, 16_700, 15), "country": (75_000, 658_000, 3)}  # villages, obligations, rounds
_QUICK = {"province": (1_852, 16_700, 3)}


def run(*, json: bool, quick: bool) -> int:
    """Measure, print, and give the exit status."""
    from deploy.bench.support import random_debts

    django_setup.without_market()
    found = report.Report(bench="clearing", as_json=json, quick=quick)
    with tempfile.TemporaryDirectory(prefix="pasarsama-clearing-") as folder:
        for size, (villages, obligations, rounds) in (_QUICK if quick else _SIZES).items():
            table = Path(folder) / f"{size}.csv"
            random_debts.write(table, villages=villages, obligations=obligations)
            found.say(f"{size}: {obligations} obligations of {villages} villages, {rounds} rounds")
            _measure(found, size, table, rounds=rounds)
            found.figure(f"{size}_peak_mb", _peak_mb(table), "memory of `pasarsama clear`")
    return found.close()


def _measure(found: report.Report, size: str, table: Path, *, rounds: int) -> None:
    """The bare solver and the whole command in turns."""
    from deploy.bench.support import bare_solver
    from deploy.table_clearing import debt_table, trial

    network = debt_table.read(source=str(table)).network
    alone: list[float] = []
    whole: list[trial.Trial] = []
    for number in range(rounds):
        seconds, set_off = bare_solver.solve(network)
        alone.append(seconds)
        whole.append(trial.run(source=str(table), folder=table.parent / f"out-{number}"))
        if whole[-1].totals.gross - whole[-1].totals.residual != set_off:
            raise command_error.CommandError(
                "Hasil kliring tidak sama dengan hasil pemecahnya.", "Clearing and the bare solver do not agree."
            )
    totals = whole[-1].totals
    found.figure(f"{size}_villages", totals.nodes)
    found.figure(f"{size}_obligations", totals.edges)
    found.figure(f"{size}_set_off_share", 1 - totals.residual / totals.gross, "of all debts, without cash")
    found.figure(f"{size}_bare_ms", statistics.median(alone) * 1_000, "SimpleMinCostFlow.solve(), everything handed over before")
    for step in trial.STEPS:
        found.figure(f"{size}_{step}_ms", statistics.median(one.seconds[step] for one in whole) * 1_000)
    ours = [sum(one.seconds.values()) for one in whole]
    found.figure(f"{size}_whole_ms", statistics.median(ours) * 1_000, "read, solve, verify, write")
    found.at_most(f"{size}_times_bare", report.ratio(ours, alone), _GOAL_TIMES, "the whole, in times of the bare solver")


def _peak_mb(table: Path) -> float:
    command = [sys.executable, "-m", "deploy.cli", "clear", str(table), "--json"]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, cwd=root, env=dict(os.environ), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise command_error.CommandError(f"pasarsama clear gagal: {done.stderr.strip()}", f"pasarsama clear failed: {done.stderr.strip()}")
    return float(json_format.loads(done.stdout)["peak_mb"])
