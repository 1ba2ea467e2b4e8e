"""What a bench found: figures, goals with whether they hold, as a table or as one JSON object."""

from __future__ import annotations

import dataclasses
import json
import os
import statistics
from collections.abc import Sequence

from deploy.console import command_error, screen

Number = int | float


@dataclasses.dataclass(frozen=True)
class Goal:
    """A figure that was promised: `goal` reads "<= 1.5"."""

    name: str
    value: Number
    goal: str
    holds: bool


class Report:
    """Collects while a bench runs; `close` prints everything and gives the exit status."""

    def __init__(self, *, bench: str, as_json: bool, quick: bool) -> None:
        self.bench = bench
        self._as_json, self._quick = as_json, quick
        self.figures: dict[str, Number] = {}
        self.goals: list[Goal] = []
        self._about: dict[str, str] = {}
        self.figure("cores", cores(), "processor cores that this run may use")
        if quick:
            self.say("--quick: small sizes show that it works, not how fast it is")

    def say(self, text: str) -> None:
        """Tell what is going on, beside the result."""
        screen.say(f"  {text}")

    def figure(self, name: str, value: Number, about: str = "") -> None:
        """Keep a measured number; its unit is the last part of its name."""
        self.figures[name] = round(value, 4) if isinstance(value, float) else value
        self._about[name] = about

    def at_most(self, name: str, value: Number, goal: Number, about: str = "") -> None:
        """Keep a number that must not be larger than the goal."""
        self._goal(name, value, f"<= {goal:g}", value <= goal, about)

    def at_least(self, name: str, value: Number, goal: Number, about: str = "") -> None:
        """Keep a number that must not be smaller than the goal."""
        self._goal(name, value, f">= {goal:g}", value >= goal, about)

    def close(self) -> int:
        """Print, and give the exit status: 1 where a goal is missed (in a quick run only the shape counts)."""
        if self._as_json:
            print(json.dumps({"bench": self.bench, "figures": self.figures, "goals": [dataclasses.asdict(goal) for goal in self.goals]}))
        else:
            print(self._table())
        return command_error.FAILED if not self._quick and not all(goal.holds for goal in self.goals) else 0

    def _goal(self, name: str, value: Number, goal: str, holds: bool, about: str) -> None:
        self.figure(name, value, about)
        self.goals.append(Goal(name=name, value=self.figures[name], goal=goal, holds=holds))

    def _table(self) -> str:
        promised = {goal.name: goal for goal in self.goals}
        rows = []
        for name, value in self.figures.items():
            goal = promised.get(name)
            verdict = f"{goal.goal:>9}  {'holds' if goal.holds else 'MISSED'}" if goal else ""
            rows.append((name, f"{value:,.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}", verdict))
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        lines = [f"bench {self.bench} ({cores()} cores)"]
        for name, shown, verdict in rows:
            lines.append(f"  {name:<{widths[0]}}  {shown:>{widths[1]}}  {verdict:<{widths[2]}}  {self._about[name]}".rstrip())
        missed = [goal.name for goal in self.goals if not goal.holds]
        lines.append(f"missed: {', '.join(missed)}" if missed else f"all {len(self.goals)} goals hold")
        return "\n".join(lines)


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0))


def ratio(ours: Sequence[float], yardstick: Sequence[float]) -> float:
    """The median of the rounds' ratios; the n-th round of both was measured at the same moment."""
    return statistics.median(mine / theirs for mine, theirs in zip(ours, yardstick, strict=True))
