"""The one-time code of whoever works at the desk or in a village's office, as a form asks for it."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy

from tenants.people import second_factor


class Code(forms.Form):
    """The six digits; whether they are right is for the domain to say."""

    code = forms.CharField(
        label=gettext_lazy("Kode enam angka"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "amount", "size": "8"}),
        error_messages={"required": gettext_lazy("Isi kode enam angka dari aplikasi kode Anda.")},
    )


def shown(form: Code, *, user_id: uuid.UUID) -> Code | None:
    """The form as a page shows it: a code that was tried is not shown again, the next one is another. None: the person has no codes."""
    if second_factor.active(user_id=user_id) is None:
        return None
    return form if form.errors else type(form)()
