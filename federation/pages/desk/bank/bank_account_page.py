"""Rekening bank of one party: what is known, the operator's change of it, and every change before."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from federation.members import party_names
from federation.pages.desk import desk_actions, desk_layout
from federation.pages.desk.settlement import cycles_page
from settlement.bank import bank_accounts
from tenants import activity_log
from tenants.errors import DomainError
from tenants.http import access

DEEDS = {"change": desk_layout.OPERATOR}
OUTCOMES = {
    "change": gettext_lazy("Rekening sudah disimpan. Pembayaran berikutnya dikirim ke sana; yang sudah masuk berkas bank tidak berubah.")
}


class Account(forms.Form):
    """A bank account; the verb says what is wrong with it."""

    holder = forms.CharField(
        label=gettext_lazy("Atas nama"),
        max_length=bank_accounts.HOLDER_MOST,
        help_text=gettext_lazy("Nama BUMDes seperti di buku tabungan, bukan nama orang."),
        error_messages={"required": gettext_lazy("Tulis nama pemilik rekening.")},
    )
    bank = forms.CharField(
        label=gettext_lazy("Bank"),
        max_length=bank_accounts.BANK_MOST,
        error_messages={"required": gettext_lazy("Tulis nama banknya, misalnya BRI.")},
    )
    bank_code = forms.CharField(
        label=gettext_lazy("Kode bank"),
        max_length=10,
        required=False,
        help_text=gettext_lazy("Tiga angka, misalnya 002 untuk BRI."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "list": "banks"}),
    )
    bic = forms.CharField(
        label=gettext_lazy("Kode BIC (kalau kode bank tidak ada)"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    number = forms.CharField(
        label=gettext_lazy("Nomor rekening"),
        max_length=60,
        error_messages={"required": gettext_lazy("Tulis nomor rekeningnya.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


@access.federation_page(*desk_layout.EVERYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: desk_layout.Request, party: str) -> HttpResponse:
    """One party's account with its history; the operator changes it."""
    names = party_names.of_members()
    if party not in names:
        raise Http404
    deed = desk_actions.named(request, DEEDS)
    account = bank_accounts.of(party=party)
    starts = {name: getattr(account, name) for name in Account.base_fields} if account else {}
    form = Account(request.POST if deed else None, initial=starts)
    refused: DomainError | None = None
    if deed and form.is_valid():
        try:
            bank_accounts.set_account(party=party, by=request.user.pk, at=timezone.now(), **form.cleaned_data)
        except DomainError as why:
            refused = why
        else:
            return desk_actions.done("change", "desk-bank-account", party)
    context: dict[str, Any] = {
        "name": names[party],
        "party": party,
        "account": account,
        "form": form if desk_layout.OPERATOR in request.roles else None,
        "banks": bank_accounts.BANKS.items(),
        "history": activity_log.of_subject(subject_id=party, action="bank-account.changed")[::-1],
        "ways": cycles_page.ways("bank-accounts"),
        **desk_actions.told(request, outcomes=OUTCOMES, refused=refused),
    }
    return desk_layout.page(
        request, "desk/bank/bank_account.html", context, tab="cycles", status=desk_actions.status(form=form, refused=refused)
    )
