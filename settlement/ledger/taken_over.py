"""What the federation takes over of a village that left, from its own cash alone.

Where the seller is gone, what goes back to the buyer is the federation's cost; where the counter is gone that took the money, the seller
owes it to the federation, which pays the buyer. Each verb takes part in the caller's transaction and can be repeated under its reference.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext_noop

from settlement import money
from settlement.ledger import federation_books, locks, parties, transfers
from settlement.ledger.transfers import PlannedTransfer
from settlement.models import Obligation
from tenants.codes import FEDERATION, VillageCode
from tenants.errors import DomainError, Kind

CAUSE = "takeover"  # of the obligation that it makes


class OwnCashShort(DomainError):
    """The federation's own cash does not suffice: other people's money is never used for this."""

    kind = Kind.CONFLICT
    code = "own-cash-short"
    sentence = gettext_noop("Kas sendiri federasi tinggal Rp %(free)s, jadi Rp %(amount)s belum bisa diambil alih.")


def bear(*, take_over_id: UUID, amount_rupiah: int, counter: VillageCode | None, happened_at: datetime) -> None:
    """The seller is gone: the federation bears what goes back.

    counter: the village that pays the buyer, to which it owes that; None: the federation pays

    :raises OwnCashShort: and nothing was booked
    """
    entry = PlannedTransfer(
        event="taken-over",
        debit=parties.TAKEN_OVER,
        credit=parties.OWN_CASH if counter is None else parties.clearing(counter),
        amount_rupiah=amount_rupiah,
        debtor="" if counter is None else FEDERATION,
        creditor=counter or "",
    )
    _record([entry], take_over_id=take_over_id, amount_rupiah=amount_rupiah, happened_at=happened_at)


def advance(*, take_over_id: UUID, seller: VillageCode, amount_rupiah: int, fee_rupiah: int, happened_at: datetime) -> None:
    """The counter is gone: the federation pays the buyer, gives its fee back, and the seller owes it the rest.

    :raises OwnCashShort: and nothing was booked
    """
    owed = PlannedTransfer(
        event="taken-over",
        debit=parties.clearing(seller),
        credit=parties.OWN_CASH,
        amount_rupiah=money.checked(amount_rupiah=amount_rupiah - fee_rupiah),
        debtor=seller,
        creditor=FEDERATION,
    )
    fee = PlannedTransfer(event="taken-over", debit=parties.FEE_INCOME, credit=parties.OWN_CASH, amount_rupiah=fee_rupiah)
    _record([owed, fee], take_over_id=take_over_id, amount_rupiah=amount_rupiah, happened_at=happened_at)


def free_rupiah() -> int:
    """What of the federation's own cash is not owed to anybody."""
    books = federation_books.read()
    owed = Obligation.objects.filter(debtor=FEDERATION, open_rupiah__gt=0, transfer__debit__in=parties.OWED_OUT_OF_OWN_CASH)
    return books.own_cash_rupiah - books.uncovered_rupiah - (owed.aggregate(sum=Sum("open_rupiah"))["sum"] or 0)


def _record(entries: list[PlannedTransfer], *, take_over_id: UUID, amount_rupiah: int, happened_at: datetime) -> None:
    locks.hold_agent_cash()
    free = free_rupiah()
    if amount_rupiah > free:
        raise OwnCashShort(free=max(0, free), amount=amount_rupiah)
    reference = f"take-over:{take_over_id}"
    transfers.record(entries=entries, reference=reference, cause_id=take_over_id, happened_at=happened_at, obligation_cause=CAUSE)
