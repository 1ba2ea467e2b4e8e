"""Cycles for tests of pages: real orders between the standing villages, cut off and moved on by the clock of the day."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from settlement import advancing
from settlement.cycles import cutoff
from settlement.models import Obligation
from settlement.payments import cash_payments
from tenants.acts import Act
from tests.support import desks, factories
from tests.support.settlement import rounds

HERE = factories.SUKAMAJU  # buys, and so owes


def proposed(*, number: int = 1, objection_days: int = 3, at: datetime | None = None) -> None:
    """Cut off by the operator just now, computed, shown to the villages."""
    at = at or timezone.now()
    cutoff.cut_off(
        number=number, objection_days=objection_days, collection_days=7, act=Act(by=factories.OPERATOR.principal, at=at), days_min=0
    )
    advancing.advance(number=number, at=at)


def collecting(*, number: int = 1, at: datetime | None = None) -> None:
    """Approved as well: villages pay."""
    at = at or timezone.now()
    proposed(number=number, objection_days=0, at=at)
    rounds.approve(number=number, at=at, by=factories.APPROVER.principal)
    advancing.advance(number=number, at=at)


def closed(*, number: int = 1) -> None:
    """Closed ten days ago's cycle: nobody paid in time."""
    at = timezone.now() - timedelta(days=10)
    collecting(number=number, at=at)
    advancing.advance(number=number, at=at + timedelta(days=8))


def announced(amount_rupiah: int, *, direct: bool = False, by: factories.Person = factories.DARTO) -> list[uuid.UUID]:
    """Cash that Sukamaju means to bring: the ids of its legs."""
    wish = {"number": 1, "giver": HERE, "amount_rupiah": amount_rupiah, "direct": direct, "act": Act(by=by.principal, at=timezone.now())}
    return [leg.id for leg in cash_payments.plan(**wish)]


def obligation(debtor: str, creditor: str) -> uuid.UUID:
    return Obligation.objects.get(debtor=debtor, creditor=creditor).id


def sold(price_rupiah: int = 10_000) -> uuid.UUID:
    """Cibiru sold three pieces to somebody of Sukamaju: Sukamaju owes 98 % of it to Cibiru and 2 % to the federation."""
    return desks.sold(price_rupiah=price_rupiah)
