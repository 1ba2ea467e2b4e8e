"""What villages got ahead: paid out in a time that the books lost by a restore, beyond what a cycle's pool had for them.

The next snapshot sets it against all that they are owed. Until then that much of what is due to them is not sent: it stays in the pool, and
rolls on with it.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Case, F, Q, Sum, When

from settlement.models import Obligation
from tenants.codes import FEDERATION

CAUSE = "adopted"


def beyond(amounts: Mapping[str, int], /) -> dict[str, int]:
    """Of these amounts by village, what is beyond what each got ahead."""
    if not amounts:
        return {}
    ahead = _ahead()
    left = {party: amount - max(0, ahead.get(party, 0)) for party, amount in amounts.items()}
    return {party: amount for party, amount in left.items() if amount > 0}


def _ahead() -> dict[str, int]:
    """By village what it got ahead, less what it paid ahead; few, and none once a cycle was set off since the restore."""
    rows = Obligation.objects.filter(Q(creditor=FEDERATION) | Q(debtor=FEDERATION), cause=CAUSE, open_rupiah__gt=0)
    village = Case(When(creditor=FEDERATION, then=F("debtor")), default=F("creditor"))
    amount = Case(When(creditor=FEDERATION, then=F("open_rupiah")), default=-F("open_rupiah"))
    return dict(rows.annotate(village=village).values_list("village").annotate(sum=Sum(amount)).values_list("village", "sum"))
