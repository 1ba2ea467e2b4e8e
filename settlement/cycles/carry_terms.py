"""How much a village may leave for the next cycle: as debtor what the federation allows, as creditor what the village itself agreed to.

Terms count from the next time a cycle is frozen; what a snapshot holds already stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement import money
from settlement.ledger import function_calls, parties
from settlement.models import Account, CarryTerm
from tenants import activity_log, idempotency
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

MOST_RUPIAH = 1_000_000_000_000


class ReasonMissing(DomainError):
    """What a debtor may leave is never changed without saying why."""

    kind = Kind.INVALID
    code = "carry-reason-missing"
    sentence = gettext_noop("Tulis alasan perubahan sisa yang boleh dibawa.")


class TooMuch(DomainError):
    """Nobody leaves more than a trillion rupiah."""

    kind = Kind.INVALID
    code = "carry-too-much"
    sentence = gettext_noop("Jumlah itu terlalu besar. Periksa angkanya.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """Both amounts of a village, in rupiah; zero until somebody says otherwise."""

    village_code: VillageCode
    debtor_limit_rupiah: int
    creditor_agreed_rupiah: int


def of(*, village_code: VillageCode) -> Terms:
    """One village's terms."""
    found = CarryTerm.objects.filter(village_code=village_code).values("debtor_limit_rupiah", "creditor_agreed_rupiah").first()
    return Terms(village_code=village_code, **(found or {"debtor_limit_rupiah": 0, "creditor_agreed_rupiah": 0}))


def all_() -> list[Terms]:
    """The terms of every village that has some, by code."""
    return [
        Terms(
            village_code=VillageCode(row.village_code),
            debtor_limit_rupiah=row.debtor_limit_rupiah,
            creditor_agreed_rupiah=row.creditor_agreed_rupiah,
        )
        for row in CarryTerm.objects.order_by("village_code")
    ]


def agree(*, village_code: VillageCode, amount_rupiah: int, act: Act) -> None:
    """A village agrees to leave up to this much of what it is owed; zero takes the agreement back.

    The same amount again changes nothing, nor does the same form.

    :raises TooMuch, function_calls.AccountNotOpened, errors.FormReused: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` agrees on this there
    """
    permissions.require(act.by, Permission.AGREE_CARRY, village_code)
    scope = idempotency.Scope(operation="carry", principal=act.by.account_id, village_code=village_code)
    with transaction.atomic(durable=True):
        if idempotency.is_repeat(scope=scope, key=act.key, request={"agreed": amount_rupiah}, money=False, at=act.at):
            return
        before = _put(village_code=village_code, field="creditor_agreed_rupiah", amount_rupiah=amount_rupiah)
        if before != amount_rupiah:
            detail = {"before": before, "after": amount_rupiah}
            activity_log.record(action="carry.agreed", subject_id=village_code, act=act, village_code=village_code, detail=detail)


def set_debtor_limit(*, village_code: VillageCode, amount_rupiah: int, act: Act) -> None:
    """The federation lets a village leave up to this much of what it owes. The same amount again changes nothing, nor does the same form.

    :raises ReasonMissing, TooMuch, function_calls.AccountNotOpened, errors.FormReused: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` sets such limits
    """
    permissions.require(act.by, Permission.SET_CARRY_LIMITS, FEDERATION)
    act = act.with_given_reason(missing=ReasonMissing())
    scope = idempotency.Scope(operation="carry", principal=act.by.account_id, village_code=village_code)
    with transaction.atomic(durable=True):
        if idempotency.is_repeat(scope=scope, key=act.key, request={"limit": amount_rupiah, "reason": act.reason}, money=False, at=act.at):
            return
        before = _put(village_code=village_code, field="debtor_limit_rupiah", amount_rupiah=amount_rupiah)
        if before != amount_rupiah:
            detail = {"before": before, "after": amount_rupiah}
            activity_log.record(action="carry.limit-changed", subject_id=village_code, act=act, detail=detail)


def _put(*, village_code: VillageCode, field: str, amount_rupiah: int) -> int:
    """Write one of the two amounts and give what it was, its row locked from before."""
    if money.checked(amount_rupiah=amount_rupiah) > MOST_RUPIAH:
        raise TooMuch
    account = parties.clearing(village_code)
    if not Account.objects.filter(code=account).exists():
        raise function_calls.AccountNotOpened(reference=account)
    CarryTerm.objects.bulk_create([CarryTerm(village_code=village_code)], ignore_conflicts=True)
    term = CarryTerm.objects.select_for_update(no_key=True).get(village_code=village_code)
    before: int = getattr(term, field)
    setattr(term, field, amount_rupiah)
    term.save(update_fields=[field])
    return before
