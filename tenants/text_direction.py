"""Words of people beside figures: what they hold must not turn round what stands next to them."""

from __future__ import annotations

import re
import unicodedata

# Orders to write in the other direction. They end with the text that holds them, or a figure after it is read backwards.
_ORDERS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))


# Letters of scripts that are written right to left, by their blocks, from the Hebrew to the Arabic ones and their forms and figures.
_LETTERS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff"
_RUN = re.compile(f"[{_LETTERS}](?:[{_LETTERS}\\s]*[{_LETTERS}])?")


def without_orders(text: str) -> str:
    """The text without orders of direction, for a cell of a table, which nothing stands beside."""
    return _ORDERS.sub("", text)


def isolated(text: str) -> str:
    """The text as it may stand in a sentence or a line: without orders of direction; what is written right to left is set apart.

    As `<bdi>` does in a page, but in any text. Most texts stay as they are.
    """
    if text.isascii():
        return text
    text = without_orders(text)
    if any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in text):
        return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
    return text


def runs_isolated(text: str) -> str:
    """A line in which words of people stand that nobody can tell from ours any more: whatever is written right to left is set apart."""
    return _RUN.sub(f"{_FIRST_STRONG_ISOLATE}\\g<0>{_POP_ISOLATE}", text)
