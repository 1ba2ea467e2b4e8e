"""Closing a cycle: from the cut-off to the proposal beside the bare solver and one COPY, and what buyers feel of it meanwhile.

The debts are those of a middling country's villages; every round owes them again, so that each cycle has all of them before it. Nobody pays
afterwards: the rest rolls on, and the next round is greater by it.
"""

from __future__ import annotations

import functools
import statistics
import time
from collections.abc import Callable

from deploy.bench.support import bench_buyers, bench_setup, report, snapshot_timing

TIMES_GOAL, DELAY_GOAL = 5, 2
QUIET_SECONDS = 8.0
_SIZE, _ROUNDS = (11_400, 100_000), 5  # villages, obligations: as many of each other as in bench clearing's country
_QUICK_SIZE, _QUICK_ROUNDS = (300, 2_000), 1


def run(*, json: bool, quick: bool = False) -> int:
    """Measure and print; the exit status of the report."""
    found = report.Report(bench="cycle", as_json=json, quick=quick)
    (villages, obligations), rounds = (_QUICK_SIZE, _QUICK_ROUNDS) if quick else (_SIZE, _ROUNDS)
    quiet = 1.0 if quick else QUIET_SECONDS
    with bench_setup.running() as bench:
        bench.migrated("cycle")
        with bench.as_owner():
            snapshot_timing.furnish(folder=bench.folder, villages=villages, obligations=obligations)
            bench_buyers.furnish(each=round(rounds * (quiet + 60) / bench_buyers.PACE_SECONDS))
        _propose(bench, found, rounds=rounds)
        _among_buyers(bench, found, rounds=rounds, quiet=quiet)
    return found.close()


def _propose(bench: bench_setup.BenchEnvironment, found: report.Report, *, rounds: int) -> None:
    timings = []
    for turn in range(rounds):
        found.say(f"proposal {turn + 1} of {rounds}")
        with bench.as_owner():  # only it may make and empty the table of the yardstick
            number = snapshot_timing.open_debts()
            timings.append(snapshot_timing.measure(number=number))
        snapshot_timing.finish(number=number)
    for step in timings[0].steps:
        found.figure(f"{step}_ms", statistics.median(one.steps[step] for one in timings) * 1_000)
    found.figure("solver_ms", statistics.median(one.solver for one in timings) * 1_000, "SimpleMinCostFlow.solve() on the same network")
    found.figure("copy_ms", statistics.median(one.copy for one in timings) * 1_000, "COPY of the same edges, indexes and commit included")
    times = report.ratio([one.ours for one in timings], [one.yardstick for one in timings])
    found.at_most("proposal_times_solver_and_copy", times, TIMES_GOAL, "snapshot to PROPOSED; median of the rounds' ratios")


def _among_buyers(bench: bench_setup.BenchEnvironment, found: report.Report, *, rounds: int, quiet: float) -> None:
    """Buyers order all the time; some of it nothing happens, some of it a cycle is closed from its cut-off to its end."""
    calm, closing = [], []
    with bench_buyers.Buyers(bench) as buyers:
        for turn in range(rounds):
            found.say(f"closing among buyers {turn + 1} of {rounds}")
            with bench.as_owner():
                number = snapshot_timing.open_debts()
            calm.append(_span(functools.partial(time.sleep, quiet)))
            closing.append(_span(functools.partial(_close, number)))
    took = buyers.took()
    within = [[seconds for began, seconds in took if start <= began < end] for start, end in (*calm, *closing)]
    usual = [_p99_ms(seconds) for seconds in within[:rounds]]
    while_closing = [_p99_ms(seconds) for seconds in within[rounds:]]
    found.figure("checkouts", len(took), "placed meanwhile, none with an error")
    found.figure("closing_ms", statistics.median(end - start for start, end in closing) * 1_000, "cut-off to CLOSED")
    found.figure("checkout_p99_ms", statistics.median(usual), "while no cycle is closed")
    found.figure("checkout_p99_closing_ms", statistics.median(while_closing), "while one is")
    found.at_most("checkout_delay_times", report.ratio(while_closing, usual), DELAY_GOAL, "p99, median of the rounds' ratios")


def _close(number: int) -> None:
    snapshot_timing.propose(number=number)
    snapshot_timing.finish(number=number)


def _span(action: Callable[[], None]) -> tuple[float, float]:
    began = time.monotonic()
    action()
    return began, time.monotonic()


def _p99_ms(seconds: list[float]) -> float:
    """The 99th of a hundred, or the longest of fewer."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] * 1_000 if ordered else 0.0
