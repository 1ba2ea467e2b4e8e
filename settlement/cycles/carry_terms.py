"""How much a village may leave for the next cycle: as debtor what the federation allows, as creditor what the village itself agreed to.

Terms count from the next time a cycle is frozen; what a snapshot holds already stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement import money
from settlement.ledger import function_calls, parties
from settlement.models import Account, CarryTerm
from tenants import activity_log, idempotency, keyset
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.db import named_rows
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


BY_NAME = keyset.Order("carry", {"name": str, "village_code": str})


@dataclass(frozen=True, slots=True)
class PageOfTerms:
    """A page of the villages that have terms other than nothing, and what all of them come to, in rupiah."""

    page: keyset.Page[Terms]
    debts_rupiah: int
    claims_rupiah: int


# One statement and so one moment.
_PAGE = """
WITH terms AS (
    SELECT coalesce(v.name, t.village_code) AS name, t.village_code, t.debtor_limit_rupiah, t.creditor_agreed_rupiah
    FROM public.settlement_carryterm t LEFT JOIN public.tenants_village v ON v.code = t.village_code
    WHERE t.debtor_limit_rupiah > 0 OR t.creditor_agreed_rupiah > 0)
SELECT sums.*, shown.* FROM (
    SELECT coalesce(sum(debtor_limit_rupiah), 0)::bigint AS debts, coalesce(sum(creditor_agreed_rupiah), 0)::bigint AS claims
    FROM terms) sums
LEFT JOIN (SELECT * FROM terms
    WHERE (%(among)s::text[] IS NULL OR village_code = ANY (%(among)s)) AND (name, village_code) > (%(name)s, %(village_code)s)
    ORDER BY name, village_code LIMIT %(most)s) shown ON true
ORDER BY name, village_code
"""


def page(*, among: Collection[VillageCode] | None = None, after: str = "", limit: int) -> PageOfTerms:
    """The villages (or some of them) that have terms, by name; the sums are those of all."""
    place = BY_NAME.place(after) or ("", "")
    within = None if among is None else list(among)
    values = {"among": within, "most": limit + 1, **dict(zip(BY_NAME.columns, place, strict=True))}
    found = named_rows.dicts(_PAGE, values)
    debts, claims = found[0]["debts"], found[0]["claims"]
    rows = BY_NAME.page([row for row in found if row["village_code"]], limit=limit, place=lambda row: (row["name"], row["village_code"]))
    terms = [
        Terms(
            village_code=VillageCode(row["village_code"]),
            debtor_limit_rupiah=row["debtor_limit_rupiah"],
            creditor_agreed_rupiah=row["creditor_agreed_rupiah"],
        )
        for row in rows.rows
    ]
    return PageOfTerms(keyset.Page(terms, rows.after), debts, claims)


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
