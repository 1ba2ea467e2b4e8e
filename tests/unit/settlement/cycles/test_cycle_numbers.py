"""A cycle is followed by one whose number a restore did not leave out; what rolls on and what was collected are counted across the gap."""

from __future__ import annotations

import contextlib
import uuid
from datetime import timedelta

import psycopg2

from settlement import advancing
from settlement.bank.statement_files import references
from settlement.cycles import cycle_numbers, lifecycle
from settlement.models import Obligation
from settlement.payments import pool_items
from tenants import acts, market_restores, models
from tests.support import servers
from tests.support.settlement import bank_days, rounds
from tests.support.settlement.rounds import T0

LATE = T0 + timedelta(days=60)


def leave_gap(market) -> None:
    with market.as_owner():
        market_restores.record(restore_id=uuid.UUID(int=1), backup_at=T0, restored_at=LATE)
        cycle_numbers.leave_gap(restore_id=uuid.UUID(int=1), act=acts.by_command_line(at=LATE))


def test_what_the_federation_still_owes_rolls_over_the_gap_and_counts_as_not_collected(market) -> None:
    rounds.worked_example()
    rounds.bank_accounts()
    rounds.collecting()
    bank_days.read((references.pay_in(cycle_number=1, village_code=rounds.A), 41_200))
    advancing.advance(number=1, at=LATE)  # nobody was paid: the federation owes it to the pool of the next one
    leave_gap(market)

    rounds.collecting(number=2, at=LATE)
    advancing.advance(number=2, at=LATE + timedelta(days=60))

    assert lifecycle.open_number() == 2_001
    rolled = Obligation.objects.filter(open_rupiah__gt=0).values_list("debtor", "cycle_number", "open_rupiah")
    assert sorted(rolled) == [("F", 2_001, 36_400), ("P", 2_001, 18_000), ("P", 2_001, 18_400)]
    assert pool_items.pool(cycle=rounds.get(2)).collected_rupiah == 0


def test_a_market_that_never_had_a_village_is_restored_too(market) -> None:
    with (
        contextlib.closing(psycopg2.connect(servers.CLUSTER.admin_url(market.database))) as superuser,
        superuser,
        superuser.cursor() as cursor,
    ):
        cursor.execute("SET session_replication_role = replica")  # the first cycle comes with the first village, and is never deleted
        cursor.execute("DELETE FROM settlement_cycle")
    leave_gap(market)
    assert not models.NumberGap.objects.exists()
