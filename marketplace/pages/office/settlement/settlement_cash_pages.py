"""Cash of a cycle from hand to hand, as one side sees it: announce it, hand it over, receive it. Two persons confirm, one on each side."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from federation.labels import figures
from federation.pages import settlement_questions
from federation.web import confirmation, form_keys
from marketplace.pages.office import office_layout, order_forms
from marketplace.pages.office.settlement import settlement_forms, settlement_labels, statement_pages
from settlement.cycles.lifecycle import NoSuchCycle
from settlement.payments import cash_payments, legs, pool_items
from settlement.reports import village_statement
from tenants.errors import DomainError
from tenants.http import access
from tenants.people.permissions import Permission


@access.village_page(Permission.PLAN_CASH_PAYMENTS)
def plan(request: office_layout.Request, cycle: int) -> HttpResponse:
    """Announce cash, to the federation or straight to the villages that are owed; a form that is sent twice announces once."""
    code = request.village.code
    one = village_statement.of(number=cycle, village_code=code)
    if one is None:
        raise NoSuchCycle
    form = settlement_forms.Cash(office_layout.sent(request), initial={"amount_rupiah": one.room_rupiah or None})
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            cash_payments.plan(
                number=cycle,
                giver=code,
                amount_rupiah=form.cleaned_data["amount_rupiah"],
                direct=form.cleaned_data["way"] == "villages",
                act=form_keys.act(request=request),
            )
        except pool_items.MoreThanOpen as error:
            most = figures.rupiah(error.values["open"])  # type: ignore[arg-type]
            form.add_error("amount_rupiah", _("Paling banyak %(amount)s yang masih bisa direncanakan.") % {"amount": most})
        except DomainError as error:
            refusal = error
        else:
            return office_layout.done(request, "cash_planned", "office-cycle", cycle)
    may_plan = one.owes and one.room_rupiah > 0 and one.takes_pay_ins(at=timezone.now())
    context = {"one": one, "form": form, "refusal": refusal, "may_plan": may_plan}
    return office_layout.page(request, "office/cycles/cash.html", context, tab="more")


@access.village_page(Permission.CONFIRM_CASH_PAYMENTS)
@require_POST
def give(request: office_layout.Request, cycle: int, leg_id: uuid.UUID) -> HttpResponse:
    """The cash left our hands."""
    return _stated(request, cycle, leg_id, action="give", state=cash_payments.give, outcome="cash_given")


@access.village_page(Permission.CONFIRM_CASH_PAYMENTS)
@require_POST
def receive(request: office_layout.Request, cycle: int, leg_id: uuid.UUID) -> HttpResponse:
    """The cash is in our hands: now the ledger knows."""
    return _stated(request, cycle, leg_id, action="receive", state=cash_payments.receive, outcome="cash_received")


def _question(request: office_layout.Request, cycle: int, leg_id: uuid.UUID, *, action: str) -> confirmation.Question | None:
    """What is about to be stated; None where it cannot be (any more)."""
    code = request.village.code
    found = village_statement.leg(number=cycle, leg_id=leg_id, village_code=code)
    row = settlement_labels.leg(found, party=code, names=settlement_labels.named(), may_act=True)
    return settlement_questions.hand_over(found, gives=row.gives, other=row.other) if row.action == action else None


def _stated(
    request: office_layout.Request, cycle: int, leg_id: uuid.UUID, *, action: str, state: Callable[..., object], outcome: str
) -> HttpResponse:
    """State one side of a hand-over, and show the cycle after it, or what was wrong about it."""
    try:
        question = _question(request, cycle, leg_id, action=action)
        if question is not None and not confirmation.is_answered(request=request, question=question):
            return office_layout.ask(request, question, back=office_layout.address(request, "office-cycle", cycle), tab="more")
        state(number=cycle, leg_id=leg_id, party=request.village.code, act=form_keys.act(request=request))
    except legs.NoSuchLeg:
        raise Http404 from None
    except DomainError as error:
        return statement_pages.statement_page(request, cycle, refusal=error)
    return office_layout.done(request, outcome, "office-cycle", cycle)


@access.village_page(Permission.PLAN_CASH_PAYMENTS)
def call_off(request: office_layout.Request, cycle: int, leg_id: uuid.UUID) -> HttpResponse:
    """The cash was not handed over after all. Where there is nothing (any more) to call off, a look leads back to the cycle."""
    form = order_forms.Reason(office_layout.sent(request))
    if request.method == "POST" and form.is_valid():
        act = form_keys.act(request=request, reason=form.cleaned_data["reason"])
        try:
            cash_payments.call_off(number=cycle, leg_id=leg_id, party=request.village.code, act=act)
        except legs.NoSuchLeg:
            raise Http404 from None
        except DomainError as error:
            return statement_pages.statement_page(request, cycle, refusal=error)
        return office_layout.done(request, "cash_called_off", "office-cycle", cycle)
    found = village_statement.leg(number=cycle, leg_id=leg_id, village_code=request.village.code)
    row = settlement_labels.leg(found, party=request.village.code, names=settlement_labels.named(), may_act=True)
    if not row.may_call_off:
        return office_layout.done(request, "", "office-cycle", cycle)
    return office_layout.page(request, "office/cycles/call_off.html", {"number": cycle, "row": row, "form": form}, tab="more")
