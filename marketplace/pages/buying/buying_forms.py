"""What a buyer types to order or to find a purchase again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from federation.web import form_fields


class Buyer(forms.Form):
    """Who orders."""

    name = form_fields.Name(label=_("Nama Anda"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("Nomor HP"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        help_text=_("Untuk kabar tentang pesanan. Contoh: 0812 3456 7890"),
    )
    address = forms.CharField(
        label=_("Alamat rumah"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
        help_text=_("Perlu diisi hanya kalau ada barang yang diantar."),
    )


class SomebodyElse(Buyer):
    """Who somebody at the counter orders for; the phone may be empty."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["name"].label = _("Nama warga")
        self.fields["phone"].required = False
        self.fields["phone"].help_text = _("Boleh kosong kalau warga tidak punya HP.")
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"


class FindAgain(forms.Form):
    """The short code and the phone it was ordered with."""

    code = forms.CharField(
        label=_("Kode belanja"), max_length=12, widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"})
    )
    phone = forms.CharField(
        label=_("Nomor HP waktu memesan"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
