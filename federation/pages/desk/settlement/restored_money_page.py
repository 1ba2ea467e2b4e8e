"""Setelah pemulihan: what the bank must still show, what comes back into the books, what villages state of cash, and who lets it go."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from federation.members import approvals, party_names
from federation.pages import second_factor_forms
from federation.pages.desk import desk_actions, desk_layout, desk_tabs
from federation.web import form_fields, form_keys
from settlement.after_restore import hold_overview, line_owners, releasing, stated_cash
from settlement.bank import restored_accounts
from settlement.statement_lines import line_reasons
from tenants import villages
from tenants.codes import VillageCode
from tenants.http import access
from tenants.people.permissions import Permission

SILENT_SHOWN = 50


class Owner(forms.Form):
    """Whose money a line moved."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["village_code"] = forms.ChoiceField(
            label=gettext_lazy("Uang desa"),
            choices=[(one.code, f"{one.name} ({one.code})") for one in villages.ready()],
            widget=form_fields.Undecided,
            error_messages={"required": gettext_lazy("Pilih desanya.")},
        )


class Cash(forms.Form):
    """What a silent village handed over and received, as the federation knows it."""

    handed_over_rupiah = form_fields.Rupiah(
        label=gettext_lazy("Diserahkan desa, tunai (rupiah)"), error_messages={"required": gettext_lazy("Isi jumlahnya, atau 0.")}
    )
    received_rupiah = form_fields.Rupiah(
        label=gettext_lazy("Diterima desa, tunai (rupiah)"), error_messages={"required": gettext_lazy("Isi jumlahnya, atau 0.")}
    )


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """Where everything stands since the last restore."""
    found, names = hold_overview.read(at=timezone.now()), party_names.of_parties()
    context: dict[str, Any] = {"found": found, "tabs": desk_tabs.of_settlement(current="desk-restored-money")}
    if found is not None:
        context |= {
            "lines": [(line, names.get(line.village_code, line.village_code)) for line in found.found.lines],
            "undecided": [
                (line, _(line_reasons.REASONS[line.why]) if line.why in line_reasons.REASONS else "") for line in found.undecided
            ],
            "stated": [(row, names.get(row.village_code, row.village_code)) for row in found.stated],
            "silent": [(code, names.get(code, code)) for code in found.silent[:SILENT_SHOWN]],
            "accounts": [(party, names.get(party, party), account) for party, account in found.accounts],
            "federation_may_state": timezone.now() >= found.federation_states_from,
        }
    context |= {
        "own": request.principal.account_id,
        "may_propose": desk_layout.may(request, Permission.PROPOSE_AFTER_RESTORE),
        "may_confirm": desk_layout.may(request, Permission.CONFIRM_AFTER_RESTORE),
        "may_confirm_cash": desk_layout.may(request, Permission.CONFIRM_CASH_PAYMENTS),
        "may_confirm_accounts": desk_layout.may(request, Permission.CONFIRM_BANK_ACCOUNT),
        "may_decide": desk_layout.may(request, Permission.DECIDE_STATEMENT_LINES),
    }
    return desk_layout.page(request, "desk/settlement/restored_money.html", context, tab="cycles")


@access.federation_page(Permission.PROPOSE_AFTER_RESTORE)
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: desk_layout.Request) -> HttpResponse:
    """Propose the list as it was shown."""
    form = forms.Form(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: releasing.propose(shown_sha256=request.POST.get("seen", ""), act=form_keys.act(request=request)), form=form
    )
    if result.done:
        return desk_actions.done("restored_list_proposed", "desk-restored-money")
    return _list(request, form, result, title=_("Usulkan daftar ini"))


@sensitive_post_parameters("code")
@access.federation_page(Permission.CONFIRM_AFTER_RESTORE)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: desk_layout.Request, list_id: uuid.UUID) -> HttpResponse:
    """Another person confirms just that list, with a one-time code."""
    form = second_factor_forms.Code(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: approvals.confirm_restored_money(
            list_id=list_id,
            shown_sha256=request.POST.get("seen", ""),
            code=form.cleaned_data["code"],
            act=form_keys.act(request=request),
        ),
        form=form,
    )
    if result.done:
        return desk_actions.done("restored_list_confirmed", "desk-restored-money")
    shown = second_factor_forms.shown(form, user_id=request.user.pk)
    return _list(request, shown, result, title=_("Tegaskan daftar ini"))


