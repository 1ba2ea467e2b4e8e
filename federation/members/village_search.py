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
    named, begins, has_word, has_part = list[VillageInfo](), list[VillageInfo](), list[VillageInfo](), list[VillageInfo]()
    first, others = parts[0], parts[1:]
    for village in among:  # of thousands, so with few steps for each
        text = village.looked_in  # begins with its name
        if text.startswith(asked):
            (named if len(village.name) == len(asked) and is_named(village, words) else begins).append(village)
        elif first in text and all(part in text for part in others):
            (named if village.code == asked else has_word if f" {first}" in f" {text}" else has_part).append(village)
    return [*named, *begins, *has_word, *has_part]


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
