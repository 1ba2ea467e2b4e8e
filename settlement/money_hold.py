"""Whether the federation's money is held since a restore: the one question that everything asks by which money leaves or is promised.

The books of a restored market know nothing of the time from its backup to the restore: what they say is still to be paid may be paid. Until
two persons have released the hold (after_restore) nothing is paid, planned, cut off or approved; the database itself refuses what would
tell anybody outside to move money (triggers/settlement_money_held.sql). Afterwards a village still waits until it has stated its cash.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from settlement.bank.statement_files import references
from settlement.ledger import parties
from settlement.models import Account, MoneyHold, PaymentLeg, StatedCash, StatementLine
from tenants.codes import FEDERATION
from tenants.errors import DomainError, Kind


class MoneyHeld(DomainError):
    """The books are those of a backup, and nobody has released the money yet."""

    kind = Kind.CONFLICT
    code = "money-held"
    sentence = gettext_noop(
        "Pasar ini dipulihkan dari cadangan, jadi uang federasi ditahan: yang menurut buku belum dibayar mungkin sudah dibayar. Lihat "
        "halaman Setelah pemulihan."
    )


class CashNotStated(DomainError):
    """The village has not said what it handed over and received in cash since the backup."""

    kind = Kind.CONFLICT
    code = "village-cash-not-stated"
    sentence = gettext_noop(
        "Desa %(village)s belum menyatakan uang tunai putaran yang diserahkan dan diterimanya sejak cadangan, jadi pembayarannya menunggu."
    )


class PaymentUnknown(DomainError):
    """A statement shows a payout of ours that no row of the books has: whose it is must be decided first."""

    kind = Kind.CONFLICT
    code = "payout-unknown-since-restore"
    sentence = gettext_noop(
        "Rekening koran menunjukkan pembayaran %(key)s yang tidak dikenal buku sejak pemulihan. Putuskan dulu di halaman Setelah pemulihan."
    )


def newest() -> MoneyHold | None:
    """The last restore's, released or not; None where nothing was ever restored."""
    return MoneyHold.objects.order_by("-restored_at", "-id").first()


def is_held() -> bool:
    """Whether the money is held now."""
    return MoneyHold.objects.filter(state=MoneyHold.State.HELD).exists()


def is_of_backup(*, at: datetime) -> bool:
    """Whether what was made at this instant is a backup's: what became of it since, the books do not know."""
    hold = newest()
    return hold is not None and at < hold.restored_at


def refuse() -> None:
    """Go on only if it is not.

    :raises MoneyHeld: otherwise
    """
    if is_held():
        raise MoneyHeld


def refuse_to(parties: Collection[str], /) -> None:
    """Go on only if money may move to, or in cash from, all these parties.

    :raises MoneyHeld, CashNotStated, PaymentUnknown: otherwise
    """
    hold = newest()
    if hold is None:
        return
    if hold.state == MoneyHold.State.HELD:
        raise MoneyHeld
    if key := _unknown_payout(hold):
        raise PaymentUnknown(key=key)
    if found := sorted(_not_stated(hold, parties)):
        raise CashNotStated(village=found[0])


def waiting(among: Collection[str], /) -> set[str]:
    """Of these parties, those to whom nothing is sent or planned yet."""
    hold = newest()
    if hold is None:
        return set()
    if hold.state == MoneyHold.State.HELD or _unknown_payout(hold):
        return set(among)
    return _not_stated(hold, among)


def not_stated(*, hold: MoneyHold) -> list[str]:
    """All villages that have not stated their cash, or whose statement nobody has confirmed, in the order of their codes."""
    return list(_silent(hold).order_by("village_code").values_list("village_code", flat=True))


def _not_stated(hold: MoneyHold, among: Collection[str]) -> set[str]:
    villages = [party for party in among if party != FEDERATION]
    return set(_silent(hold).filter(village_code__in=villages).values_list("village_code", flat=True)) if villages else set()


def _silent(hold: MoneyHold) -> QuerySet[Account]:
    stated = StatedCash.objects.filter(hold=hold, village_code=OuterRef("village_code"), adopted_at__isnull=False)
    of_before = Account.objects.filter(kind=parties.CLEARING, created_at__lt=hold.restored_at)
    return of_before.exclude(Exists(stated))


def _unknown_payout(hold: MoneyHold) -> str:
    """The reference of money that went by a payout which no row of the books has, while nobody has decided whose it is; or empty."""
    known = PaymentLeg.objects.filter(key=OuterRef("key"))
    lines = StatementLine.objects.filter(state=StatementLine.State.OPEN, incoming=False, key__startswith="PSL")
    lines = lines.filter(booked_on__gte=first_day(hold=hold)).exclude(Exists(known))
    keys = lines.order_by("booked_on", "id").values_list("key", flat=True)
    return next((key for key in keys if references.leg_of(reference=key) is not None), "")


def first_day(*, hold: MoneyHold) -> date:
    """The day of the backup, where the federation is."""
    return timezone.localdate(hold.backup_at)
