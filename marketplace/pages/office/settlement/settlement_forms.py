"""Forms about settlement: they read what was written; the rules stand in the use cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.web import form_fields
from settlement.bank import bank_accounts
from settlement.bank.rails import account_rules
from tenants import reasons

OTHER_BANK = "other"


class Objection(forms.Form):
    """What is wrong with an obligation."""

    reason = forms.CharField(
        label=gettext_lazy("Apa yang salah?"),
        max_length=reasons.LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Dibaca desa satunya dan federasi. Jangan tulis nama atau nomor HP pembeli."),
        error_messages={"required": gettext_lazy("Tulis apa yang salah, misalnya: barang ini sudah dikembalikan pembeli.")},
    )


class Cash(forms.Form):
    """How much cash is brought, and to whom."""

    amount_rupiah = form_fields.Rupiah(
        label=gettext_lazy("Berapa yang dibawa tunai?"),
        error_messages={"required": gettext_lazy("Tulis jumlahnya, misalnya 50.000.")},
    )
    way = forms.ChoiceField(
        label=gettext_lazy("Diserahkan ke siapa?"),
        choices=(
            ("federation", gettext_lazy("Ke kantor federasi, lalu federasi yang membagi")),
            ("villages", gettext_lazy("Langsung ke desa yang menunggu uang")),
        ),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Pilih ke siapa uangnya diserahkan."),
            "invalid_choice": gettext_lazy("Pilih ke siapa uangnya diserahkan."),
        },
    )

    def clean_amount_rupiah(self) -> int:
        """Nothing is no amount."""
        amount: int = self.cleaned_data["amount_rupiah"]
        if amount < 1:
            raise ValidationError(_("Tulis jumlahnya, misalnya 50.000."), code="rupiah")
        return amount


class Carry(forms.Form):
    """How much of what it is owed a village leaves for the next cycle."""

    amount_rupiah = form_fields.Rupiah(
        label=gettext_lazy("Paling banyak yang boleh ditinggal"),
        help_text=gettext_lazy("Isi 0 kalau semuanya mau diterima tunai."),
        error_messages={"required": gettext_lazy("Tulis jumlahnya. Isi 0 kalau semuanya mau diterima tunai.")},
    )


class BankAccount(forms.Form):
    """Where the village's money is sent. The number is written twice: one wrong digit sends it to a stranger."""

    bank = forms.ChoiceField(
        label=gettext_lazy("Bank"),
        choices=(*bank_accounts.BANKS.items(), (OTHER_BANK, gettext_lazy("Bank lain, tulis di bawah"))),
        widget=form_fields.Undecided,
        error_messages={"required": gettext_lazy("Pilih banknya.")},
    )
    other_bank = form_fields.Name(
        label=gettext_lazy("Nama bank lain"),
        max_length=bank_accounts.BANK_MOST,
        required=False,
        help_text=gettext_lazy("Kosongkan kalau banknya ada di daftar."),
    )
    other_code = forms.CharField(
        label=gettext_lazy("Kode bank lain"),
        max_length=11,
        required=False,
        help_text=gettext_lazy("Tiga angka, atau kode BIC. Tanyakan ke bank."),
    )
    number = forms.CharField(
        label=gettext_lazy("Nomor rekening"),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Tulis nomor rekening seperti di buku tabungan.")},
    )
    number_again = forms.CharField(
        label=gettext_lazy("Nomor rekening sekali lagi"),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Tulis nomor rekening sekali lagi.")},
    )
    holder = form_fields.Name(
        label=gettext_lazy("Atas nama"),
        max_length=bank_accounts.HOLDER_MOST,
        help_text=gettext_lazy("Nama BUMDes seperti di buku tabungan, bukan nama orang."),
        error_messages={"required": gettext_lazy("Tulis atas nama siapa rekeningnya.")},
    )

    def clean(self) -> dict[str, Any]:
        """Both numbers are one, and another bank has a name and a code."""
        values = super().clean() or {}
        number, again = values.get("number"), values.get("number_again")
        if number and again and account_rules.bare(number) != account_rules.bare(again):
            self.add_error("number_again", _("Kedua nomor tidak sama. Periksa angka demi angka."))
        if values.get("bank") == OTHER_BANK:
            for name, message in (("other_bank", _("Tulis nama banknya.")), ("other_code", _("Tulis kode banknya."))):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, message)
        return values

    def terms(self) -> dict[str, str]:
        """What was written, as the use case takes it."""
        values = self.cleaned_data
        code, bank = values["bank"], bank_accounts.BANKS.get(values["bank"], "")
        if not bank:
            code, bank = values["other_code"].strip(), values["other_bank"]
        is_code = code.isdigit()
        account = {"number": values["number"], "holder": values["holder"]}
        return {"bank": bank, "bank_code": code if is_code else "", "bic": "" if is_code else code, **account}


def start(account: bank_accounts.Account | None, *, holder: str) -> dict[str, str]:
    """What the form begins with; `holder`: the BUMDes, while no account is known."""
    if account is None:
        return {"holder": holder}
    usual = bank_accounts.BANKS.get(account.bank_code) == account.bank
    values = {"bank": account.bank_code if usual else OTHER_BANK, "number": account.number, "holder": account.holder}
    return values if usual else {**values, "other_bank": account.bank, "other_code": account.bank_code or account.bic}
