"""Explaining every rupiah: what stands in transit, in suspense and in agent cash, and for whom."""

from __future__ import annotations

from django.db import connection

from settlement.ledger import parties
from settlement.models import Cycle, StatementLine
from settlement.payments import pool_items
from tenants.codes import FEDERATION


def unexplained(*, cycle: Cycle) -> dict[str, int]:
    """What keeps a reconciling cycle from closing: rupiah by account, and the number of statement lines that nobody has decided.

    in-transit and suspense must be empty, and agent cash, beside what of it those two explain, what is held for buyers, owed to sellers by
    card and not paid out yet; empty: all is explained. Nothing is named twice.
    """
    balances = _balances()
    pool = pool_items.pool(cycle=cycle)
    lying = pool.collected_rupiah - pool.paid_rupiah
    cash = sum(balances.get(account, 0) for account in (parties.AGENT_CASH, parties.IN_TRANSIT, parties.SUSPENSE))
    found = {
        parties.IN_TRANSIT: balances.get(parties.IN_TRANSIT, 0),
        parties.SUSPENSE: balances.get(parties.SUSPENSE, 0),
        parties.AGENT_CASH: cash + balances.get(parties.DEPOSITS, 0) - balances.get(_CARD_DEBTS, 0) - lying,
        "not-paid-out": lying,
        "statement-lines": StatementLine.objects.filter(state=StatementLine.State.OPEN).count(),
    }
    return {name: amount for name, amount in found.items() if amount}


_CARD_DEBTS = "card-debts"  # what the federation owes sellers for card sales: no account, but asked for at the same moment as they are
_BALANCES = """
SELECT account, sum(balance)::bigint FROM (
    SELECT account, debit_posted_rupiah - credit_posted_rupiah AS balance FROM public.settlement_position
    UNION ALL SELECT account, debit_posted_rupiah - credit_posted_rupiah FROM public.settlement_positionincrement
) AS parts WHERE account = ANY(%s) GROUP BY account
UNION ALL SELECT %s, coalesce(sum(o.open_rupiah), 0)::bigint FROM public.settlement_obligation o
    JOIN public.settlement_transfer t ON t.id = o.transfer_id WHERE o.debtor = %s AND o.open_rupiah > 0 AND t.debit = %s
"""


def _balances() -> dict[str, int]:
    """What stands on the federation's accounts, debits above zero, and what it owes for card sales; in one statement, so at one moment."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, [list(parties.FEDERATION_ACCOUNTS), _CARD_DEBTS, FEDERATION, parties.DEPOSITS])
        return dict(cursor.fetchall())
