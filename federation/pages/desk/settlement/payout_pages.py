"""Payouts of a cycle: prepared, put into the bank's file, and those that do not go by bank: refused there, or brought in cash instead."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from federation.labels import figures
from federation.members import party_names
from federation.pages.desk import desk_actions, desk_layout
from federation.pages.desk.settlement import cycle_payments_page, cycle_rows, payment_rows
from federation.web import confirmation, form_fields, form_keys
from settlement.payments import bank_files, bank_payouts, payouts, payouts_by_gateway
from settlement.reports import agenda, payment_overview
from tenants.errors import DomainError
from tenants.http import access
from tenants.people.permissions import Permission


class Reason(forms.Form):
    """Why a payout does not go by bank."""

    reason = form_fields.Reason(
        help_text=gettext_lazy("Pemeriksa akan membacanya, misalnya: kata bank, rekening penerima tidak aktif."),
        error_messages={"required": gettext_lazy("Tulis alasannya, misalnya jawaban bank.")},
    )


@access.federation_page(Permission.PAY_VILLAGES)
@require_POST
def prepare(request: desk_layout.Request, number: int) -> HttpResponse:
    """Share out what was collected and is not under way to anybody yet."""
    result = desk_actions.run(lambda: payouts.plan(number=number, act=form_keys.act(request=request)))
    if result.done:
        return desk_actions.done("payouts_prepared", "desk-cycle-payments", number)
    return cycle_payments_page.answer(request, number, refusal=result.refusal)


class FromGateway(forms.Form):
    """Which gateway shall pay."""

    gateway = forms.CharField(max_length=20)


@access.federation_page(Permission.PAY_VILLAGES)
@require_POST
def prepare_at_gateway(request: desk_layout.Request, number: int) -> HttpResponse:
    """Share out what a gateway can pay now of what the federation owes; it is sent by itself."""
    form = FromGateway(request.POST)
    question = _about_gateway(number, form) if form.is_valid() else None
    if question is not None and not confirmation.is_answered(request=request, question=question):
        return desk_layout.ask(request, question, back=reverse("desk-cycle-payments", args=[number]), tab="cycles")
    result = desk_actions.run(
        lambda: payouts_by_gateway.plan(number=number, gateway=form.cleaned_data["gateway"], act=form_keys.act(request=request)), form=form
    )
    if result.done:
        return desk_actions.done("payouts_prepared", "desk-cycle-payments", number)
    return cycle_payments_page.answer(request, number, refusal=result.refusal)


@access.federation_page(Permission.PAY_VILLAGES)
@require_POST
def make_file(request: desk_layout.Request, number: int) -> HttpResponse:
    """Put the prepared payouts by bank into a file."""
    question = _about_file(number)
    if question is not None and not confirmation.is_answered(request=request, question=question):
        return desk_layout.ask(request, question, back=reverse("desk-cycle-payments", args=[number]), tab="cycles")
    result = desk_actions.run(lambda: bank_files.make(number=number, act=form_keys.act(request=request)))
    if result.done:
        return desk_actions.done("file_made", "desk-cycle-payments", number)
    return cycle_payments_page.answer(request, number, refusal=_named(result.refusal))


def _about_file(number: int) -> confirmation.Question | None:
    """What the file would tell the bank to pay; None where nothing waits for one (any more)."""
    cycle = cycle_rows.of(number=number)
    waiting = agenda.waiting(of=cycle) if cycle.is_under_way else None
    if waiting is None or not waiting.bank_planned:
        return None
    return confirmation.Question(
        title=_("Buat berkas bank?"),
        figures=[
            (_("Pembayaran"), figures.number(waiting.bank_planned)),
            (_("Seluruhnya"), figures.rupiah(waiting.bank_planned_rupiah)),
        ],
        warning=_("Pembayaran yang sudah masuk berkas tidak bisa ditarik di sini: sesudah dikirim, bank yang membayarkannya."),
        button=_("Ya, buat berkas"),
    )


def _about_gateway(number: int, form: FromGateway) -> confirmation.Question | None:
    """What the gateway would be told to pay; None where it can pay nothing (any more)."""
    gateway = form.cleaned_data["gateway"]
    room = payouts_by_gateway.rooms(pool=payment_overview.pool(number=number)).get(gateway)
    if not cycle_rows.of(number=number).takes_payments or not room:
        return None
    return confirmation.Question(
        title=_("Bayarkan dari gerbang?"),
        figures=[(_("Gerbang pembayaran"), gateway), (_("Paling banyak"), figures.rupiah(room))],
        warning=_("Gerbang langsung mengirim uangnya ke rekening desa. Itu tidak bisa ditarik di sini."),
        button=_("Ya, bayarkan"),
    )


def _named(refusal: DomainError | None) -> DomainError | None:
    """A refusal about a receiver, with its name: people know villages by name, the rails by code."""
    name = party_names.of_parties().get(str(refusal.values.get("village", ""))) if refusal is not None else None
    return type(refusal)(**{**refusal.values, "village": name}) if refusal is not None and name is not None else refusal


@access.federation_page(Permission.PAY_VILLAGES)
@require_http_methods(["GET", "HEAD", "POST"])
def rejected_by_bank(request: desk_layout.Request, number: int, leg_id: uuid.UUID) -> HttpResponse:
    """The bank moved no money for a payout that stands in a file; what it was for is open again."""
    return _ended(request, number, leg_id, call=bank_payouts.refuse, action="refused", outcome="payout_refused")


@access.federation_page(Permission.PAY_VILLAGES)
@require_http_methods(["GET", "HEAD", "POST"])
def in_cash(request: desk_layout.Request, number: int, leg_id: uuid.UUID) -> HttpResponse:
    """A payout that stands in no file yet is brought in cash."""
    return _ended(request, number, leg_id, call=bank_payouts.pay_in_cash, action="in_cash", outcome="payout_in_cash")


def _ended(
    request: desk_layout.Request, number: int, leg_id: uuid.UUID, *, call: Callable[..., object], action: str, outcome: str
) -> HttpResponse:
    """End a payout by bank with a reason. One that does not wait for this (any more) leads back to the payments."""
    form = Reason(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: call(number=number, leg_id=leg_id, act=form_keys.act(request=request, reason=form.cleaned_data["reason"])),
        form=form,
    )
    if result.done:
        return desk_actions.done(outcome, "desk-cycle-payments", number)
    if result.refusal is not None:
        return cycle_payments_page.answer(request, number, refusal=result.refusal)
    row = payment_rows.row(number=number, leg_id=leg_id, action=action, request=request)
    if row is None:
        return desk_actions.done("", "desk-cycle-payments", number)
    return desk_layout.page(request, f"desk/settlement/payout_{action}.html", {"row": row, "form": form}, tab="cycles")
