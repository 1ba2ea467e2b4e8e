"""From a snapshot to a solution: solved, verified apart from the solver, written and hashed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction

from settlement.clearing import solving, verifying
from settlement.clearing.solving import PartyResult
from settlement.cycles import lifecycle, snapshots
from settlement.models import Cycle, Snapshot, Solution
from tenants import acts

State = Cycle.State
PARTY_COLUMNS = ("party", "owed_rupiah", "claimed_rupiah", "setoff_rupiah", "net_rupiah", "carried_rupiah", "cash_rupiah")


class SnapshotChanged(Exception):
    """The rows of a snapshot are not those that were hashed: somebody reached behind the ledger. Nothing goes on from here."""


def compute(*, number: int, at: datetime) -> None:
    """Compute and propose a cycle whose snapshot is taken; one that stands elsewhere is left alone.

    :raises SnapshotChanged: if its rows do not give its hash
    :raises verifying.SolutionRefused: if the verifier does not accept what the solver found
    """
    cycle = Cycle.objects.get(number=number)
    if cycle.state != State.SNAPSHOT or cycle.snapshot_id is None:
        return
    snapshot = Snapshot.objects.get(id=cycle.snapshot_id)
    lines = snapshots.lines(snapshot_id=snapshot.id)
    if snapshots.sha256(lines=lines, limits=snapshot.carry_limits) != snapshot.sha256:
        raise SnapshotChanged(f"cycle {number}, snapshot {snapshot.id}")
    items = snapshots.items(lines=lines)
    limits = snapshots.limits_by_net(items=items, limits=snapshot.carry_limits)
    solution = solving.solve(items=items, carry_limits=limits)
    verifying.verify(items=items, carry_limits=limits, solution=solution)
    with transaction.atomic(durable=True):
        cycle = lifecycle.locked(number=number)
        if cycle.state != State.SNAPSHOT or cycle.snapshot_id != snapshot.id:
            return  # another process was faster, or an objection came meanwhile
        _write(snapshot=snapshot, solution=solution, at=at)
        lifecycle.move(cycle=cycle, to=State.COMPUTED, action="cycle.computed", act=acts.by_system(at=at))


def propose(*, number: int, at: datetime) -> None:
    """Show every village its statement; from now on it may object. The date to object until is set once."""
    with transaction.atomic(durable=True):
        cycle = lifecycle.locked(number=number)
        if cycle.state == State.COMPUTED:
            cycle.objections_until_at = cycle.objections_until_at or at + timedelta(days=cycle.objection_days)
            lifecycle.move(cycle=cycle, to=State.PROPOSED, action="cycle.proposed", act=acts.by_system(at=at))


def sha256(*, setoffs: Iterable[tuple[int, int]], parties: Iterable[PartyResult]) -> str:
    """The hash of a solution: `place|amount` a line by place, then `party|owed|claimed|set off|net|carried|cash` a line by party."""
    lines = [f"{place}|{amount}\n" for place, amount in setoffs] + [_line(one, "|") for one in parties]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _write(*, snapshot: Snapshot, solution: solving.Solution, at: datetime) -> None:
    setoffs = [(snapshots.place_of(key=key), amount) for key, amount in solution.setoffs]
    totals = solution.totals
    Solution.objects.create(
        snapshot=snapshot,
        gross_rupiah=totals.gross,
        setoff_bilateral_rupiah=totals.setoff_bilateral,
        setoff_cycles_rupiah=totals.setoff_cycles,
        residual_rupiah=totals.residual,
        net_internal_debt_rupiah=totals.net_internal_debt,
        carried_rupiah=totals.carried,
        cash_rupiah=totals.cash,
        sha256=sha256(setoffs=setoffs, parties=solution.parties),
        computed_at=at,
    )
    with connection.cursor() as cursor:  # ten thousands of rows: COPY takes a fifth of the time of INSERT
        rows = "".join(f"{snapshot.id}\t{place}\t{amount}\n" for place, amount in setoffs)
        cursor.copy_expert("COPY public.settlement_setoff (snapshot_id, place, amount_rupiah) FROM STDIN", io.StringIO(rows))
        rows = "".join(f"{snapshot.id}\t" + _line(one, "\t") for one in solution.parties)
        cursor.copy_expert(f"COPY public.settlement_cycleparty (snapshot_id, {', '.join(PARTY_COLUMNS)}) FROM STDIN", io.StringIO(rows))


def _line(one: PartyResult, separator: str) -> str:
    """A party's figures in the order of PARTY_COLUMNS."""
    figures = (one.owed_rupiah, one.claimed_rupiah, one.setoff_rupiah, one.net_rupiah, one.carried_rupiah, one.cash_rupiah)
    return separator.join((one.party, *map(str, figures))) + "\n"
