"""Texts in the letters that every bank takes: SWIFT's character set X, which SEPA uses too."""

from __future__ import annotations

import re
import unicodedata

# SWIFT User Handbook, character set X, without its line breaks.
SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
_STANDS_FOR_WHAT_IS_MISSING = "."
# What no decomposition brings down to a plain letter. & is + as the European Payments Council maps it.
_PLAIN = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "&": "+",
        "_": "-",
        '"': "'",
        "`": "'",
        "[": "(",
        "]": ")",
        "{": "(",
        "}": ")",
        ";": ",",
        **dict.fromkeys("‘’‚‛“”„ʼʻʹʾʿ´′", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
    }
)
_SLASHES = re.compile("/{2,}")


def written(text: str, *, most: int) -> str:
    """The text in at most `most` of these signs: accents dropped, blanks made one, what has no like a full stop.

    A field may not begin with / - or : (they begin codes in SWIFT messages), nor hold //; nor may it begin with +, so that no
    spreadsheet takes it for a formula: = and @ are not in the set.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    letters = (sign for sign in plain.translate(_PLAIN) if not unicodedata.combining(sign))
    one_line = " ".join("".join(" " if sign.isspace() else sign for sign in letters).split())
    known = "".join(sign if sign in SIGNS else _STANDS_FOR_WHAT_IS_MISSING for sign in one_line)
    return _SLASHES.sub("/", known).lstrip("/-:+ ")[:most].rstrip(" /")
