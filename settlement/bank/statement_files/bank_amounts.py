"""Rupiah as banks write them, read to the sen or not at all. All amounts here are whole numbers of sen, a hundred to the rupiah."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext_noop

from settlement.bank.statement_files import SEN_PER_RUPIAH, problems

AMOUNT_RUPIAH_MAX = 10**15
INDONESIAN = "1.234,00"
ENGLISH = "1,234.00"

_NOT_AN_AMOUNT = gettext_noop("“%(text)s” bukan jumlah rupiah.")
_AMBIGUOUS = gettext_noop("“%(text)s” bisa berarti dua jumlah. Sebutkan bentuk angkanya: 1.234,00 atau 1,234.00.")
_TOO_LARGE = gettext_noop("“%(text)s” terlalu besar.")

_SIGNED = re.compile(r"(?:Rp\.?|IDR)?\s*(?P<open>[-+(]?)\s*(?:Rp\.?|IDR)?\s*(?P<digits>[0-9][0-9.,]*)\s*(?P<close>[-)]?)", re.I)
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})")  # 1.234 or 1,234: a thousand and more, or one and a bit
# ISO's amounts: a full stop, two decimals, or noughts alone. 20.600 may have been meant as twenty thousand.
_ISO = re.compile(r"(?P<whole>[0-9]{1,18})(?:\.(?P<cents>[0-9]{1,2}|0*))?")
_FORMS: Mapping[str, re.Pattern[str]] = {
    INDONESIAN: re.compile(r"(?P<whole>[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,(?P<cents>[0-9]{1,2}))?"),
    ENGLISH: re.compile(r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<cents>[0-9]{1,2}))?"),
}


def signed(*, text: str, form: str = "") -> int:
    """The amount of a cell in sen, below zero with a minus before or after it or in brackets.

    `form` is INDONESIAN, ENGLISH or empty: then whatever can mean one amount only, whichever form it has.

    :raises problems.LineNotRead: if it is no amount, has more than two decimals, is above 10^15 rupiah or can
        mean two amounts
    """
    found = _SIGNED.fullmatch(text.strip())
    if not found or (found["open"] == "(") != (found["close"] == ")") or (found["open"] and found["close"] == "-"):
        raise problems.LineNotRead(_NOT_AN_AMOUNT, text=text)
    amount = _unsigned(found["digits"], text=text, form=form)
    return -amount if found["open"] in ("-", "(") or found["close"] else amount


def iso(*, text: str) -> int:
    """An ISO 20022 amount in sen: digits, a full stop, two decimals or any number of noughts.

    :raises settlement.bank.statement_files.problems.LineNotRead: as `signed`
    """
    found = _ISO.fullmatch(text.strip())
    if not found:
        raise problems.LineNotRead(_NOT_AN_AMOUNT, text=text)
    return _checked(found["whole"], found["cents"] or "", text=text)


def _unsigned(digits: str, *, text: str, form: str) -> int:
    if not form and _GROUPED.fullmatch(digits):
        raise problems.LineNotRead(_AMBIGUOUS, text=text)
    for known in (form,) if form else (INDONESIAN, ENGLISH):
        if found := _FORMS[known].fullmatch(digits):
            return _checked(re.sub("[.,]", "", found["whole"]), found["cents"] or "", text=text)
    raise problems.LineNotRead(_NOT_AN_AMOUNT, text=text)


def _checked(whole: str, cents: str, *, text: str) -> int:
    in_sen = int(whole + (cents + "00")[:2]) if len(whole) <= 30 else None
    if in_sen is None or in_sen > AMOUNT_RUPIAH_MAX * SEN_PER_RUPIAH:
        raise problems.LineNotRead(_TOO_LARGE, text=text)
    return in_sen
