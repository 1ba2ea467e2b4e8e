"""Amounts as people and spreadsheets write them, read exactly: 1500, 1500.25, 1500,25, 1.500.000, 1,500,000.00.

A mark has one meaning in a whole table. Which one, the first amount tells that can be read in one way only: 0.5, 12.25 and 1,500,000 say
that the dot is the decimal mark, 0,5, 12,25 and 1.500.000 that the comma is. An amount such as 1.500 alone says nothing; where no other
amount helps, it is refused and not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

DIGITS_MAX = 30  # of one amount; what the solver can count in sum is less
_DECIMAL_DOT = re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,[0-9]+)?")
_READINGS = {".": _DECIMAL_DOT, ",": _DECIMAL_COMMA}
_OTHER = {".": ",", ",": "."}


class Unreadable(Exception):
    """Some amounts cannot be read: `faults` has for each its place in the column, and why in Indonesian and in English."""

    def __init__(self, faults: Sequence[tuple[int, str, str]]) -> None:
        super().__init__(faults)
        self.faults = faults


def read(texts: Sequence[str]) -> tuple[list[int], int]:
    """The amounts in units of 10^-decimals, and decimals: as many as the longest needs, 0 where all are whole.

    :raises Unreadable: naming every amount that is no number from zero up, or can be read in two ways
    """
    joined = "".join(texts)
    if joined.isdecimal() and joined.isascii() and all(texts) and max(map(len, texts)) <= DIGITS_MAX:
        return list(map(int, texts)), 0
    mark = _decimal_mark(texts)
    faults = [(place, *fault) for place, text in enumerate(texts) if (fault := _fault(text, mark))]
    if faults:
        raise Unreadable(faults)
    if mark is None:
        return list(map(int, texts)), 0
    wholes, _, fractions = zip(*(text.replace(_OTHER[mark], "").partition(mark) for text in texts), strict=True)
    shortened = [fraction.rstrip("0") for fraction in fractions]
    decimals = max(map(len, shortened))
    return [int(whole + fraction.ljust(decimals, "0")) for whole, fraction in zip(wholes, shortened, strict=True)], decimals


def _decimal_mark(texts: Sequence[str]) -> str | None:
    """The decimal mark of the first amount that can be read in one way only; None if there is none."""
    for text in texts:
        if not text.isdecimal():
            fitting = [mark for mark, reading in _READINGS.items() if reading.fullmatch(text)]
            if len(fitting) == 1:
                return fitting[0]
    return None


def _fault(text: str, mark: str | None) -> tuple[str, str] | None:
    """Why this text is no amount, in Indonesian and in English; None if it is one."""
    fitting = [one for one, reading in _READINGS.items() if reading.fullmatch(text)]
    shown = text if len(text) <= DIGITS_MAX else text[:DIGITS_MAX] + "…"
    if not fitting:
        return f"“{shown}” bukan jumlah uang dari nol ke atas", f"“{shown}” is no amount from zero up"
    if len(text) > DIGITS_MAX:
        return f"“{shown}” terlalu panjang", f"“{shown}” is too long"
    if mark is None and len(fitting) == 2 and not text.isdecimal():
        return (
            f"“{shown}” dapat dibaca dua cara; tulis tanpa tanda ribuan",
            f"“{shown}” can be read in two ways; write it without thousands marks",
        )
    if mark is not None and mark not in fitting:
        return (
            f"“{shown}” tidak cocok dengan tanda desimal “{mark}” di baris lain",
            f"“{shown}” does not fit the decimal mark “{mark}” of other lines",
        )
    return None


def shown(amount: int, *, decimals: int) -> str:
    """An amount in units of 10^-decimals as digits with a decimal dot."""
    if not decimals:
        return str(amount)
    whole, part = divmod(amount, 10**decimals)
    return f"{whole}.{part:0{decimals}d}"