@access.federation_page(Permission.DECIDE_STATEMENT_LINES)
@require_http_methods(["GET", "HEAD", "POST"])
def owner(request: desk_layout.Request, line_id: uuid.UUID) -> HttpResponse:
    """Say whose money a line moved; another person confirms it with the list."""
    form = Owner(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: line_owners.say(
            line_id=line_id, village_code=VillageCode(form.cleaned_data["village_code"]), act=form_keys.act(request=request)
        ),
        form=form,
    )
    if result.done:
        return desk_actions.done("line_owner_said", "desk-restored-money")
    found = hold_overview.read(at=timezone.now())
    line = next((one for one in found.undecided if one.id == line_id), None) if found is not None else None
    if line is None and result.refusal is None:
        raise Http404
    context = {"line": line, "form": form, "title": _("Nyatakan uang siapa")}
    return desk_layout.page(request, "desk/settlement/restored_action.html", context, tab="cycles", refusal=result.refusal)


@access.federation_page(Permission.PROPOSE_AFTER_RESTORE)
@require_http_methods(["GET", "HEAD", "POST"])
def state_cash(request: desk_layout.Request, code: str) -> HttpResponse:
    """State the cash of a village that is silent; another person confirms it."""
    if code not in party_names.of_parties():
        raise Http404
    form = Cash(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: stated_cash.state(
            village_code=VillageCode(code), at_federation=True, act=form_keys.act(request=request), **form.cleaned_data
        ),
        form=form,
    )
    if result.done:
        return desk_actions.done("cash_stated", "desk-restored-money")
    context = {"village": party_names.of_parties()[code], "form": form, "title": _("Nyatakan uang tunai desa ini")}
    return desk_layout.page(request, "desk/settlement/restored_action.html", context, tab="cycles", refusal=result.refusal)


@access.federation_page(Permission.CONFIRM_CASH_PAYMENTS, Permission.CONFIRM_AFTER_RESTORE)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_cash(request: desk_layout.Request, stated_id: uuid.UUID) -> HttpResponse:
    """Another person confirms what was stated of a village's cash."""
    return _cash(request, stated_id, confirms=True)


@access.federation_page(Permission.CONFIRM_CASH_PAYMENTS, Permission.CONFIRM_AFTER_RESTORE)
@require_http_methods(["GET", "HEAD", "POST"])
def decline_cash(request: desk_layout.Request, stated_id: uuid.UUID) -> HttpResponse:
    """It is not so, and is to be stated again."""
    return _cash(request, stated_id, confirms=False)


@access.federation_page(Permission.CONFIRM_BANK_ACCOUNT)
@require_POST
def confirm_account(request: desk_layout.Request, party: str, step_id: uuid.UUID) -> HttpResponse:
    """A second person says that a village's account is still the one that the backup has."""
    result = desk_actions.run(
        lambda: restored_accounts.confirm_again(party=VillageCode(party), step_id=step_id, act=form_keys.act(request=request))
    )
    if result.done:
        return desk_actions.done("account_confirmed_again", "desk-restored-money")
    context = {"form": None, "title": _("Tegaskan rekening lagi")}
    return desk_layout.page(request, "desk/settlement/restored_action.html", context, tab="cycles", refusal=result.refusal)


def _cash(request: desk_layout.Request, stated_id: uuid.UUID, *, confirms: bool) -> HttpResponse:
    form = forms.Form(desk_actions.sent(request))
    verb = stated_cash.confirm if confirms else stated_cash.decline
    result = desk_actions.run(lambda: verb(stated_id=stated_id, act=form_keys.act(request=request)), form=form)
    if result.done:
        return desk_actions.done("cash_confirmed" if confirms else "cash_declined", "desk-restored-money")
    found = hold_overview.read(at=timezone.now())
    row = next((one for one in found.stated if one.id == stated_id), None) if found is not None else None
    if row is None:
        raise Http404
    context = {
        "row": row,
        "village": party_names.of_parties().get(row.village_code, row.village_code),
        "form": form if row.waits else None,
        "title": _("Tegaskan uang tunai desa ini") if confirms else _("Tolak pernyataan ini"),
    }
    return desk_layout.page(request, "desk/settlement/restored_action.html", context, tab="cycles", refusal=result.refusal)


def _list(request: desk_layout.Request, form: forms.Form | None, result: desk_actions.Result, *, title: str) -> HttpResponse:
    found, names = hold_overview.read(at=timezone.now()), party_names.of_parties()
    if found is None:
        raise Http404
    context = {
        "found": found,
        "lines": [(line, names.get(line.village_code, line.village_code)) for line in found.found.lines],
        "cash": [(one, names.get(one.village_code, one.village_code)) for one in found.found.cash],
        "form": form,
        "title": title,
    }
    return desk_layout.page(request, "desk/settlement/restored_list.html", context, tab="cycles", refusal=result.refusal)
