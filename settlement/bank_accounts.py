"""Where a party's money is sent: the account of each village's BUMDes, and the federation's own. One each; every change stays on record."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement.models import BankAccount
from tenants import codes, texts, trail
from tenants.refusals import Refused

BANK_MOST, HOLDER_MOST = 60, 70
_DIGITS = re.compile(r"[0-9]{5,34}")
_BANK_CODE = re.compile(r"[0-9]{3}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")  # ISO 9362: institution, country, place, branch

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


class BadBankCode(Refused):
    """A bank's code in Indonesian clearing has three digits."""

    code = "bad-bank-code"
    sentence = gettext_noop("Kode bank terdiri dari tiga angka, misalnya 002 untuk BRI.")


class BadBic(Refused):
    """A BIC has eight or eleven letters and digits (ISO 9362)."""

    code = "bad-bic"
    sentence = gettext_noop("Kode BIC terdiri dari 8 atau 11 huruf dan angka, misalnya BRINIDJA.")


class BankNotNamed(Refused):
    """No bank can be told where to send money without a code of the receiving one."""

    code = "bank-not-named"
    sentence = gettext_noop("Isi kode bank atau kode BIC. Salah satu cukup.")


class BadNumber(Refused):
    """An account's number is 5 to 34 digits."""

    code = "bad-account-number"
    sentence = gettext_noop("Nomor rekening terdiri dari 5 sampai 34 angka. Periksa lagi di buku tabungan.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A party's bank account, and who wrote it down last (None: the system) and when."""

    bank: str
    bank_code: str  # three digits, or empty where `bic` says it
    bic: str
    number: str
    holder: str
    changed_by: UUID | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class _Terms:
    bank: str
    bank_code: str
    bic: str
    number: str
    holder: str


_TERMS = ("bank", "bank_code", "bic", "number", "holder")


def of(*, party: str) -> Account | None:
    """The account of a village, or of the federation (`F`); None while none is known."""
    row = BankAccount.objects.filter(party=party).values(*_TERMS, "changed_by", "changed_at").first()
    return Account(**row) if row else None


def known() -> dict[str, Account]:
    """Every account that is known, by party."""
    return {row.pop("party"): Account(**row) for row in BankAccount.objects.values("party", *_TERMS, "changed_by", "changed_at")}


def set_account(
    *,
    party: str,
    bank: str,
    bank_code: str,
    bic: str,
    number: str,
    holder: str,
    by: UUID | None,
    at: datetime,
    village_code: str = "",
) -> None:
    """Write down a party's account; the same account again changes nothing. Payouts that are already in a file go where they went.

    `bank` is how people call it; one of `bank_code` and `bic` is enough; blanks, dots and dashes in `number` do not count; `holder` is the
    BUMDes, never a person. `village_code` says where the person acted, empty for the federation. The trail keeps both accounts, without
    the holders.

    :raises texts.NotReadable, BadBankCode, BadBic, BankNotNamed, BadNumber, codes.BadVillageCode: and nothing was changed
    """
    if party != codes.FEDERATION:
        codes.checked(text=party)
    terms = _checked(bank=bank, bank_code=bank_code, bic=bic, number=number, holder=holder)
    with transaction.atomic(durable=True):
        before = BankAccount.objects.select_for_update(no_key=True).filter(party=party).values(*_TERMS).first()
        if before == asdict(terms):
            return
        BankAccount.objects.update_or_create(party=party, defaults={**asdict(terms), "changed_by": by, "changed_at": at})
        detail = {"before": _told(before) if before else None, "after": _told(asdict(terms))}
        trail.record(action="bank-account.changed", subject_id=party, by=by, at=at, village_code=village_code, detail=detail)


def _checked(*, bank: str, bank_code: str, bic: str, number: str, holder: str) -> _Terms:
    terms = _Terms(
        bank=texts.clean(bank, most=BANK_MOST),
        bank_code="".join(bank_code.split()),
        bic="".join(bic.split()).upper(),
        number=re.sub(r"[\s.\-]", "", number),
        holder=texts.clean(holder, most=HOLDER_MOST),
    )
    if terms.bank_code and not _BANK_CODE.fullmatch(terms.bank_code):
        raise BadBankCode
    if terms.bic and not _BIC.fullmatch(terms.bic):
        raise BadBic
    if not terms.bank_code and not terms.bic:
        raise BankNotNamed
    if not _DIGITS.fullmatch(terms.number):
        raise BadNumber
    return terms


def _told(terms: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in terms.items() if name != "holder"}
