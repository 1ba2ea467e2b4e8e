"""Form fields that pages of buyers, of offices and of the desk share: they take what people write on a phone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants import reasons, texts

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DIGITS_MAX = 12
_FIGURE = r"[0-9]+|[1-9][0-9]{0,2}([., \xa0])[0-9]{3}(\1[0-9]{3})*"  # one mark throughout, and after it always three digits


def figure(text: str) -> int | None:
    """A whole number as people write it: 12500, 12.500, 12,500 and "12 500". A mark parts thousands only; None for everything else."""
    digits = re.sub(r"[., \xa0]", "", text)
    return int(digits) if re.fullmatch(_FIGURE, text) and len(digits) <= DIGITS_MAX else None


def read(field: forms.Field, text: object) -> Any:
    """What a field makes of one value out of an address or a form; None where it cannot be read."""
    try:
        return field.clean(text)
    except ValidationError:
        return None


def not_read(text: str, *, otherwise: str) -> ValidationError:
    """Why a figure could not be read: it is longer than any that stands in the books, or what is said `otherwise`."""
    if len(re.sub(r"[., \xa0]", "", text)) > DIGITS_MAX and re.fullmatch(_FIGURE, text):
        return ValidationError(_("Angkanya terlalu besar: tulis paling banyak %(most)s angka.") % {"most": DIGITS_MAX}, code="too-long")
    return ValidationError(otherwise, code="invalid")


class Text(forms.CharField):
    """What a person writes in words of their own."""

    def to_python(self, value: Any) -> str:
        """The text; refused where letters were lost on the way."""
        text = str(super().to_python(value) or "")
        try:
            texts.refuse_not_decoded(text=text)
        except texts.NotDecoded as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from None
        return text


class Name(forms.CharField):
    """What a person or a thing is called; needs `max_length`."""

    def to_python(self, value: Any) -> str:
        """The name with single spaces; empty where nothing was written."""
        text = str(super().to_python(value) or "")
        if not text or self.max_length is None:
            return text
        try:
            return texts.clean(text, most=self.max_length)
        except texts.NotReadable as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from None


class Reason(forms.CharField):
    """Why something is decided; whoever checks it later reads it. `help_text` gives an example."""

    default_error_messages = {"required": gettext_lazy("Tulis alasannya, supaya pemeriksa mengerti.")}

    def __init__(self, *, help_text: str | _StrPromise, **rest: Any) -> None:
        super().__init__(label=gettext_lazy("Alasannya"), max_length=reasons.LENGTH_MAX, help_text=help_text, **rest)


class Rupiah(forms.Field):
    """Whole rupiah; takes 12500, 12.500, 12,500 and "Rp 12.500". A mark parts thousands only: "12.50" is no amount, and never 1250."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        """The amount, or None where nothing was written."""
        text = re.sub(r"(?i)^rp\.?|,-$", "", str(value or "").strip()).strip()
        if not text:
            return None
        amount = figure(text)
        if amount is None:
            raise not_read(text, otherwise=_("Tulis rupiah bulat tanpa sen, misalnya 12.500 atau 12500."))
        return amount

    def prepare_value(self, value: Any) -> Any:
        """An amount that is there already, with the dots in which people read it."""
        return f"{value:,}".replace(",", ".") if isinstance(value, int) else value


class WholeNumber(forms.IntegerField):
    """A number of things or days. Django's own field reads "1.000" as 1, and browsers read it each in its way: not here."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        """The number, or None where nothing was written."""
        text = str(value if value is not None else "").strip()
        if not text:
            return None
        number = figure(text)
        if number is None:
            raise not_read(text, otherwise=str(self.error_messages["invalid"]))
        return number


class Undecided(forms.Select):
    """A list in which nothing is chosen beforehand: for whatever decides who pays, or who gets the money, and by which way."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """The choices after an empty one, which counts as no answer."""
        empty = self.create_option(name, "", _("Pilih dulu"), selected=not any(value), index=0, attrs=attrs)
        return [(None, [empty], 0), *super().optgroups(name, value, attrs)]

    def use_required_attribute(self, initial: Any) -> bool:
        """A browser may hold back a form in which nothing was chosen: the first choice is empty."""
        return not self.is_hidden


class ExpectedRupiah(forms.Field):
    """The sum for which a page asked, as its form sends it back: digits. Nonsense is a sum that is never due, and is refused as such."""

    widget = forms.HiddenInput
    NEVER_DUE = -1

    def to_python(self, value: Any) -> int | None:
        """The sum, or None where none was asked for."""
        if value is None:
            return None
        return int(value) if re.fullmatch(r"[0-9]{1,13}", str(value)) else self.NEVER_DUE


class Percent(forms.Field):
    """A share of at most 100 per cent with up to two decimals, kept in basis points; takes 12, 12,5 and "12.5 %"."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        """The share in basis points, or None where nothing was written."""
        text = re.sub(r"[\s%]", "", str(value or "")).replace(",", ".")
        if not text:
            return None
        found = re.fullmatch(r"(\d{1,3})(?:\.(\d{1,2}))?", text, re.ASCII)
        points = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else -1
        if not 0 <= points <= 10_000:
            raise ValidationError(_("Tulis persen dari 0 sampai 100, misalnya 10 atau 7,5."), code="percent")
        return points
