"""A cycle with its labels, as the list of cycles, the pages about one cycle and the overview show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404

from federation.labels import cycle_labels
from settlement.cycles import lifecycle
from settlement.reports import agenda, cycle_overview


@dataclass(frozen=True)
class Row:
    """A cycle with what its state is called and what is to be done next; `tone`: "", "ok" or "bad"."""

    cycle: cycle_overview.Overview
    state: str
    tone: str
    next: str
    setoff_share: float | None


def of(*, number: int) -> cycle_overview.Overview:
    """The cycle of this number; 404 if there is none."""
    try:
        return cycle_overview.cycle(number=number)
    except lifecycle.NoSuchCycle:
        raise Http404 from None


def row(*, cycle: cycle_overview.Overview, waiting: agenda.Waiting | None, unfinished: int | None, at: datetime) -> Row:
    """A cycle with its labels; `waiting` and `unfinished` as cycle_labels.next_step takes them."""
    state, tone = cycle_labels.state(code=cycle.state)
    totals = cycle.totals
    share = totals.setoff_rupiah / totals.gross_rupiah if totals and totals.gross_rupiah else None
    return Row(cycle, state, tone, cycle_labels.next_step(cycle=cycle, waiting=waiting, unfinished=unfinished, at=at), share)


def rows(*, cycles: list[cycle_overview.Overview], at: datetime) -> list[Row]:
    """Cycles of a list, the newest first, with their labels."""
    unfinished = next((cycle for cycle in cycles if cycle.is_under_way), None)
    waiting = agenda.waiting(of=unfinished) if unfinished else None
    number = unfinished.number if unfinished else None
    return [row(cycle=cycle, waiting=waiting if cycle.number == number else None, unfinished=number, at=at) for cycle in cycles]


def under_way(*, at: datetime) -> Row | None:
    """The cycle under way with what is to be done next and by whom; None if there is none."""
    found = cycle_overview.under_way()
    return row(cycle=found, waiting=agenda.waiting(of=found), unfinished=found.number, at=at) if found else None
