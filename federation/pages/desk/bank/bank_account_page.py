"""Rekening bank of one party: what is in force, what is under way, and every change before. One proposes, another confirms."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from federation.labels import account_labels
from federation.members import approvals, party_names
from federation.pages import second_factor_forms, settlement_questions
from federation.pages.desk import desk_actions, desk_layout, desk_tabs
from federation.web import confirmation, form_keys
from settlement.bank import account_changes, bank_accounts
from settlement.reports import account_history
from tenants import activity_log
from tenants.codes import FEDERATION, VillageCode
from tenants.errors import DomainError
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
    """One party's account with its history; whoever may do something about it finds the way."""
    return _page(request, party)


def _page(
    request: desk_layout.Request, party: VillageCode, *, form: Confirmation | None = None, refusal: DomainError | None = None
) -> HttpResponse:
    now, may = bank_accounts.status(party=party, at=timezone.now()), desk_layout.may
    mine = now.proposed is not None and now.proposed.changed_by == request.principal.account_id
    may_confirm = may(request, Permission.CONFIRM_BANK_ACCOUNT) and now.proposed is not None and not mine
    context = {
        "name": _name(party),
        "party": party,
        "status": now,
        "used_later": account_labels.USED_LATER,
        "steps": account_history.steps(party=party),
        "history": activity_log.of_subject(subject_id=party, action="bank-account.changed")[::-1],
        "may_change": may(request, Permission.CHANGE_BANK_ACCOUNT),
        "may_confirm": may_confirm,
        "form": second_factor_forms.shown(form or Confirmation(), user_id=request.user.pk) if may_confirm else None,
        "may_stop": may(request, Permission.CHANGE_BANK_ACCOUNT) and party == FEDERATION,
        "tabs": desk_tabs.of_settlement(current="desk-bank-accounts"),
    }
    return desk_layout.page(request, "desk/bank/bank_account.html", context, tab="cycles", refusal=refusal)


class Shown(forms.Form):
    """Which account was shown when something was decided about it."""

    proposal = forms.UUIDField()


class Confirmation(second_factor_forms.Code, Shown):
    """Which account was shown, and the approver's one-time code."""


@sensitive_post_parameters("code")
@access.federation_page(Permission.CONFIRM_BANK_ACCOUNT)
@require_POST
def confirm(request: desk_layout.Request, party: VillageCode) -> HttpResponse:
    """Confirm the account that was shown, with a one-time code."""
    _name(party)
    form = Confirmation(request.POST)
    result = desk_actions.run(
        lambda: approvals.confirm_bank_account(
            party=party,
            proposal_id=form.cleaned_data["proposal"],
            code=form.cleaned_data["code"],
            act=form_keys.act(request=request),
        ),
        form=form,
    )
    if result.done:
        return desk_actions.done("bank_account_confirmed", "desk-bank-account", party)
    refusal = account_changes.NothingProposed() if "proposal" in form.errors else result.refusal
    return _page(request, party, form=form, refusal=refusal)


@access.federation_page(Permission.CHANGE_BANK_ACCOUNT)
@require_POST
def withdraw(request: desk_layout.Request, party: VillageCode) -> HttpResponse:
    """Take back the account that was shown, before anybody confirmed it."""
    _name(party)
    form = Shown(request.POST)
    result = desk_actions.run(
        lambda: account_changes.withdraw(party=party, proposal_id=form.cleaned_data["proposal"], act=form_keys.act(request=request)),
        form=form,
    )
    if result.done:
        return desk_actions.done("bank_account_withdrawn", "desk-bank-account", party)
    return _page(request, party, refusal=result.refusal or account_changes.NothingProposed())


@access.federation_page(Permission.CHANGE_BANK_ACCOUNT)
@require_POST
def stop(request: desk_layout.Request) -> HttpResponse:
    """Let nothing be paid from the federation's account, and drop one that is under way."""
    return _stopped(request, account_changes.stop, "bank_account_stopped")


@access.federation_page(Permission.CHANGE_BANK_ACCOUNT)
@require_POST
def resume(request: desk_layout.Request) -> HttpResponse:
    """Let the federation pay again."""
    return _stopped(request, account_changes.resume, "bank_account_resumed")


def _stopped(request: desk_layout.Request, call: Callable[..., None], outcome: str) -> HttpResponse:
    result = desk_actions.run(lambda: call(party=FEDERATION, act=form_keys.act(request=request)))
    if result.done:
        return desk_actions.done(outcome, "desk-bank-account", FEDERATION)
    return _page(request, FEDERATION, refusal=result.refusal)


@access.federation_page(Permission.CHANGE_BANK_ACCOUNT)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: desk_layout.Request, party: VillageCode) -> HttpResponse:
    """Propose a party's account; the one that is proposed or in force already changes nothing."""
    name, account = _name(party), bank_accounts.status(party=party, at=timezone.now()).account
    starts = {field: getattr(account, field) for field in Account.base_fields} if account else {}
    form = Account(desk_actions.sent(request), initial=starts)
    propose = partial(account_changes.propose, party=party, act=form_keys.act(request=request))
    result = desk_actions.run(lambda: propose(**form.cleaned_data), form=form)
    if isinstance(found := result.refusal, account_changes.OfAnotherVillage):
        question = settlement_questions.shared_account(found)
        if not confirmation.is_answered(request=request, question=question):
            return desk_layout.ask(request, question, back=reverse("desk-bank-account-change", args=[party]), tab="cycles")
        result = desk_actions.run(lambda: propose(**form.cleaned_data, shared_with=found.parties))
    if result.done:
        return desk_actions.done("bank_account_proposed", "desk-bank-account", party)
    context = {
        "name": name,
        "party": party,
        "account": account,
        "form": form,
        "banks": bank_accounts.BANKS.items(),
        "used_later": account_labels.USED_LATER,
    }
    return desk_layout.page(request, "desk/bank/bank_account_change.html", context, tab="cycles", refusal=result.refusal)


def _name(party: VillageCode) -> str:
    """What the village or the federation is called; 404 for a party that is none."""
    name = party_names.of_members().get(party)
    if name is None:
        raise Http404
    return name
