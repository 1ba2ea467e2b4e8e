"""What the federation takes over of a village that left, from its own cash alone.

Where the seller is gone, what goes back to the buyer is the federation's cost; where the counter is gone that took the money, the seller
owes it to the federation, which pays the buyer. Each verb takes part in the caller's transaction and can be repeated under its reference.

What a bank or gateway says of a payment of a village after that has left makes no obligation, for nobody would pay it or take it: what
came back is the federation's, against what it took over, and what lacks it bears (`kept_for_gone`, `borne_for_gone`).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext_noop

from settlement import money
from settlement.ledger import federation_books, locks, own_cash, parties, transfers
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


def kept_for_gone(*, event: str, account: str, amount_rupiah: int) -> list[PlannedTransfer]:
    """Money that a village which has left would be owed came to this account, where the federation holds other people's."""
    entry = PlannedTransfer(event=event, debit=account, credit=parties.TAKEN_OVER, amount_rupiah=amount_rupiah)
    return [entry, own_cash.due_to_own(amount_rupiah=amount_rupiah)]


def borne_for_gone(*, event: str, account: str, amount_rupiah: int) -> list[PlannedTransfer]:
    """Money that a village which has left would owe went out of this account, where the federation holds other people's; it covers it."""
    entry = PlannedTransfer(event=event, debit=parties.TAKEN_OVER, credit=account, amount_rupiah=amount_rupiah)
    return [own_cash.owed_by_own(amount_rupiah=amount_rupiah), entry]  # first, so that at no moment something lacks that nobody owes


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
