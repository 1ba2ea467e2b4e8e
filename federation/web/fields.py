"""Form fields that pages of buyers, of offices and of the desk share: they take what people write on a phone."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tenants import texts

DIGITS_MAX = 12


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


class Rupiah(forms.Field):
    """Whole rupiah; takes 12500, 12.500 and "Rp 12.500"."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        """The amount, or None where nothing was written."""
        text = re.sub(r"(?i)^\s*rp\.?|,-$|[\s. ]", "", str(value or ""))
        if not text:
            return None
        if not text.isascii() or not text.isdigit() or len(text) > DIGITS_MAX:
            raise ValidationError(_("Tulis rupiah dengan angka saja, misalnya 12.500."), code="rupiah")
        return int(text)

    def prepare_value(self, value: Any) -> Any:
        """An amount that is there already, with the dots in which people read it."""
        return f"{value:,}".replace(",", ".") if isinstance(value, int) else value


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
