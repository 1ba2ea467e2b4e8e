"""The one-time code of whoever works at the desk, as a form asks for it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy


class Code(forms.Form):
    """The six digits; whether they are right is for the domain to say."""

    code = forms.CharField(
        label=gettext_lazy("Kode enam angka"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "amount", "size": "8"}),
        error_messages={"required": gettext_lazy("Isi kode enam angka dari aplikasi kode Anda.")},
    )
