"""Numbers as people and spreadsheets write them, read exactly: 1500, 1500.25, 1500,25, 1.500.000, 1,500,000.00.

A mark has one meaning in a whole column. Its first number that can be read in one way only shows which: 0.5, 12.25 and 1,500,000 say
that the full stop parts the decimals, 0,5, 12,25 and 1.500.000 that the comma does. A number such as 1.500 alone says nothing: where no
other helps, whoever brings the table is asked for the form, and nothing is guessed.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_noop

from tenants import texts
from tenants.tables import table_problems

DIGITS_MAX = 30

NOT_A_NUMBER = gettext_noop("“%(text)s” bukan jumlah.")
TOO_LONG = gettext_noop("“%(text)s” terlalu panjang.")
OTHER_MARK = gettext_noop("“%(text)s” tidak cocok dengan tanda desimal “%(mark)s” di baris lain.")
TWO_READINGS = gettext_noop("“%(text)s” bisa berarti dua jumlah, %(first)s atau %(second)s. Sebutkan bentuk angkanya.")

_SIGNED = re.compile(r"(?:Rp\.?|IDR)?\s*(?P<open>[-+(]?)\s*(?:Rp\.?|IDR)?\s*(?P<digits>[0-9][0-9.,]*)\s*(?P<close>[-)]?)", re.I)


class Form(enum.StrEnum):
    """How a number is written: what parts its thousands, and what its decimals."""

    INDONESIAN = "1.234,00"
    ENGLISH = "1,234.00"

    @property
    def decimal_mark(self) -> str:
        """What stands before the decimals."""
        return "," if self is Form.INDONESIAN else "."

    @property
    def thousands_mark(self) -> str:
        """What stands between groups of three."""
        return "." if self is Form.INDONESIAN else ","


# A group of thousands never begins with a zero: 0.500 is half, in whatever column.
_SHAPES = {
    form: re.compile(
        rf"(?:[0-9]+|[1-9][0-9]{{0,2}}(?:{re.escape(form.thousands_mark)}[0-9]{{3}})+)(?:{re.escape(form.decimal_mark)}[0-9]+)?"
    )
    for form in Form
}


@dataclass(frozen=True, slots=True)
class Number:
    """The digits before and after the decimal mark, as they were written."""

    whole: str
    fraction: str = ""

    def shortest(self) -> Number:
        """The same number without zeros at its end."""
        return Number(self.whole, self.fraction.rstrip("0"))

    def __str__(self) -> str:
        """As the language of the moment writes it, without marks for thousands."""
        mark = Form.ENGLISH if (get_language() or "").startswith("en") else Form.INDONESIAN
        return f"{self.whole}{mark.decimal_mark}{self.fraction}" if self.fraction else self.whole


@dataclass(frozen=True, slots=True)
class Signed:
    """A number as written, without its sign and its currency."""

    negative: bool
    digits: str


def signed(text: str) -> Signed:
    """Take Rp or IDR and the sign from a number: a minus before or after it, or brackets, say that it is below zero.

    :raises table_problems.LineNotRead: if it is no number
    """
    found = _SIGNED.fullmatch(texts.without_marks(text).strip())
    if not found or (found["open"] == "(") != (found["close"] == ")") or (found["open"] and found["close"] == "-"):
        raise table_problems.LineNotRead(NOT_A_NUMBER, text=text)
    return Signed(found["open"] in ("-", "(") or bool(found["close"]), found["digits"])


def form_of(column: Iterable[str]) -> Form | None:
    """The form of the first number that can be read in one way only; None where there is none, or no number has a mark."""
    for text in column:
        if not text.isdecimal():
            fitting = _fitting(text)
            if len(fitting) == 1:
                return fitting[0]
    return None


def read(text: str, *, form: Form | None) -> Number:
    """A number without sign and currency, in a column of this form.

    :raises table_problems.LineNotRead: if it is no number, is too long, does not fit the form, or the column has none and it could be two
    """
    if len(text) > DIGITS_MAX:
        raise table_problems.LineNotRead(TOO_LONG if _fitting(text) else NOT_A_NUMBER, text=text)
    if text.isdecimal() and text.isascii():
        return Number(text)
    fitting = _fitting(text)
    if not fitting:
        raise table_problems.LineNotRead(NOT_A_NUMBER, text=text)
    if form is None and len(fitting) == 2:
        first, second = (_parted(text, one).shortest() for one in fitting)
        raise table_problems.LineNotRead(TWO_READINGS, text=text, first=first, second=second)
    chosen = form or fitting[0]
    if chosen not in fitting:
        raise table_problems.LineNotRead(OTHER_MARK, text=text, mark=chosen.decimal_mark)
    return _parted(text, chosen)


def _fitting(text: str) -> Sequence[Form]:
    return [form for form, shape in _SHAPES.items() if shape.fullmatch(text)] if text.isascii() else []


def _parted(text: str, form: Form) -> Number:
    whole, _mark, fraction = text.replace(form.thousands_mark, "").partition(form.decimal_mark)
    return Number(whole, fraction)
