"""Rupiah as banks write them, read to the sen or not at all. All amounts here are whole numbers of sen, a hundred to the rupiah."""

from __future__ import annotations

import re

from django.utils.translation import gettext_noop

from settlement.bank.statement_files import SEN_PER_RUPIAH, statement_problems
from tenants.tables import numbers

AMOUNT_RUPIAH_MAX = 10**15
_DECIMALS_MAX = 2

_TOO_LARGE = gettext_noop("“%(text)s” terlalu besar.")

# ISO's amounts: a full stop, two decimals, or zeros alone. 20.600 may have been meant as twenty thousand.
_ISO = re.compile(r"(?P<whole>[0-9]{1,18})(?:\.(?P<cents>[0-9]{1,2}|0*))?")


def signed(*, text: str, form: numbers.Form | None = None) -> int:
    """The amount of a cell in sen, below zero with a minus before or after it or in brackets.

    `form` is that of the cell's column; without one only what can mean one amount is read.

    :raises table_problems.LineNotRead: if it is no amount, has more than two decimals, is above 10^15 rupiah, does not fit the form or can
        mean two amounts
    """
    written = numbers.signed(text)
    number = numbers.read(written.digits, form=form)
    if len(number.fraction) > _DECIMALS_MAX:
        raise statement_problems.LineNotRead(numbers.NOT_A_NUMBER, text=text)
    amount = _checked(number.whole, number.fraction, text=text)
    return -amount if written.negative else amount


def iso(*, text: str) -> int:
    """An ISO 20022 amount in sen: digits, a full stop, two decimals or any number of zeros.

    :raises statement_problems.LineNotRead: as `signed`
    """
    found = _ISO.fullmatch(text.strip())
    if not found:
        raise statement_problems.LineNotRead(numbers.NOT_A_NUMBER, text=text)
    return _checked(found["whole"], found["cents"] or "", text=text)


def _checked(whole: str, cents: str, *, text: str) -> int:
    in_sen = int(whole + (cents + "00")[:2])
    if in_sen > AMOUNT_RUPIAH_MAX * SEN_PER_RUPIAH:
        raise statement_problems.LineNotRead(_TOO_LARGE, text=text)
    return in_sen
