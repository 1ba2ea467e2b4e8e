"""What a manager decides about settlement: an objection, what may be left for the next cycle, and where money is sent."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.utils import timezone

from federation.web import form_keys
from marketplace import shops
from marketplace.pages.office import office_layout
from marketplace.pages.office.settlement import settlement_forms, statement_pages
from settlement.bank import bank_accounts
from settlement.bank.rails import account_rules
from settlement.cycles import carry_terms, objections
from settlement.reports import village_statement
from tenants import activity_log
from tenants.errors import DomainError
from tenants.http import access
from tenants.people.permissions import Permission


@access.village_page(Permission.OBJECT)
def object_to(request: office_layout.Request, cycle: int, obligation_id: uuid.UUID) -> HttpResponse:
    """Say that one obligation of the statement is wrong; sent twice, it is held once."""
    sheet = statement_pages.read(request, cycle)
    statement = sheet.statement
    found = next((item for item in statement.items if item.obligation_id == obligation_id), None)
    is_held = any(held.obligation_id == obligation_id for held in statement.held)
    if statement.summary.shown and found is None and not is_held:
        raise Http404
    form = settlement_forms.Objection(office_layout.sent(request))
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            objections.object_to(
                number=cycle,
                obligation_id=obligation_id,
                village_code=request.village.code,
                act=form_keys.act(request=request, reason=form.cleaned_data["reason"]),
            )
        except objections.NotYourObligation:
            raise Http404 from None
        except DomainError as error:
            refusal = error
        else:
            return office_layout.done(request, "objected", "office-cycle", cycle)
    if found is None:  # on hold, or computed again just now
        return statement_pages.statement_page(request, cycle, refusal=refusal)
    row = sheet.item(found)
    is_open = row.may_be_wrong and statement.summary.may_object(at=timezone.now())
    context = {"row": row, "one": statement.summary, "form": form, "refusal": refusal, "is_open": is_open}
    return office_layout.page(request, "office/cycles/objection.html", context, tab="more")


@access.village_page(Permission.AGREE_CARRY)
def carry(request: office_layout.Request) -> HttpResponse:
    """Agree how much of what the village is owed may be left; the same amount again changes nothing."""
    code = request.village.code
    now = carry_terms.of(village_code=code)
    form = settlement_forms.Carry(office_layout.sent(request), initial={"amount_rupiah": now.creditor_agreed_rupiah})
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            carry_terms.agree(village_code=code, amount_rupiah=form.cleaned_data["amount_rupiah"], act=form_keys.act(request=request))
        except DomainError as error:
            refusal = error
        else:
            return office_layout.done(request, "carry_agreed", "office-carry")
    context = {"form": form, "refusal": refusal, "terms": now, "current": village_statement.current(village_code=code)}
    return office_layout.page(request, "office/cycles/carry.html", context, tab="more")


@access.village_page(Permission.CHANGE_BANK_ACCOUNT)
def bank_account(request: office_layout.Request) -> HttpResponse:
    """The account to which payouts go, and who changed it when."""
    code = request.village.code
    now = bank_accounts.of(party=code)
    start = settlement_forms.start(now, holder=shops.settings().bumdes_name)
    form = settlement_forms.BankAccount(office_layout.sent(request), initial=start)
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            bank_accounts.set_account(party=code, **form.terms(), act=form_keys.act(request=request), village_code=code)
        except account_rules.BadNumber as error:
            form.add_error("number", str(error))
        except account_rules.HolderNotLatin as error:
            form.add_error("holder", str(error))
        except (account_rules.BadBankCode, account_rules.BadBic) as error:
            form.add_error("other_code", str(error))
        except DomainError as error:
            refusal = error
        else:
            return office_layout.done(request, "bank_account_changed", "office-bank-account")
    changes = activity_log.of_subject(subject_id=code, action="bank-account.changed")
    context = {"form": form, "refusal": refusal, "account": now, "changes": changes[::-1][:5]}
    return office_layout.page(request, "office/cycles/account.html", context, tab="more")
