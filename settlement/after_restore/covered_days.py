"""Which days of the federation's account the bank's statements have shown, of those that the books know nothing of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from settlement.bank import bank_accounts
from settlement.bank.rails import account_rules
from settlement.models import BankStatement, MoneyHold

DAY = timedelta(days=1)


def missing(*, hold: MoneyHold, at: datetime) -> Sequence[date]:
    """The days from the backup's to the restore's that no statement of the account in force shows whole.

    A day counts once a statement of it was taken in after it had ended: until then the bank may still book. Without an account nothing
    can be shown.
    """
    first, last = timezone.localdate(hold.backup_at), timezone.localdate(hold.restored_at)
    own = bank_accounts.own_numbers(at=at)[:1]
    if not own:
        return []
    days = {first + DAY * number for number in range((last - first).days + 1)}
    rows = BankStatement.objects.filter(covers_until_on__gte=first, covers_from_on__lte=last)
    for account, since, until, imported_at in rows.values_list("account", "covers_from_on", "covers_until_on", "imported_at"):
        if since is not None and until is not None and account_rules.bare(account) in map(account_rules.bare, own):
            ended = timezone.localdate(imported_at)
            days = {day for day in days if not (since <= day <= until and day < ended)}
    return sorted(days)
