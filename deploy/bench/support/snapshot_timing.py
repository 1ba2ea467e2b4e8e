"""From the cut-off to the proposal: the market's own steps beside the bare solver and one COPY of the same rows."""

from __future__ import annotations

import dataclasses
import datetime
import io
import time
import uuid
from pathlib import Path

from deploy.bench.support import random_debts
from deploy.console import command_error

NOW = datetime.datetime(2026, 7, 1, 3, 0, tzinfo=datetime.UTC)
MAKER, APPROVER = uuid.UUID(int=1), uuid.UUID(int=2)  # nobody stands behind them
# As a table of edges has them, written by nobody else.
_LIKE_EDGES = "CREATE TABLE IF NOT EXISTS bench_edge (LIKE settlement_cycleedge INCLUDING ALL)"
_OPEN = """
INSERT INTO settlement_obligation (id, debtor, creditor, amount_rupiah, open_rupiah, cause, cause_id, cycle_number, happened_at, created_at)
SELECT settlement_uuid7(), debtor, creditor, amount, amount, 'cycle', md5(debtor)::uuid, %s, %s, %s FROM bench_debt
"""


@dataclasses.dataclass(frozen=True)
class Timing:
    """Seconds of one round, each step by itself."""

    steps: dict[str, float]  # of ours
    solver: float
    copy: float

    @property
    def ours(self) -> float:
        return sum(self.steps.values())

    @property
    def yardstick(self) -> float:
        return self.solver + self.copy


def furnish(*, folder: Path, villages: int, obligations: int) -> None:
    """Keep the debts of every round in a table of their own, and open the first cycle. Runs as the owner."""
    from django.db import connection

    from settlement.ledger import open_accounts

    open_accounts.open_federation(at=NOW)
    table = folder / "debts.csv"
    random_debts.write(table, villages=villages, obligations=obligations)
    with connection.cursor() as cursor, open(table, encoding="utf-8") as file:
        cursor.execute("CREATE TABLE bench_debt (debtor text, creditor text, amount bigint)")
        cursor.copy_expert("COPY bench_debt FROM STDIN (FORMAT csv, HEADER)", file)
        cursor.execute(_LIKE_EDGES)


def open_debts() -> int:
    """Owe all of it again in the open cycle; gives the cycle's number. Runs as the owner."""
    from django.db import connection

    from settlement.cycles import lifecycle

    number = lifecycle.open_number()
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [number, NOW, NOW])
        cursor.execute("ANALYZE settlement_obligation")
    return number


def propose(*, number: int) -> dict[str, float]:
    """Bring an open cycle to its proposal; gives the seconds of each step."""
    from settlement.cycles import computing, cutoff, snapshots
    from tenants.acts import Act
    from tenants.codes import FEDERATION
    from tenants.people.permissions import Principal, Role

    maker = Principal(account_id=MAKER, roles=frozenset({(FEDERATION, Role.OPERATOR)}))
    cutoff.cut_off(number=number, objection_days=1, collection_days=1, act=Act(by=maker, at=NOW))
    found = {}
    for name, step in (("snapshot", snapshots.take), ("compute", computing.compute), ("propose", computing.propose)):
        began = time.perf_counter()
        step(number=number, at=NOW)
        found[name] = time.perf_counter() - began
    return found


def collect(*, number: int) -> None:
    """Approve a proposed cycle and set off: it waits for money then."""
    from settlement import advancing
    from settlement.cycles import approving
    from settlement.reports import cycle_overview, proposals
    from tenants.acts import Act
    from tenants.codes import FEDERATION
    from tenants.people import second_factor
    from tenants.people.permissions import Principal, Role

    proof = proposals.proof(of=cycle_overview.cycle(number=number))
    days_to_object = NOW + datetime.timedelta(days=2)
    checked = second_factor.Checked(user_id=APPROVER, at=days_to_object)
    approver = Principal(account_id=APPROVER, roles=frozenset({(FEDERATION, Role.APPROVER)}))
    approving.approve(
        number=number, signed_sha256=proof.signature if proof else "", act=Act(by=approver, at=days_to_object), checked=checked
    )
    advancing.advance(number=number, at=days_to_object)


def finish(*, number: int) -> None:
    """Approve a proposed cycle, set off and close; nobody pays, so that what is left rolls on."""
    from settlement import advancing

    collect(number=number)
    days_to_pay = NOW + datetime.timedelta(days=5)
    if (state := advancing.advance(number=number, at=days_to_pay)) != "closed":
        raise command_error.CommandError(f"Putaran berhenti di {state}.", f"The cycle stopped at {state}.")


def measure(*, number: int) -> Timing:
    """One round: ours, then the yardstick on what it froze."""
    steps = propose(number=number)
    return Timing(steps=steps, solver=_solve(number=number), copy=_copy(number=number))


def _solve(*, number: int) -> float:
    """The solver alone on the snapshot's network, everything handed over before."""
    from deploy.bench.support import bare_solver
    from settlement.clearing import graph
    from settlement.cycles import snapshots

    items = snapshots.items(lines=snapshots.lines(snapshot_id=_snapshot(number)))
    network = graph.network(
        debtors=[item.debtor for item in items],
        creditors=[item.creditor for item in items],
        open_rupiah=[item.open_rupiah for item in items],
    )
    seconds, _set_off = bare_solver.solve(network)
    return seconds


def _copy(*, number: int) -> float:
    """One COPY of the snapshot's rows into a table like theirs, committed."""
    from django.db import connection, transaction

    rows, snapshot_id = io.StringIO(), _snapshot(number)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE bench_edge")
        cursor.copy_expert(f"COPY (SELECT * FROM settlement_cycleedge WHERE snapshot_id = '{snapshot_id}') TO STDOUT", rows)  # noqa: S608
        rows.seek(0)
        began = time.perf_counter()
        with transaction.atomic():
            cursor.copy_expert("COPY bench_edge FROM STDIN", rows)
        return time.perf_counter() - began


def _snapshot(number: int) -> uuid.UUID:
    """The snapshot of a cycle that has one."""
    from settlement.reports import cycle_overview

    snapshot_id = cycle_overview.cycle(number=number).snapshot_id
    assert snapshot_id is not None  # noqa: S101 - for the type checker: it was taken above
    return snapshot_id
