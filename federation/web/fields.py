"""Form fields that pages of buyers and of offices share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from tenants import texts


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
