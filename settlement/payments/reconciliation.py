"""Explaining every rupiah: what stands in transit, in suspense and in agent cash, and for whom."""

from __future__ import annotations

from settlement.ledger import federation_books, parties
from settlement.models import Cycle, StatementLine
from settlement.payments import paid_after_all, pool_items

NOT_PAID_OUT = "not-paid-out"
AT_GATEWAYS = "gateway-payouts"


def unexplained(*, cycle: Cycle) -> dict[str, int]:
    """What keeps a reconciling cycle from closing: rupiah by account, and the numbers of statement lines, and of failed payouts that a
    gateway says went out, that nobody has decided.

    in-transit and suspense must be empty, and agent cash, beside what of it those two explain, with what gateways hold, is what is held for
    buyers, owed to villages and pools out of that, not paid out yet, or the federation's own; empty: all is explained. Nothing is named
    twice.
    """
    pool = pool_items.pool(cycle=cycle)
    lying = pool.collected_rupiah - pool.paid_rupiah
    books = federation_books.read()
    found = {
        parties.IN_TRANSIT: books.in_transit_rupiah,
        parties.SUSPENSE: -books.suspense_rupiah,
        parties.AGENT_CASH: books.unexplained_rupiah - lying,
        NOT_PAID_OUT: lying,
        "statement-lines": StatementLine.objects.filter(state=StatementLine.State.OPEN).count(),
        AT_GATEWAYS: paid_after_all.undecided().filter(cycle=cycle).count(),
    }
    return {name: amount for name, amount in found.items() if amount}
