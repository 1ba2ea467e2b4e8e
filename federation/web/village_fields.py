"""Fields in which people at desks name a village: a list while the villages are few, else a text, its whole name or its code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from federation.members import village_search
from federation.web import form_fields
from tenants import codes, villages
from tenants.errors import DomainError

CODE_CHARACTERS = 13  # what is longer is no code of anything
HINT = _("Nama lengkap desa atau kodenya, misalnya 34.02.15.2004.")


class VillageField(forms.CharField):
    """The code of the village that was named: one of some, or any; then whether it may be chosen is for the domain to say."""

    def __init__(self, *, among: Mapping[str, str] | None = None, **rest: Any) -> None:
        super().__init__(max_length=village_search.WORDS_MAX, **rest)
        self._among = among

    def offer(self, few: Mapping[str, str]) -> None:
        """Show these as a list, as long as they are few, else ask for a name or a code."""
        self.widget = form_fields.Undecided(choices=list(few.items())) if len(few) <= village_search.MOST else forms.TextInput()
        self.help_text = "" if len(few) <= village_search.MOST else HINT

    def clean(self, value: Any) -> str:
        """The village's code; empty where nothing was written."""
        words = village_search.read(super().clean(value))
        if not words:
            return ""
        among = [seen for seen in villages.ready() if self._among is None or seen.code in self._among]
        try:
            return village_search.one(words=words, among=among).code
        except DomainError as refusal:
            if self._among is None and isinstance(refusal, villages.UnknownVillage) and len(words) <= CODE_CHARACTERS:
                return words
            raise ValidationError(str(refusal), code=refusal.code) from None


def of(former: forms.Field, *, among: Mapping[str, str]) -> forms.Field:
    """A field for one of these villages, given by code with their names in the order of a list, that is called as `former`. None is
    chosen beforehand."""
    rest: dict[str, Any] = {
        "label": former.label,
        "required": former.required,
        "error_messages": {"required": former.error_messages["required"]},
    }
    if len(among) > village_search.MOST:
        return VillageField(among=among, help_text=HINT, **rest)
    return forms.ChoiceField(choices=[*among.items()], widget=form_fields.Undecided, **rest)


@dataclass(frozen=True)
class Filter:
    """What a page was asked to show of one village: `few` to choose from, empty where they are many and `words` are typed instead."""

    few: Mapping[str, str]
    code: str = ""  # F: the federation
    words: str = ""
    problem: str = ""


def filtered(text: str, *, names: Mapping[str, str]) -> Filter:
    """Read the village, by name or code, out of an address; what cannot be read filters nothing and is said."""
    words = village_search.read(text)
    few = names if len(names) <= village_search.MOST else {}
    if words in names or words == codes.FEDERATION:
        return Filter(few, words, words)
    if not words or few:
        return Filter(few)
    try:
        code = village_search.one(words=words, among=villages.ready()).code
    except DomainError as refusal:
        return Filter(few, "", words, str(refusal))
    return Filter(few, code, words)
