"""Where a party's money is sent: the account of each village's BUMDes, and the federation's own. One each; every change stays on record."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from uuid import UUID

from django.db import transaction

from settlement.bank.rails import account_rules
from settlement.models import BankAccount
from tenants import activity_log, codes, idempotency, texts
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.people import permissions
from tenants.people.permissions import Permission

BANK_MOST, HOLDER_MOST = 60, account_rules.NAME_LETTERS_MAX

# Banks where villages usually have their account, by their code in Indonesian clearing. Any other can be written down by hand.
BANKS = {
    "002": "BRI",
    "008": "Mandiri",
    "009": "BNI",
    "200": "BTN",
    "451": "BSI",
    "014": "BCA",
    "110": "Bank BJB",
    "111": "Bank DKI",
    "112": "BPD DIY",
    "113": "Bank Jateng",
    "114": "Bank Jatim",
    "129": "BPD Bali",
}


TERMS = tuple(field.name for field in fields(account_rules.BankAccount))


@dataclass(frozen=True, kw_only=True, slots=True)
class Account(account_rules.BankAccount):
    """A party's bank account, and who wrote it down last (None: the system) and when."""

    changed_by: UUID | None
    changed_at: datetime


def of(*, party: VillageCode) -> Account | None:
    """The account of a village, or of the federation (`F`); None while none is known."""
    row = BankAccount.objects.filter(party=party).values(*TERMS, "changed_by", "changed_at").first()
    return Account(**row) if row else None


def known(*, parties: Collection[str] | None = None) -> dict[str, Account]:
    """Every account that is known, or those of these parties, by party."""
    rows = BankAccount.objects.all() if parties is None else BankAccount.objects.filter(party__in=parties)
    return {row.pop("party"): Account(**row) for row in rows.values("party", *TERMS, "changed_by", "changed_at")}


def set_account(
    *,
    party: VillageCode,
    bank: str,
    bank_code: str,
    bic: str,
    number: str,
    holder: str,
    act: Act,
    village_code: VillageCode = codes.AT_FEDERATION,
) -> None:
    """Write down a party's account; the same account again changes nothing, nor does the same form.

    Payouts that are already in a file go where they went.

    `bank` is how people call it; one of `bank_code` and `bic` is enough; blanks, dots and dashes in `number` do not count; `holder` is the
    BUMDes, never a person. `village_code` says where the person acted, empty for the federation. The activity log keeps both accounts,
    without the holders.

    :raises errors.FormReused: if the form wrote another account before
    :raises texts.NotReadable, codes.BadVillageCode: and every refusal of account_rules.check; nothing was changed
    :raises permissions.Forbidden: unless `act.by` changes bank accounts there
    """
    permissions.require_for(act.by, Permission.CHANGE_BANK_ACCOUNT, VillageCode(party))
    if party != codes.FEDERATION:
        codes.checked(text=party)
    terms = _checked(bank=bank, bank_code=bank_code, bic=bic, number=number, holder=holder)
    scope = idempotency.Scope(operation="bank-account", principal=act.by.account_id, village_code=party)
    with transaction.atomic(durable=True):
        if idempotency.is_repeat(scope=scope, key=act.key, request=asdict(terms), money=True, at=act.at):
            return
        before = BankAccount.objects.select_for_update(no_key=True).filter(party=party).values(*TERMS).first()
        if before == asdict(terms):
            return
        BankAccount.objects.update_or_create(party=party, defaults={**asdict(terms), "changed_by": act.by.account_id, "changed_at": act.at})
        detail = {"before": _for_the_log(before) if before else None, "after": _for_the_log(asdict(terms))}
        activity_log.record(action="bank-account.changed", subject_id=party, act=act, village_code=village_code, detail=detail)


def remember_mapping(*, party: VillageCode, mapping: Mapping[str, str], act: Act) -> None:
    """Remember, in the caller's transaction, how the bank of a party writes its tables, to be offered the next time.

    `mapping`: the names of statement_files.csv_lines; the account's own number is no part of it, and without an account there is no
    place for any. What is remembered already is not recorded twice; the activity log keeps each change.
    """
    columns = {name: column for name, column in mapping.items() if name != "rekening"}
    row = BankAccount.objects.select_for_update(no_key=True).filter(party=party).first()
    if row is None or row.csv_mapping == columns:
        return
    row.csv_mapping = columns
    row.save(update_fields=["csv_mapping"])
    activity_log.record(action="statement.form-kept", subject_id=party, act=act, detail={"mapping": columns})


def mapping_of(*, party: VillageCode) -> dict[str, str]:
    """The mapping that read a table of this party's bank last; empty before the first."""
    found: dict[str, str] | None = BankAccount.objects.filter(party=party).values_list("csv_mapping", flat=True).first()
    return found or {}


def _checked(*, bank: str, bank_code: str, bic: str, number: str, holder: str) -> account_rules.BankAccount:
    account = account_rules.BankAccount(
        bank=texts.clean(bank, most=BANK_MOST),
        bank_code="".join(bank_code.split()),
        bic="".join(bic.split()).upper(),
        number=account_rules.digits(number),
        holder=texts.clean(holder, most=HOLDER_MOST),
    )
    account_rules.check(account=account)
    return account


def _for_the_log(terms: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in terms.items() if name != "holder"}
