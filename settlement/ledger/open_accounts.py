"""Opening accounts: a village's clearing account with its limit, and the federation's accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from settlement import money
from settlement.ledger import parties
from settlement.models import Account, Cycle, Position
from tenants import activity_log, acts
from tenants.codes import VillageCode

# In force until the federation sets others; a village is never opened without a limit.
DEFAULT_LIMIT_RUPIAH = 50_000_000
GUEST_SHARE_BASIS_POINTS = 2_000  # of a limit, for unpaid goods of guests


def open_village(
    *, village_code: VillageCode, at: datetime, limit_rupiah: int | None = None, guest_limit_rupiah: int | None = None
) -> None:
    """Open a village's clearing account and, with the first one, the federation's accounts; repeating it changes nothing.

    Without amounts the village gets the default limit, and guests their usual share of it. To change a limit see `limits`.
    """
    limit = money.checked(amount_rupiah=DEFAULT_LIMIT_RUPIAH if limit_rupiah is None else limit_rupiah)
    if guest_limit_rupiah is None:
        guest_limit_rupiah = money.basis_points(amount_rupiah=limit, basis_points=GUEST_SHARE_BASIS_POINTS)
    limits = {"limit_rupiah": limit, "guest_limit_rupiah": money.checked(amount_rupiah=guest_limit_rupiah)}
    code = parties.clearing(village_code)
    with transaction.atomic():
        # One question for all of them: an import opens a village every few milliseconds.
        there = _there(code, *parties.FEDERATION_ACCOUNTS)
        if not there.issuperset(parties.FEDERATION_ACCOUNTS):
            open_federation(at=at)
        if code not in there:
            account = Account(code=code, kind=parties.CLEARING, village_code=village_code, created_at=at)
            _open([account], [Position(account_id=code, **limits)])
            activity_log.record(action="limit.opened", subject_id=village_code, act=acts.by_system(at=at), detail={"after": limits})


def open_federation(*, at: datetime) -> None:
    """Open the federation's accounts (it has no limit) and its first settlement cycle. Repeating it changes nothing."""
    codes = parties.FEDERATION_ACCOUNTS
    with transaction.atomic():
        Cycle.objects.bulk_create([Cycle(number=1, opened_at=at)], ignore_conflicts=True)
        _open([Account(code=code, kind=code, created_at=at) for code in codes], [Position(account_id=code) for code in codes])


def open_gateway(*, name: str, at: datetime) -> None:
    """Open the account of a payment gateway; repeating it changes nothing."""
    code = parties.gateway(name)
    with transaction.atomic():
        _open([Account(code=code, kind=parties.GATEWAY, created_at=at)], [Position(account_id=code)])


def gateways() -> list[str]:
    """The names of the payment gateways that have an account, in their order."""
    codes = Account.objects.filter(kind=parties.GATEWAY).order_by("code").values_list("code", flat=True)
    return [parties.gateway_of(code) for code in codes]


def _open(accounts: Sequence[Account], positions: Sequence[Position]) -> None:
    """Both together, in the caller's transaction."""
    Account.objects.bulk_create(accounts, ignore_conflicts=True)
    Position.objects.bulk_create(positions, ignore_conflicts=True)


def _there(*codes: str) -> frozenset[str]:
    """Those of the accounts that are open: the position is the last that an opening writes."""
    return frozenset(Position.objects.filter(account_id__in=codes).values_list("account_id", flat=True))
