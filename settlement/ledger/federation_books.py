"""Where the federation's own accounts stand, and what it owes out of what it holds: read in one statement, so at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from settlement.ledger import parties
from tenants.codes import FEDERATION


@dataclass(frozen=True, kw_only=True, slots=True)
class FederationBooks:
    """Balances in rupiah. Each is above zero on its usual side: what it holds as debits, what it owes as credits."""

    agent_cash_rupiah: int  # with what is in transit
    own_cash_rupiah: int
    in_transit_rupiah: int
    suspense_rupiah: int
    deposits_rupiah: int
    gateways_rupiah: int
    disputed_rupiah: int
    untaken_rupiah: int  # fees, and claims met by set-off, that lie in agent cash or at a gateway
    uncovered_rupiah: int  # what the federation owes there: charges of gateways, advances, lost disputes
    owed_rupiah: int  # to villages and cycles' pools, out of agent cash and gateways
    settled_rupiah: int  # what was ever taken, covered or netted: it only grows

    @property
    def unexplained_rupiah(self) -> int:
        """What is held more than owed, beside what a cycle's pool has collected and not paid out (that is agent cash too)."""
        held = self.agent_cash_rupiah + self.gateways_rupiah + self.disputed_rupiah + self.uncovered_rupiah
        return held - self.suspense_rupiah - self.deposits_rupiah - self.owed_rupiah - self.untaken_rupiah


# Kept apart from what it owes out of its own cash: refunded fees and what it took over, by the account that their transfer debits.
_OWED = """
    SELECT coalesce(sum(o.open_rupiah), 0)::bigint FROM public.settlement_obligation o
    LEFT JOIN public.settlement_transfer t ON t.id = o.transfer_id
    WHERE o.debtor = %(federation)s AND o.open_rupiah > 0 AND (t.debit IS NULL OR t.debit <> ALL (%(own)s))
"""
_BALANCES = f"""
WITH sums AS (SELECT parts.account, sum(parts.debit)::bigint AS debit, sum(parts.credit)::bigint AS credit FROM (
        SELECT account, debit_posted_rupiah AS debit, credit_posted_rupiah AS credit FROM public.settlement_position
        UNION ALL SELECT account, debit_posted_rupiah, credit_posted_rupiah FROM public.settlement_positionincrement
    ) AS parts JOIN public.settlement_account a ON a.code = parts.account AND a.village_code = '' GROUP BY parts.account)
SELECT account, debit, credit FROM sums UNION ALL SELECT '', 0, ({_OWED})
"""  # noqa: S608 -- constants only; values go in as parameters


def read() -> FederationBooks:
    """All of it at this moment."""
    sums = _sums()
    found = {account: debit - credit for account, (debit, credit) in sums.items()}
    in_transit = found.get(parties.IN_TRANSIT, 0)
    return FederationBooks(
        agent_cash_rupiah=found.get(parties.AGENT_CASH, 0) + in_transit,
        own_cash_rupiah=found.get(parties.OWN_CASH, 0),
        in_transit_rupiah=in_transit,
        suspense_rupiah=-found.get(parties.SUSPENSE, 0),
        deposits_rupiah=-found.get(parties.DEPOSITS, 0),
        gateways_rupiah=sum(balance for account, balance in found.items() if parties.gateway_of(account)),
        disputed_rupiah=found.get(parties.DISPUTED, 0),
        untaken_rupiah=-found.get(parties.FEES_UNTAKEN, 0),
        uncovered_rupiah=found.get(parties.UNCOVERED, 0),
        owed_rupiah=-found[""],
        settled_rupiah=sums.get(parties.FEES_UNTAKEN, (0, 0))[0] + sums.get(parties.UNCOVERED, (0, 0))[1],
    )


def gateway_balances() -> dict[str, int]:
    """What each gateway holds for the federation by the books, in rupiah, by its name."""
    return {name: debit - credit for account, (debit, credit) in _sums().items() if (name := parties.gateway_of(account))}


def _sums() -> dict[str, tuple[int, int]]:
    """(debits, credits) by account, and under "" what is owed."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"federation": FEDERATION, "own": list(parties.OWED_OUT_OF_OWN_CASH)})
        return {account: (debit, credit) for account, debit, credit in cursor.fetchall()}
