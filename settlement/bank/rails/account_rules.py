"""A bank account as a bank reads it, and the one set of rules for it: held to where it is written down, and again before money is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from settlement.bank.rails import latin
from tenants import errors

NAME_LETTERS_MAX = 70  # pain.001 would take 140, the clearing systems behind it do not
_DIGITS = re.compile(r"[0-9]{5,34}")
_BANK_CODE = re.compile(r"[0-9]{3}")
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")  # ISO 9362:2014: institution, country, place, branch
_WRITTEN_IN_NUMBERS = re.compile(r"[\s.\-]")


class BadBankCode(errors.DomainError):
    """A bank's code in Indonesian clearing has three digits."""

    kind = errors.Kind.INVALID
    code = "bad-bank-code"
    sentence = gettext_noop("Kode bank terdiri dari tiga angka, misalnya 002 untuk BRI.")


class BadBic(errors.DomainError):
    """A BIC has eight or eleven letters and digits (ISO 9362)."""

    kind = errors.Kind.INVALID
    code = "bad-bic"
    sentence = gettext_noop("Kode BIC terdiri dari 8 atau 11 huruf dan angka, misalnya BRINIDJA.")


class BankNotNamed(errors.DomainError):
    """No bank can send money without a code of the receiving one."""

    kind = errors.Kind.INVALID
    code = "bank-not-named"
    sentence = gettext_noop("Isi kode bank atau kode BIC. Salah satu cukup.")


class BadNumber(errors.DomainError):
    """An account's number is 5 to 34 digits."""

    kind = errors.Kind.INVALID
    code = "bad-account-number"
    sentence = gettext_noop("Nomor rekening terdiri dari 5 sampai 34 angka. Periksa lagi di buku tabungan.")


class HolderNotLatin(errors.DomainError):
    """Of a name in other letters nothing is left in the signs that banks take."""

    kind = errors.Kind.INVALID
    code = "holder-not-latin"
    sentence = gettext_noop("Tulis nama pemilik rekening dengan huruf Latin, seperti di buku tabungan.")


@dataclass(frozen=True, kw_only=True, slots=True)
class BankAccount:
    """Where money lies. `bank_code` is the bank's number in Indonesian clearing (BRI 002), `bic` its ISO 9362 code; one is enough.

    `bank` is how people call the bank; no rail needs it.
    """

    holder: str
    number: str
    bank_code: str = ""
    bic: str = ""
    bank: str = ""


def check(*, account: BankAccount) -> None:
    """Nothing, if a bank can send money there. A code that is half right would send it to another bank.

    :raises BadBankCode, BadBic, BankNotNamed, BadNumber, HolderNotLatin: the first that holds
    """
    if account.bank_code and not _BANK_CODE.fullmatch(account.bank_code):
        raise BadBankCode
    if account.bic and not _BIC.fullmatch(account.bic):
        raise BadBic
    if not account.bank_code and not account.bic:
        raise BankNotNamed
    if not _DIGITS.fullmatch(digits(account.number)):
        raise BadNumber
    if not any(sign.isalnum() for sign in latin.written(account.holder, most=NAME_LETTERS_MAX)):
        raise HolderNotLatin


def is_same(*, account: BankAccount, bank_code: str, number: str) -> bool:
    """Whether this is that account. One number at two banks is two accounts, where both banks are named by their codes."""
    return bare(account.number) == bare(number) and (account.bank_code == bank_code or not (account.bank_code and bank_code))


def digits(number: str) -> str:
    """An account's number as it is sent: without the blanks, dots and dashes that people write between the digits."""
    return _WRITTEN_IN_NUMBERS.sub("", number)


def bare(number: str) -> str:
    """An account's number as numbers are compared: its letters, in capitals, and digits alone."""
    return "".join(sign for sign in number if sign.isalnum()).upper()
