"""Finding a village among thousands by what somebody types of its name, its district or its code."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from tenants import villages
from tenants.errors import DomainError, Kind
from tenants.villages import VillageInfo

WORDS_MAX = 80  # signs of what is typed
_EXAMPLES_MAX = 4
MOST = 12  # villages that a choice shows at once; a federation of no more needs no search


class SeveralVillages(DomainError):
    """What was typed names several villages, or only a part of a name."""

    kind = Kind.INVALID
    code = "several-villages"
    sentence = gettext_noop("Desa “%(words)s” belum jelas. Tulis nama lengkap atau kodenya, misalnya: %(examples)s.")


def read(text: str) -> str:
    """What was typed, as it is looked for."""
    return " ".join(text.replace("\x00", "").split())[:WORDS_MAX]


def find(*, words: str, among: Iterable[VillageInfo]) -> list[VillageInfo]:
    """The villages in which every word stands, in name, area or code; first those of that name, then those that begin so."""
    parts, asked = words.casefold().split(), words.casefold()
    if not parts:
        return []
    ranked = []
    for place, village in enumerate(among):
        text = village.looked_in  # begins with its name
        if all(part in text for part in parts):
            begins = text.startswith(asked)
            named = village.code == asked or (begins and village.name.casefold() == asked)
            ranked.append((not named, not begins, f" {parts[0]}" not in f" {text}", place, village))
    return [village for *_, village in sorted(ranked, key=lambda found: found[:-1])]


def one(*, words: str, among: Iterable[VillageInfo]) -> VillageInfo:
    """The one village whose whole name or code this is.

    :raises SeveralVillages: if several have the name, or it is a part of names only; it says which
    :raises villages.UnknownVillage: if no village has it
    """
    found = find(words=words, among=among)
    named = [village for village in found if is_named(village, words)]
    if len(named) == 1:
        return named[0]
    if not found:
        raise villages.UnknownVillage(village=words)
    examples = "; ".join(f"{village.code} {village.name} ({village.area})" for village in found[:_EXAMPLES_MAX])
    raise SeveralVillages(words=words, examples=examples)


def is_named(village: VillageInfo, words: str) -> bool:
    """Whether the words are a village's whole name or its code."""
    return words.casefold() in (village.name.casefold(), village.code)
