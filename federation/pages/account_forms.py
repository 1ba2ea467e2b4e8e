"""What is typed to log in or to open an account."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from federation.web import form_fields

PHONE = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})


class LogIn(forms.Form):
    """Phone and password."""

    phone = forms.CharField(label=_("Nomor HP"), max_length=30, widget=PHONE, help_text=_("Contoh: 0812 3456 7890"))
    password = forms.CharField(
        label=_("Kata sandi"), max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class Register(forms.Form):
    """Name, phone and a password typed once: it can be shown by the phone's own keyboard, and reset at the counter.

    The home village is chosen beside them (home_choice).
    """

    name = form_fields.Name(label=_("Nama Anda"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(label=_("Nomor HP"), max_length=30, widget=PHONE, help_text=_("Contoh: 0812 3456 7890"))
    password = forms.CharField(
        label=_("Kata sandi"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Paling sedikit 8 huruf atau angka, yang tidak mudah ditebak."),
    )

    def keep_password(self) -> None:
        """Show the password's field with what was typed, where the form comes back only to pick a village."""
        self.fields["password"].widget.render_value = True
