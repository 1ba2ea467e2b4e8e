"""Rekening bank of one party: what is known, the operator's change of it, and every change before."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from federation.members import party_names
from federation.pages.desk import desk_actions, desk_layout, desk_tabs
from federation.web import form_keys
from settlement.bank import bank_accounts
from tenants import activity_log
from tenants.codes import VillageCode
from tenants.http import access
from tenants.people.permissions import Permission


class Account(forms.Form):
    """A bank account; the domain says what is wrong with it."""

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


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request, party: VillageCode) -> HttpResponse:
    """One party's account with its history; the operator finds the way to change it."""
    context = {
        "name": _name(party),
        "party": party,
        "account": bank_accounts.of(party=party),
        "history": activity_log.of_subject(subject_id=party, action="bank-account.changed")[::-1],
        "may_change": desk_layout.may(request, Permission.CHANGE_BANK_ACCOUNT),
        "tabs": desk_tabs.of_settlement(current="desk-bank-accounts"),
    }
    return desk_layout.page(request, "desk/bank/bank_account.html", context, tab="cycles")


@access.federation_page(Permission.CHANGE_BANK_ACCOUNT)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: desk_layout.Request, party: VillageCode) -> HttpResponse:
    """Write a party's account down; the same account again changes nothing."""
    name, account = _name(party), bank_accounts.of(party=party)
    starts = {field: getattr(account, field) for field in Account.base_fields} if account else {}
    form = Account(desk_actions.sent(request), initial=starts)
    result = desk_actions.run(
        lambda: bank_accounts.set_account(party=party, act=form_keys.act(request=request), **form.cleaned_data),
        form=form,
    )
    if result.done:
        return desk_actions.done("bank_account_changed", "desk-bank-account", party)
    context = {"name": name, "party": party, "account": account, "form": form, "banks": bank_accounts.BANKS.items()}
    return desk_layout.page(request, "desk/bank/bank_account_change.html", context, tab="cycles", refusal=result.refusal)


def _name(party: VillageCode) -> str:
    """What the village or the federation is called; 404 for a party that is none."""
    name = party_names.of_members().get(party)
    if name is None:
        raise Http404
    return name
