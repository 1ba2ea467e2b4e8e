"""What a manager decides about settlement: an objection, what may be left for the next cycle, and where money is sent."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.utils import timezone

from marketplace import shops
from marketplace.pages.office import cycles, cycles_forms, frame
from settlement import bank_accounts, carry_terms
from settlement.cycles import objections
from settlement.statements import standing
from tenants import access, trail
from tenants.refusals import Refused


@access.village_page(frame.MANAGER)
def object_to(request: frame.Request, cycle: int, obligation_id: uuid.UUID) -> HttpResponse:
    """Say that one obligation of the statement is wrong; sent twice, it is held once."""
    form = cycles_forms.Objection(frame.sent(request))
    trouble = ""
    if request.method == "POST" and form.is_valid():
        try:
            objections.object_to(
                number=cycle,
                obligation_id=obligation_id,
                village_code=request.village.code,
                reason=form.cleaned_data["reason"],
                by=request.user.pk,
                at=timezone.now(),
            )
        except objections.NotYourObligation:
            raise Http404 from None
        except Refused as refused:
            trouble = str(refused)
        else:
            return frame.done(request, "objected", "office-cycle", cycle)
    sheet = cycles.read(request, cycle)
    found = next((item for item in sheet.statement.items if item.obligation_id == obligation_id), None)
    if found is None:
        if trouble or any(held.obligation_id == obligation_id for held in sheet.statement.held):
            return cycles.shown(request, cycle, trouble=trouble)
        raise Http404
    row = sheet.item(found)
    context = {
        **row,
        "one": sheet.statement.standing,
        "form": form,
        "trouble": trouble,
        "is_open": row["may_be_wrong"] and sheet.statement.standing.may_object(at=timezone.now()),
    }
    return frame.page(request, "office/cycle_objection.html", context, tab="more")


@access.village_page(frame.MANAGER)
def carry(request: frame.Request) -> HttpResponse:
    """Agree how much of what the village is owed may be left; the same amount again changes nothing."""
    code = request.village.code
    now = carry_terms.of(village_code=code)
    form = cycles_forms.Carry(frame.sent(request), initial={"amount_rupiah": now.creditor_agreed_rupiah})
    trouble = ""
    if request.method == "POST" and form.is_valid():
        try:
            carry_terms.agree(village_code=code, amount_rupiah=form.cleaned_data["amount_rupiah"], by=request.user.pk, at=timezone.now())
        except Refused as refused:
            trouble = str(refused)
        else:
            return frame.done(request, "carry_agreed", "office-carry")
    context = {"form": form, "trouble": trouble, "terms": now, "current": standing.current(village_code=code)}
    return frame.page(request, "office/cycles_carry.html", context, tab="more")


@access.village_page(frame.MANAGER)
def bank_account(request: frame.Request) -> HttpResponse:
    """The account to which payouts go, and who changed it when."""
    code = request.village.code
    now = bank_accounts.of(party=code)
    start = cycles_forms.start(now, holder=shops.settings()["bumdes_name"])
    form = cycles_forms.BankAccount(frame.sent(request), initial=start)
    trouble = ""
    if request.method == "POST" and form.is_valid():
        try:
            bank_accounts.set_account(party=code, **form.terms(), by=request.user.pk, at=timezone.now(), village_code=code)
        except bank_accounts.BadNumber as refused:
            form.add_error("number", str(refused))
        except (bank_accounts.BadBankCode, bank_accounts.BadBic) as refused:
            form.add_error("other_code", str(refused))
        except Refused as refused:
            trouble = str(refused)
        else:
            return frame.done(request, "bank_account_changed", "office-bank-account")
    changes = [entry for entry in trail.of_subject(subject_id=code) if entry["action"] == "bank-account.changed"]
    context = {"form": form, "trouble": trouble, "account": now, "changes": changes[::-1][:5]}
    return frame.page(request, "office/cycles_account.html", context, tab="more")
