"""What is typed to log in or to open an account."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from federation.members import profiles
from federation.web import form_fields

PHONE = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})


class LogIn(forms.Form):
    """Phone and password."""

    phone = forms.CharField(label=_("Nomor HP"), max_length=30, widget=PHONE, help_text=_("Contoh: 0812 3456 7890"))
    password = forms.CharField(
        label=_("Kata sandi"), max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class Register(forms.Form):
    """Name, phone, home village and a password typed once: it can be shown by the phone's own keyboard, and reset at the counter."""

    name = form_fields.Name(label=_("Nama Anda"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(label=_("Nomor HP"), max_length=30, widget=PHONE, help_text=_("Contoh: 0812 3456 7890"))
    password = forms.CharField(
        label=_("Kata sandi"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Paling sedikit 8 huruf atau angka, yang tidak mudah ditebak."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        shops = [(shop.village_code, shop.name) for shop in profiles.all_open()]
        home = forms.ChoiceField(label=_("Desa Anda"), required=False, choices=[("", _("Di luar federasi")), *shops])
        self.fields = {"name": self.fields["name"], "phone": self.fields["phone"], "home": home, "password": self.fields["password"]}
