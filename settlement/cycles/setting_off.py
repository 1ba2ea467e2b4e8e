"""The set-off: what the snapshot froze is discharged, and of each party one item with the pool remains. Nobody's position changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from settlement.clearing.solving import PartyResult
from settlement.cycles import approving, computing, lifecycle, snapshots
from settlement.ledger import locks, own_cash, parties, transfers
from settlement.models import Approval, Cycle, CycleParty, Obligation, Setoff, Solution
from tenants import acts, uuids
from tenants.codes import FEDERATION

State = Cycle.State


class ApprovalDoesNotHold(Exception):
    """What stands is not what was approved, or the books moved under it: somebody reached behind the ledger. Nothing goes on from here."""


_DISCHARGE = """
UPDATE public.settlement_obligation o SET open_rupiah = 0 FROM public.settlement_cycleedge e
WHERE e.snapshot_id = %s AND o.id = e.obligation_id AND o.open_rupiah = e.open_rupiah
"""
# F owes what it holds for buyers, and what it owes earlier pools, out of agent cash and gateways; fees that it returns, and what it took
# over, out of its own.
_HELD = """
SELECT coalesce(sum(e.open_rupiah), 0)::bigint FROM public.settlement_cycleedge e
JOIN public.settlement_obligation o ON o.id = e.obligation_id LEFT JOIN public.settlement_transfer t ON t.id = o.transfer_id
WHERE e.snapshot_id = %s AND e.debtor = %s AND (t.debit IS NULL OR t.debit <> ALL (%s))
"""


def post(*, number: int, at: datetime) -> None:
    """Post an approved cycle's set-offs; one that stands elsewhere is left alone.

    :raises ApprovalDoesNotHold: if its rows are not those that were signed
    """
    with transaction.atomic(durable=True):
        cycle = lifecycle.locked(number=number)
        if cycle.state != State.APPROVED:
            return
        results = _approved(cycle=cycle)
        locks.close_gate()
        solution = Solution.objects.select_related("snapshot").get(snapshot_id=lifecycle.snapshot_of(cycle))
        with connection.cursor() as cursor:
            cursor.execute(_DISCHARGE, [lifecycle.snapshot_of(cycle)])
            if cursor.rowcount != solution.snapshot.item_count:
                raise ApprovalDoesNotHold(f"cycle {number}: {cursor.rowcount} of {solution.snapshot.item_count} obligations are as frozen")
        _make_items(cycle=cycle, results=results, at=at)
        _settle_own_cash(cycle=cycle, results=results, at=at)
        cycle.collect_until_at = at + timedelta(days=cycle.collection_days)
        lifecycle.move(cycle=cycle, to=State.SETOFF_POSTED, action="cycle.setoff-posted", act=acts.by_system(at=at))


def begin_collecting(*, number: int, at: datetime) -> None:
    """From now on villages pay in; one that stands elsewhere is left alone."""
    with transaction.atomic(durable=True):
        cycle = lifecycle.locked(number=number)
        if cycle.state == State.SETOFF_POSTED:
            lifecycle.move(cycle=cycle, to=State.COLLECTING, action="cycle.collecting", act=acts.by_system(at=at))


def _approved(*, cycle: Cycle) -> list[PartyResult]:
    """The parties' results, if all of it still gives the hash that was signed."""
    approval = Approval.objects.select_related("snapshot__solution").get(snapshot_id=lifecycle.snapshot_of(cycle))
    snapshot = approval.snapshot
    setoffs: Sequence[tuple[int, int]] = list(
        Setoff.objects.filter(snapshot_id=snapshot.id).order_by("place").values_list("place", "amount_rupiah")
    )
    results = party_results(cycle=cycle)
    holds = (
        snapshots.sha256(lines=snapshots.lines(snapshot_id=snapshot.id), limits=snapshot.carry_limits) == snapshot.sha256
        and computing.sha256(setoffs=setoffs, parties=results) == snapshot.solution.sha256
        and approving.signature(snapshot=snapshot, solution=snapshot.solution) == approval.sha256
    )
    if not holds:
        raise ApprovalDoesNotHold(f"cycle {cycle.number}, snapshot {snapshot.id}")
    return results


def party_results(*, cycle: Cycle) -> list[PartyResult]:
    """Where the cycle's solution leaves each party, by code."""
    rows = CycleParty.objects.filter(snapshot_id=lifecycle.snapshot_of(cycle)).values(*computing.PARTY_COLUMNS)
    return sorted((PartyResult(**row) for row in rows), key=lambda one: one.party)


def _make_items(*, cycle: Cycle, results: Sequence[PartyResult], at: datetime) -> None:
    """One item with the pool for what each party pays or gets now, one in the open cycle for what it carries on."""
    rows = []
    open_number = lifecycle.open_number()
    for one in results:
        for amount, number in ((one.cash_rupiah, cycle.number), (one.carried_rupiah, open_number)):
            if not amount:
                continue
            owes = one.net_rupiah < 0
            rows.append(
                Obligation(
                    id=uuids.uuid7(),
                    debtor=one.party if owes else parties.POOL,
                    creditor=parties.POOL if owes else one.party,
                    amount_rupiah=amount,
                    open_rupiah=amount,
                    cause="cycle",
                    cause_id=cycle.id,
                    cycle_number=number,
                    happened_at=at,
                    created_at=at,
                )
            )
    Obligation.objects.bulk_create(rows)


def _settle_own_cash(*, cycle: Cycle, results: Sequence[PartyResult], at: datetime) -> None:
    """What passes the federation moves between agent cash and own cash.

    Claims of its own are met by what it held for others, or the other way round. What it held backed what it owed for card sales and to
    earlier pools; afterwards it backs only what F owes this pool.
    """
    federation = next((one for one in results if one.party == FEDERATION), None)
    if federation is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [lifecycle.snapshot_of(cycle), FEDERATION, list(parties.OWED_OUT_OF_OWN_CASH)])
        held = int(cursor.fetchone()[0])
    passed = held - max(0, -federation.net_rupiah)
    if not passed:
        return
    entry = own_cash.due_to_own(amount_rupiah=passed) if passed > 0 else own_cash.owed_by_own(amount_rupiah=-passed)
    transfers.record(entries=[entry], reference=f"cycle:{cycle.number}:setoff", cause_id=cycle.id, happened_at=at)
    own_cash.settle(pool_rupiah=0, arrived_rupiah=max(0, passed), cause_id=cycle.id, happened_at=at)  # no other cycle has collected
