"""Short texts that people write and other people read: names of persons and goods; and numbers and codes that they paste."""

from __future__ import annotations

import re

from django.utils.translation import gettext_noop

from tenants import errors

# Letters to Unicode, blank on every screen: the fillers of Hangul.
BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")

# What phones and chats wrap a number in when it is copied: marks of direction and width, soft hyphens, an emoji's style.
_MARKS = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]")
_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


class NotReadable(errors.DomainError):
    """The text is empty, too long, or holds what nobody sees (a zero-width space, an order to write backwards)."""

    kind = errors.Kind.INVALID
    code = "not-readable"
    sentence = gettext_noop("Tulis dengan huruf atau angka yang terlihat, paling panjang %(most)s huruf.")


def clean(text: str, *, most: int) -> str:
    """The text with single spaces: at most `most` characters, every one of them visible, and a letter or digit among them.

    :raises NotReadable: if it is not so
    """
    text = " ".join(text.split())
    if not is_readable(text) or len(text) > most or not text.isprintable() or not BLANK_LETTERS.isdisjoint(text):
        raise NotReadable(most=most)
    return text


def is_readable(text: str) -> bool:
    """Whether the text holds a letter or digit that can be seen."""
    return any(sign.isalnum() and sign not in BLANK_LETTERS for sign in text)


def without_marks(text: str) -> str:
    """A number or code without signs that nobody sees, all blanks plain ones. Not for names, in which a joiner may be part of a letter."""
    return text if text.isascii() else _BLANKS.sub(" ", _MARKS.sub("", text))
