"""Explaining every rupiah: what stands in transit, in suspense and in agent cash, and for whom."""

from __future__ import annotations

from django.db import connection
from django.db.models import Sum

from settlement import parties
from settlement.models import Cycle, Obligation, StatementLine
from settlement.payments import items
from tenants.codes import FEDERATION


def unexplained(*, cycle: Cycle) -> dict[str, int]:
    """What keeps a reconciling cycle from closing: rupiah by account, and the number of statement lines that nobody has decided.

    in-transit and suspense must be empty, and agent cash what is held for buyers and owed to sellers by card; empty: all is explained.
    """
    balances = _balances()
    purse = items.purse(cycle=cycle)
    found = {
        parties.IN_TRANSIT: balances.get(parties.IN_TRANSIT, 0),
        parties.SUSPENSE: balances.get(parties.SUSPENSE, 0),
        parties.AGENT_CASH: balances.get(parties.AGENT_CASH, 0) - _held_for_others() - (purse.collected_rupiah - purse.paid_rupiah),
        "not-paid-out": purse.collected_rupiah - purse.paid_rupiah,
        "statement-lines": StatementLine.objects.filter(state=StatementLine.State.OPEN).count(),
    }
    return {name: amount for name, amount in found.items() if amount}


def _held_for_others() -> int:
    """What agent cash backs apart from this cycle's collection: buyers' deposits, and open debts to sellers for card sales."""
    owed = Obligation.objects.filter(debtor=FEDERATION, transfer__debit=parties.DEPOSITS).aggregate(sum=Sum("open_rupiah"))["sum"] or 0
    return -_balances().get(parties.DEPOSITS, 0) + int(owed)


_BALANCES = """
SELECT account, sum(balance)::bigint FROM (
    SELECT account, debit_posted_rupiah - credit_posted_rupiah AS balance FROM public.settlement_position
    UNION ALL SELECT account, debit_posted_rupiah - credit_posted_rupiah FROM public.settlement_positionincrement
) AS parts WHERE account = ANY(%s) GROUP BY account
"""


def _balances() -> dict[str, int]:
    """What stands on the federation's accounts, debits above zero."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, [list(parties.FEDERATION_ACCOUNTS)])
        return dict(cursor.fetchall())
