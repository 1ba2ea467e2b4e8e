"""Cash of a cycle from hand to hand, as far as the federation's desk has a part in it: planned, given, received, called off."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from federation.members import party_names
from federation.pages import settlement_questions
from federation.pages.desk import desk_actions, desk_layout
from federation.pages.desk.settlement import cycle_payments_page, cycle_rows, payment_rows
from federation.web import confirmation, form_fields, form_keys, village_fields
from settlement.payments import cash_payments
from settlement.reports import payment_overview
from tenants import codes, reasons
from tenants.http import access
from tenants.people.permissions import Permission


class Plan(forms.Form):
    """Which village brings how much in cash, and to whom."""

    giver = forms.ChoiceField(
        label=gettext_lazy("Desa yang membawa uang"),
        widget=form_fields.Undecided,
        error_messages={"required": gettext_lazy("Pilih desa yang membawa uang.")},
    )
    amount_rupiah = form_fields.Rupiah(
        label=gettext_lazy("Jumlah (Rp)"), error_messages={"required": gettext_lazy("Tulis jumlahnya, misalnya 250.000.")}
    )
    direct = forms.TypedChoiceField(
        label=gettext_lazy("Dibawa ke mana?"),
        choices=(
            ("0", gettext_lazy("Ke federasi, yang lalu membagikannya")),
            ("1", gettext_lazy("Langsung ke desa-desa yang berpiutang, menurut bagian masing-masing")),
        ),
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Pilih ke mana uangnya dibawa.")},
    )

    def offer(self, givers: Mapping[str, str]) -> None:
        """Let these be chosen, by code."""
        self.fields["giver"] = village_fields.of(self.fields["giver"], among=givers)


class CallOff(forms.Form):
    """Why a hand-over does not take place."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan membatalkan"),
        max_length=reasons.LENGTH_MAX,
        error_messages={"required": gettext_lazy("Tulis alasan membatalkan penyerahan.")},
    )


@access.federation_page(Permission.PLAN_CASH_PAYMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: desk_layout.Request, number: int) -> HttpResponse:
    """Plan that a village brings cash. Where nobody can bring any (any more), a look leads back to the payments."""
    at, names = timezone.now(), party_names.of_parties()
    form = Plan(desk_actions.sent(request))
    form.offer(names)  # who still has to pay is for the domain to say
    result = desk_actions.run(
        lambda: cash_payments.plan(number=number, act=form_keys.act(request=request), **form.cleaned_data),
        form=form,
    )
    if result.done:
        return desk_actions.done("cash_planned", "desk-cycle-payments", number)
    cycle = cycle_rows.of(number=number)
    pool = payment_overview.pool(number=number)
    givers = {party: names.get(party, party) for party in pool.open_debts if party != codes.FEDERATION and pool.room(party)}
    if not cycle.takes_pay_ins(at=at) or not givers:
        if result.refusal is not None:
            return cycle_payments_page.answer(request, number, refusal=result.refusal)
        return desk_actions.done("", "desk-cycle-payments", number)
    form.offer(givers)
    context = {"cycle": cycle, "form": form}
    return desk_layout.page(request, "desk/settlement/cash_plan.html", context, tab="cycles", refusal=result.refusal)


@access.federation_page(Permission.CONFIRM_CASH_PAYMENTS)
@require_POST
def give(request: desk_layout.Request, number: int, leg_id: uuid.UUID) -> HttpResponse:
    """The cash left the federation's hands."""
    return _stated(request, number, leg_id, action="give", state=cash_payments.give, outcome="cash_given")


@access.federation_page(Permission.CONFIRM_CASH_PAYMENTS)
@require_POST
def receive(request: desk_layout.Request, number: int, leg_id: uuid.UUID) -> HttpResponse:
    """The cash is in the federation's hands: now the ledger knows."""
    return _stated(request, number, leg_id, action="receive", state=cash_payments.receive, outcome="cash_received")


def _stated(
    request: desk_layout.Request, number: int, leg_id: uuid.UUID, *, action: str, state: Callable[..., object], outcome: str
) -> HttpResponse:
    """State the federation's side of a hand-over, once it was asked about; what is stated already is not."""
    row = payment_rows.row(number=number, leg_id=leg_id, action=action, request=request)
    gives = action == "give"
    question = settlement_questions.hand_over(row.leg, gives=gives, other=row.receiver if gives else row.giver) if row else None
    if question is not None and not confirmation.is_answered(request=request, question=question):
        return desk_layout.ask(request, question, back=reverse("desk-cycle-payments", args=[number]), tab="cycles")
    result = desk_actions.run(lambda: state(number=number, leg_id=leg_id, party=codes.FEDERATION, act=form_keys.act(request=request)))
    if result.done:
        return desk_actions.done(outcome, "desk-cycle-payments", number)
    return cycle_payments_page.answer(request, number, refusal=result.refusal)


@access.federation_page(Permission.PLAN_CASH_PAYMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: desk_layout.Request, number: int, leg_id: uuid.UUID) -> HttpResponse:
    """The cash was not handed over after all. Where there is nothing (any more) to call off, a look leads back to the payments."""
    form = CallOff(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: cash_payments.call_off(
            number=number, leg_id=leg_id, party=codes.FEDERATION, act=form_keys.act(request=request, reason=form.cleaned_data["reason"])
        ),
        form=form,
    )
    if result.done:
        return desk_actions.done("cash_called_off", "desk-cycle-payments", number)
    if result.refusal is not None:
        return cycle_payments_page.answer(request, number, refusal=result.refusal)
    row = payment_rows.row(number=number, leg_id=leg_id, action="call_off", request=request)
    if row is None:
        return desk_actions.done("", "desk-cycle-payments", number)
    return desk_layout.page(request, "desk/settlement/cash_call_off.html", {"row": row, "form": form}, tab="cycles")
