"""Form fields that take what people write on a phone about goods."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from federation.web import form_fields


class Pieces(form_fields.WholeNumber):
    """A number of pieces."""

    def __init__(self, *, min_value: int = 1, max_value: int = 100_000, **rest: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **rest)
        self.error_messages["invalid"] = _("Tulis jumlahnya dengan angka, misalnya 12.")
        self.error_messages["required"] = _("Tulis jumlahnya dengan angka, misalnya 12.")


class Version(forms.IntegerField):
    """The version of a thing that a form was made from."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(min_value=1, max_value=2**31 - 1, **rest)
