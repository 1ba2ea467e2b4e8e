"""Rekening bank: where the village's money is sent. Its manager proposes an account, confirms one, or stops payouts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from federation.labels import account_labels, figures
from federation.members import approvals
from federation.pages import second_factor_forms, settlement_questions
from federation.web import confirmation, form_keys
from marketplace import shops
from marketplace.pages.office import office_layout
from marketplace.pages.office.settlement import settlement_forms
from settlement.bank import account_changes, bank_accounts
from settlement.bank.bank_accounts import Account, Status
from settlement.bank.rails import account_rules
from settlement.reports import account_history
from tenants.codes import FEDERATION
from tenants.errors import DomainError
from tenants.http import access
from tenants.people import second_factor
from tenants.people.permissions import Permission

STEPS_SHOWN = 8
NEWS_FOR = timedelta(days=7)  # how long a new account of the federation's stands on every village's first page


class Confirmed(forms.Form):
    """Which account was shown when it was confirmed."""

    proposal = forms.UUIDField()


class ConfirmedByCode(second_factor_forms.Code, Confirmed):
    """The same, of somebody who has one-time codes, with the code of this moment."""


@access.village_page(Permission.CHANGE_BANK_ACCOUNT)
def index(request: office_layout.Request) -> HttpResponse:
    """The account in force, what is under way about it, and the form that proposes another."""
    if request.method != "POST":
        return _page(request)
    form = settlement_forms.BankAccount(request.POST)
    refusal: DomainError | None = None
    if form.is_valid():
        try:
            if (question := _propose(request, form.terms())) is not None:
                return office_layout.ask(request, question, back=office_layout.address(request, "office-bank-account"), tab="more")
        except account_rules.BadNumber as error:
            form.add_error("number", str(error))
        except account_rules.HolderNotLatin as error:
            form.add_error("holder", str(error))
        except (account_rules.BadBankCode, account_rules.BadBic) as error:
            form.add_error("other_code", str(error))
        except DomainError as error:
            refusal = error
        else:
            return office_layout.done(request, "bank_account_proposed", "office-bank-account")
    return _page(request, form=form, refusal=refusal)


def _propose(request: office_layout.Request, terms: dict[str, Any]) -> confirmation.Question | None:
    """Propose an account; gives what has to be asked before one that other villages have."""
    act, code = form_keys.act(request=request), request.village.code
    try:
        account_changes.propose(party=code, **terms, act=act, village_code=code)
    except account_changes.OfAnotherVillage as found:
        question = settlement_questions.shared_account(found)
        if not confirmation.is_answered(request=request, question=question):
            return question
        account_changes.propose(party=code, **terms, act=act, village_code=code, shared_with=found.parties)
    return None


def _page(
    request: office_layout.Request,
    *,
    form: forms.Form | None = None,
    refusal: DomainError | None = None,
    confirmed: Confirmed | None = None,
) -> HttpResponse:
    code = request.village.code
    now = bank_accounts.status(party=code, at=timezone.now())
    may_confirm = now.proposed is not None and now.proposed.changed_by != request.principal.account_id
    code_form = confirmed if isinstance(confirmed, ConfirmedByCode) else ConfirmedByCode()
    context = {
        "form": form or settlement_forms.BankAccount(initial=settlement_forms.start(now.account, holder=shops.settings().bumdes_name)),
        "refusal": refusal,
        "status": now,
        "used_later": account_labels.USED_LATER,
        "may_confirm": may_confirm,
        "code_form": second_factor_forms.shown(code_form, user_id=request.user.pk) if may_confirm else None,
        "steps": account_history.steps(party=code)[:STEPS_SHOWN],
    }
    status = 422 if confirmed is not None and refusal is None else 0
    return office_layout.page(request, "office/cycles/account.html", context, tab="more", status=status)


@sensitive_post_parameters("code")
@access.village_page(Permission.CONFIRM_BANK_ACCOUNT)
@require_POST
def confirm(request: office_layout.Request) -> HttpResponse:
    """Confirm the account that was shown, with a one-time code of whoever has such."""
    has_codes = second_factor.active(user_id=request.user.pk) is not None
    form = (ConfirmedByCode if has_codes else Confirmed)(request.POST)
    if not form.is_valid():
        refusal = account_changes.NothingProposed() if "proposal" in form.errors else None
        return _page(request, refusal=refusal, confirmed=form)
    proposal, code = form.cleaned_data["proposal"], form.cleaned_data.get("code", "")
    act, confirm_own = form_keys.act(request=request), approvals.confirm_own_bank_account
    return _done(
        request,
        lambda: confirm_own(village_code=request.village.code, proposal_id=proposal, code=code, act=act),
        "bank_account_confirmed",
    )


@access.village_page(Permission.CHANGE_BANK_ACCOUNT)
@require_POST
def stop(request: office_layout.Request) -> HttpResponse:
    """Let nothing be paid to the village, and drop an account that is under way."""
    call = account_changes.stop
    return _done(request, lambda: call(party=request.village.code, act=form_keys.act(request=request)), "bank_account_stopped")


@access.village_page(Permission.CHANGE_BANK_ACCOUNT)
@require_POST
def resume(request: office_layout.Request) -> HttpResponse:
    """Let the village be paid again."""
    call = account_changes.resume
    return _done(request, lambda: call(party=request.village.code, act=form_keys.act(request=request)), "bank_account_resumed")


def _done(request: office_layout.Request, call: Callable[[], None], outcome: str) -> HttpResponse:
    try:
        call()
    except DomainError as error:
        return _page(request, refusal=error)
    return office_layout.done(request, outcome, "office-bank-account")


def news(request: office_layout.Request) -> list[dict[str, Any]]:
    """What the village's people are told on their first page: its manager of its own account, whoever minds money of the federation's."""
    own = office_layout.may(request, Permission.CHANGE_BANK_ACCOUNT)
    if not own and not office_layout.may(request, Permission.CONFIRM_CASH_PAYMENTS):
        return []
    at, code = timezone.now(), request.village.code
    found = bank_accounts.statuses(at=at, parties=[FEDERATION, *([code] if own else [])])
    lines = []
    if sentence := _of_village(found.get(code, bank_accounts.NOTHING)):
        lines.append({"sentence": sentence, "own": True})
    if sentence := _of_federation(found.get(FEDERATION, bank_accounts.NOTHING), since=at - NEWS_FOR):
        lines.append({"sentence": sentence, "own": False})
    return lines


def _named(account: Account) -> dict[str, str]:
    at = figures.date_time(account.in_force_at) if account.in_force_at else ""
    return {"bank": account.bank, "number": account.number, "holder": account.holder, "at": at}


def _of_village(now: Status) -> str:
    if now.stopped:
        return _("Pembayaran ke rekening desa ini dihentikan. Uang dari putaran menunggu sampai Anda melanjutkannya.")
    if now.proposed:
        return _("Ada yang mengajukan rekening baru untuk desa ini: %(bank)s %(number)s atas nama %(holder)s. Periksa dulu.") % _named(
            now.proposed
        )
    if now.coming:
        return _(
            "Mulai %(at)s uang desa ini dikirim ke rekening baru: %(bank)s %(number)s atas nama %(holder)s. Kalau itu keliru, hentikan."
        ) % _named(now.coming)
    return ""


def _of_federation(now: Status, *, since: datetime) -> str:
    if now.coming:
        return _(
            "Rekening federasi berganti mulai %(at)s: %(bank)s %(number)s atas nama %(holder)s. Sampai saat itu setorlah ke rekening lama."
        ) % _named(now.coming)
    if now.proposed:
        return _("Rekening baru federasi sedang diajukan: %(bank)s %(number)s atas nama %(holder)s. Belum dipakai.") % _named(now.proposed)
    if now.account and now.account.in_force_at and now.account.in_force_at >= since:
        return _("Rekening federasi sudah berganti sejak %(at)s: %(bank)s %(number)s atas nama %(holder)s. Setorlah ke sana.") % _named(
            now.account
        )
    return ""
