"""The federation's two cash accounts: what moves between agent cash, which is other people's money, and its own cash.

Fees of sales that were paid through a gateway, and claims that a set-off met by such money, lie in agent cash until they are taken.
What the federation owes there (charges of gateways, refunds that it advances, disputes that it lost) waits until its own cash covers it.
Each of the two stands on an account of its own; the verbs that cause it add to these by `due_to_own` and `owed_by_own`.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from settlement.ledger import federation_books, locks, parties, transfers
from settlement.ledger.transfers import PlannedTransfer


def due_to_own(*, amount_rupiah: int) -> PlannedTransfer:
    """So much of what is held for others has become the federation's own."""
    return PlannedTransfer(event="own-due", debit=parties.BETWEEN_FUNDS, credit=parties.FEES_UNTAKEN, amount_rupiah=amount_rupiah)


def owed_by_own(*, amount_rupiah: int) -> PlannedTransfer:
    """So much lacks in what is held for others, and the federation owes it."""
    return PlannedTransfer(event="own-owed", debit=parties.UNCOVERED, credit=parties.BETWEEN_FUNDS, amount_rupiah=amount_rupiah)


def settle(*, pool_rupiah: int, arrived_rupiah: int, cause_id: UUID, happened_at: datetime) -> None:
    """Cover what the federation owes as far as its own cash goes, and take what is its own as far as that has arrived.

    pool_rupiah: what the cycle under way has collected and not paid out, which is agent cash too. arrived_rupiah: what came in just now,
    or was set off; beyond it only what agent cash exceeds all that is owed may be taken. In the caller's transaction, as its last lock.
    """
    locks.hold_agent_cash()
    books = federation_books.read()
    covered = max(0, min(books.uncovered_rupiah, books.own_cash_rupiah))
    short = books.uncovered_rupiah - covered
    netted = min(short, books.untaken_rupiah)
    untaken = books.untaken_rupiah - netted
    free = books.agent_cash_rupiah - books.suspense_rupiah - pool_rupiah + covered
    exceeds = untaken - (short - netted) - books.gateways_rupiah - books.disputed_rupiah
    taken = max(0, min(untaken, free, max(arrived_rupiah, exceeds)))
    entries = [
        PlannedTransfer(event="own-covers", debit=parties.AGENT_CASH, credit=parties.OWN_CASH, amount_rupiah=covered),
        PlannedTransfer(event="own-covered", debit=parties.BETWEEN_FUNDS, credit=parties.UNCOVERED, amount_rupiah=covered),
        PlannedTransfer(event="own-netted", debit=parties.FEES_UNTAKEN, credit=parties.UNCOVERED, amount_rupiah=netted),
        PlannedTransfer(event="own-takes", debit=parties.OWN_CASH, credit=parties.AGENT_CASH, amount_rupiah=taken),
        PlannedTransfer(event="own-taken", debit=parties.FEES_UNTAKEN, credit=parties.BETWEEN_FUNDS, amount_rupiah=taken),
    ]
    if covered or netted or taken:
        reference = f"own-cash:{books.settled_rupiah}"
        transfers.record(entries=entries, reference=reference, cause_id=cause_id, happened_at=happened_at)
