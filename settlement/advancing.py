"""Doing every step of a cycle that needs no person. Safe to call by any number of processes, and again after any crash."""

from __future__ import annotations

from datetime import datetime

from settlement import money_hold
from settlement.cycles import computing, lifecycle, setting_off, snapshots
from settlement.models import Cycle
from settlement.payments import end_of_cycle

State = Cycle.State
_STEPS = {
    State.CUTOFF: snapshots.take,
    State.SNAPSHOT: computing.compute,
    State.COMPUTED: computing.propose,
    State.APPROVED: setting_off.post,
    State.SETOFF_POSTED: setting_off.begin_collecting,
    State.COLLECTING: end_of_cycle.end_collecting,
    State.PAYING: end_of_cycle.end_paying,
    State.RECONCILING: end_of_cycle.close,
}
_STEPS_MAX = 20


def advance(*, number: int, at: datetime) -> str:
    """Move a cycle on until it waits for a person, for money or for a date; gives the state where it stands then.

    While the money is held since a restore no cycle moves.
    """
    state = _state(number)
    if money_hold.is_held():
        return state
    for _ in range(_STEPS_MAX):
        step = _STEPS.get(State(state))
        if step is None:
            break
        step(number=number, at=at)
        before, state = state, _state(number)
        if state == before:
            break
    return state


def advance_all(*, at: datetime) -> None:
    """Advance the cycle that is under way, if there is one: the periodic look for what a lost message left lying."""
    cycle = lifecycle.unfinished()
    if cycle is not None:
        advance(number=cycle.number, at=at)


def _state(number: int) -> str:
    state = Cycle.objects.filter(number=number).values_list("state", flat=True).first()
    if state is None:
        raise lifecycle.NoSuchCycle
    return state
