"""Short texts that people write and other people read: names of persons and goods; and numbers and codes that they paste."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_noop

from tenants import errors

# A spreadsheet takes a cell that begins so for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
REPLACEMENT = "\ufffd"  # what decoders put where they could not read
# Letters to Unicode, blank on every screen: the fillers of Hangul.
BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")

# What phones and chats wrap a number in when it is copied: marks of direction and width, soft hyphens, an emoji's style.
_MARKS = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]")
_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")

# They choose the form of the letters or emoji beside them: part of the spelling in Jawi and Javanese, nothing in Latin.
_JOINERS = "\u200c\u200d"
_JOINED_BY_NOTHING = ("LATIN", "GREEK", "CYRILLIC")
# What a phone's keyboard writes one way and a desk's another: dashes and apostrophes.
_ALIKE = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-") | dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"))
_HIDDEN_NAMES = {
    "\u00ad": gettext_noop("tanda pemenggalan yang tidak terlihat"),
    "\u200b": gettext_noop("spasi tanpa lebar"),
    "\u2060": gettext_noop("perekat kata"),
    "\ufeff": gettext_noop("spasi tanpa lebar"),
    **dict.fromkeys(_JOINERS, gettext_noop("penyambung huruf")),
    **dict.fromkeys("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", gettext_noop("penanda arah tulisan")),
}
_OTHER_HIDDEN = gettext_noop("tanda yang tidak terlihat")


class NotReadable(errors.DomainError):
    """The text is empty, too long, or holds what nobody sees (a zero-width space, an order to write backwards)."""

    kind = errors.Kind.INVALID
    code = "not-readable"
    sentence = gettext_noop("Tulis dengan huruf atau angka yang terlihat, paling panjang %(most)s huruf.")


class HiddenSign(NotReadable):
    """The text holds one sign that nobody sees and that is part of no letter; it is named, with what stands before it."""

    code = "hidden-sign"
    sentence = gettext_noop("Setelah “%(before)s” ada %(sign)s (%(number)s). Hapus tanda itu, atau ketik ulang tulisannya.")
    at_start = gettext_noop("Di awal tulisan ada %(sign)s (%(number)s). Hapus tanda itu, atau ketik ulang tulisannya.")

    def __init__(self, *, text: str, place: int) -> None:
        sign = text[place]
        words = errors.Words(_HIDDEN_NAMES.get(sign, _OTHER_HIDDEN))
        super().__init__(before=text[max(0, place - 20) : place], sign=words, number=f"U+{ord(sign):04X}")
        if not place:
            self.sentence = self.at_start


class NotDecoded(NotReadable):
    """The text came in another encoding than it said: what stood there is lost, and a sign of replacement stands for it."""

    code = "not-decoded"
    sentence = gettext_noop("Ada huruf yang tidak terbaca (%(sign)s). Ketik ulang tulisannya di sini.")

    def __init__(self) -> None:
        super().__init__(sign=REPLACEMENT)


def clean(text: str, *, most: int, otherwise: errors.DomainError | None = None) -> str:
    """The text in composed letters with single spaces: at most `most` characters, all visible or joining their neighbours, one readable.

    :raises HiddenSign: if one sign is neither
    :raises NotDecoded: if letters were lost on the way
    :raises NotReadable: if it is empty, too long or holds nothing that can be read; or `otherwise`, where a caller has words of its own
    """
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    if not is_readable(text) or len(text) > most or not BLANK_LETTERS.isdisjoint(text) or _CONTROL.search(text):
        raise otherwise or NotReadable(most=most)
    refuse_not_decoded(text=text)
    refuse_hidden(text=text)
    return text


def refuse_not_decoded(*, text: str) -> None:
    """Say no to a text of which letters were lost on the way.

    :raises NotDecoded: if it holds the sign that stands for them
    """
    if REPLACEMENT in text:
        raise NotDecoded


def refuse_hidden(*, text: str) -> None:
    """Say no to signs that nobody sees, in a text with plain blanks; what joins its neighbours is none.

    :raises HiddenSign: naming the first
    """
    if not text.isprintable():
        for place, sign in enumerate(text):
            if not (sign.isprintable() or (sign in _JOINERS and _joins(text[place - 1 : place], text[place + 1 : place + 2]))):
                raise HiddenSign(text=text, place=place)


def looks(name: str) -> str:
    """What two names share that nobody can tell apart: composed letters, single blanks, one kind of dash, no sign that nobody sees."""
    if not name.isascii():
        name = unicodedata.normalize("NFC", _BLANKS.sub(" ", _MARKS.sub("", name)).translate(_ALIKE))
    return " ".join(name.split())


def key(name: str) -> str:
    """What two names share that are one name where a name must be the only one: their looks in small letters."""
    return looks(name).casefold()


def _joins(before: str, after: str) -> bool:
    """Whether a joiner between these signs changes how they look: between emoji, or letters of a script whose letters join."""
    return all(_is_joined(sign) for sign in (before, after))


def _is_joined(sign: str) -> bool:
    kind = unicodedata.category(sign)[0] if sign else ""
    return kind in ("M", "S") or (kind == "L" and not unicodedata.name(sign, "").startswith(_JOINED_BY_NOTHING))


def is_readable(text: str) -> bool:
    """Whether the text holds a letter or digit that can be seen."""
    return any(sign.isalnum() and sign not in BLANK_LETTERS for sign in text)


def without_marks(text: str) -> str:
    """A number or code without signs that nobody sees, all blanks plain ones. Not for names, in which a joiner may be part of a letter."""
    return text if text.isascii() else _BLANKS.sub(" ", _MARKS.sub("", text))
