"""Short texts that people write and other people read: names of persons and goods."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from tenants import errors

# Letters to Unicode, blank on every screen: the fillers of Hangul.
BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")


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
    seen = any(sign.isalnum() for sign in text)
    if not seen or len(text) > most or not text.isprintable() or not BLANK_LETTERS.isdisjoint(text):
        raise NotReadable(most=most)
    return text
