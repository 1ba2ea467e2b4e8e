"""What a manager decides about settlement: an objection, and what may be left for the next cycle."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.utils import timezone

from federation.web import form_keys
from marketplace.pages.office import office_layout
from marketplace.pages.office.settlement import settlement_forms, statement_pages
from settlement.cycles import carry_terms, objections
from settlement.reports import village_statement
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
