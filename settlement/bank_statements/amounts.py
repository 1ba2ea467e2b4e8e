"""Rupiah as banks write them, read to the rupiah or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext_noop

from settlement.bank_statements import problems

AMOUNT_RUPIAH_MAX = 10**15
INDONESIAN = "1.234,00"
ENGLISH = "1,234.00"

_NOT_AN_AMOUNT = gettext_noop("“%(text)s” bukan jumlah rupiah.")
_AMBIGUOUS = gettext_noop("“%(text)s” bisa berarti dua jumlah. Sebutkan bentuk angkanya: 1.234,00 atau 1,234.00.")
_NOT_WHOLE = gettext_noop("“%(text)s” memuat sen. Hanya rupiah bulat yang bisa dibaca.")
_TOO_LARGE = gettext_noop("“%(text)s” terlalu besar.")

_SIGNED = re.compile(r"(?:Rp\.?|IDR)?\s*(?P<open>[-+(]?)\s*(?:Rp\.?|IDR)?\s*(?P<digits>[0-9][0-9.,]*)\s*(?P<close>[-)]?)", re.I)
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})")  # 1.234 or 1,234: a thousand and more, or one and a bit
_FORMS: Mapping[str, re.Pattern[str]] = {
    INDONESIAN: re.compile(r"(?P<whole>[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,(?P<cents>[0-9]{1,2}))?"),
    ENGLISH: re.compile(r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<cents>[0-9]{1,2}))?"),
}


def signed(*, text: str, form: str = "") -> int:
    """The rupiah of a cell, below zero with a minus before or after it or in brackets.

    `form` is INDONESIAN, ENGLISH or empty: then whatever can mean one amount only, whichever form it has.

    :raises settlement.bank_statements.problems.LineNotRead: if it is no amount, has cents, is above 10^15 or can mean two amounts
    """
    found = _SIGNED.fullmatch(text.strip())
    if not found or (found["open"] == "(") != (found["close"] == ")") or (found["open"] and found["close"] == "-"):
        raise problems.LineNotRead(_NOT_AN_AMOUNT, text=text)
    amount = _unsigned(found["digits"], text=text, form=form)
    return -amount if found["open"] in ("-", "(") or found["close"] else amount


def iso(*, text: str) -> int:
    """The rupiah of an ISO 20022 amount: digits, a full stop, any number of noughts.

    :raises settlement.bank_statements.problems.LineNotRead: as `signed`
    """
    whole, _dot, cents = text.strip().partition(".")
    if not re.fullmatch("[0-9]{1,18}", whole) or not re.fullmatch("[0-9]*", cents):
        raise problems.LineNotRead(_NOT_AN_AMOUNT, text=text)
    return _checked(whole, cents, text=text)


def _unsigned(digits: str, *, text: str, form: str) -> int:
    if not form and _GROUPED.fullmatch(digits):
        raise problems.LineNotRead(_AMBIGUOUS, text=text)
    for known in (form,) if form else (INDONESIAN, ENGLISH):
        if found := _FORMS[known].fullmatch(digits):
            return _checked(re.sub("[.,]", "", found["whole"]), found["cents"] or "", text=text)
    raise problems.LineNotRead(_NOT_AN_AMOUNT, text=text)


def _checked(whole: str, cents: str, *, text: str) -> int:
    if cents.strip("0"):
        raise problems.LineNotRead(_NOT_WHOLE, text=text)
    if len(whole) > 30 or int(whole) > AMOUNT_RUPIAH_MAX:
        raise problems.LineNotRead(_TOO_LARGE, text=text)
    return int(whole)
