"""One line of a bank statement: what it may be, and the operator's decision about it, each at an address of its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, cast

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from federation.labels import figures
from federation.pages.desk import desk_actions, desk_layout, desk_tabs
from federation.pages.desk.bank import bank_statements_page, statement_line_rows
from federation.web import confirmation, form_fields, form_keys, village_fields
from settlement.reports import payment_overview
from settlement.statement_lines import explaining, line_decisions, payout_lines, suspense
from tenants.errors import DomainError
from tenants.http import access
from tenants.people.permissions import Permission


class Decision(forms.Form):
    """Why, and where it is a village's payment or money given back: whose. Who may be chosen is for the domain to say."""

    reason = form_fields.Reason(help_text=gettext_lazy("Pemeriksa akan membacanya, misalnya: ditelepon, bendahara lupa menulis rujukan."))
    village_code = village_fields.VillageField(label=gettext_lazy("Desa yang menyetor"), required=False, widget=form_fields.Undecided)
    source_id = forms.UUIDField(label=gettext_lazy("Uang tersimpan yang dikembalikan"), required=False, widget=form_fields.Undecided)
    pay_in_id = forms.UUIDField(label=gettext_lazy("Setoran yang ditarik kembali oleh bank"), required=False, widget=form_fields.Undecided)
    gateway = forms.CharField(label=gettext_lazy("Gerbang pembayaran"), max_length=20, required=False, widget=form_fields.Undecided)
    payout_id = forms.UUIDField(label=gettext_lazy("Pembayaran ke desa"), required=False, widget=form_fields.Undecided)

    def offer(
        self,
        *,
        villages: Mapping[str, str],
        sources: Mapping[uuid.UUID, str],
        pay_ins: Mapping[uuid.UUID, str],
        gateways: Mapping[str, str],
        payouts: Mapping[uuid.UUID, str],
    ) -> None:
        """Ask only what the line can be."""
        choices: dict[str, Mapping[Any, str]] = {
            "village_code": villages,
            "source_id": sources,
            "pay_in_id": pay_ins,
            "gateway": gateways,
            "payout_id": payouts,
        }
        for name, offered in choices.items():
            if offered:
                self.fields[name].widget.choices = list(offered.items())
            else:
                del self.fields[name]
        if villages:
            cast(village_fields.VillageField, self.fields["village_code"]).offer(villages)


class PayIn(Decision):
    """A village's payment needs the village."""

    village_code = village_fields.VillageField(label=gettext_lazy("Desa yang menyetor"), widget=form_fields.Undecided)


class PayBack(Decision):
    """Money given back needs the line that brought it."""

    source_id = forms.UUIDField(label=gettext_lazy("Uang tersimpan yang dikembalikan"), widget=form_fields.Undecided)


class TakeBack(Decision):
    """A pay-in that the bank takes back needs the line that brought it."""

    pay_in_id = forms.UUIDField(label=gettext_lazy("Setoran yang ditarik kembali oleh bank"), widget=form_fields.Undecided)


class OfPayout(Decision):
    """What a payout of ours moved needs the payout."""

    payout_id = forms.UUIDField(label=gettext_lazy("Pembayaran ke desa"), widget=form_fields.Undecided)


class OfGateway(Decision):
    """What a gateway paid out or took needs the gateway."""

    gateway = forms.CharField(label=gettext_lazy("Gerbang pembayaran"), max_length=20, widget=form_fields.Undecided)


@access.federation_page(Permission.DECIDE_STATEMENT_LINES)
@require_GET
def index(request: desk_layout.Request, line_id: uuid.UUID) -> HttpResponse:
    """The line, and what it may be."""
    return _answer(request, line_id, Decision())


@access.federation_page(Permission.DECIDE_STATEMENT_LINES)
@require_POST
def explain(request: desk_layout.Request, line_id: uuid.UUID) -> HttpResponse:
    """The line is the federation's own cost or income; asked about once, with the sum."""
    form = Decision(request.POST)
    question = _about_own(line_id) if form.is_valid() else None
    if question is not None and not confirmation.is_answered(request=request, question=question):
        return desk_layout.ask(request, question, back=reverse("desk-statement-line", args=[line_id]), tab="cycles")
    return _decide(request, line_id, explaining.explain, form=form, outcome="line_explained")


def _about_own(line_id: uuid.UUID) -> confirmation.Question | None:
    """What would be booked for good; None for a line of which the rule says that it is not the federation's own (any more)."""
    line = payment_overview.line(line_id=line_id)
    if line is None or line.state != "open" or line.amount_rupiah > explaining.OWN_RUPIAH_MAX:
        return None
    return confirmation.Question(
        title=_("Catat sebagai pendapatan federasi?") if line.incoming else _("Catat sebagai biaya federasi?"),
        figures=[(_("Jumlah"), figures.with_sen(line.amount_rupiah, line.sen)), (_("Tanggal"), f"{line.booked_on:%d/%m/%Y}")],
        warning=_("Periksa dulu di rekening bahwa ini bukan uang desa. Keputusan ini masuk buku besar dan tidak bisa ditarik kembali."),
        button=_("Ya, catat"),
    )


@access.federation_page(Permission.DECIDE_STATEMENT_LINES)
@require_POST
def misread(request: desk_layout.Request, line_id: uuid.UUID) -> HttpResponse:
    """The line is no booking of the bank's, or one that another line shows."""
    return _decide(request, line_id, explaining.call_misread, form=Decision(request.POST), outcome="line_misread")


@access.federation_page(Permission.DECIDE_STATEMENT_LINES)
@require_POST
def payout(request: desk_layout.Request, line_id: uuid.UUID) -> HttpResponse:
    """The money is what a payout of ours moved, or what came back of it."""
    return _decide(request, line_id, payout_lines.count_as_payout, form=OfPayout(request.POST), takes="payout_id", outcome="line_payout")


@access.federation_page(Permission.DECIDE_STATEMENT_LINES)
@require_POST
def hold(request: desk_layout.Request, line_id: uuid.UUID) -> HttpResponse:
    """The money is held until it is known whose it is."""
    return _decide(request, line_id, suspense.hold, form=Decision(request.POST), outcome="line_held")


@access.federation_page(Permission.DECIDE_STATEMENT_LINES)
@require_POST
def pay_in(request: desk_layout.Request, line_id: uuid.UUID) -> HttpResponse:
    """The money is a village's payment into the cycle under way."""
    return _decide(request, line_id, suspense.count_as_pay_in, form=PayIn(request.POST), takes="village_code", outcome="line_paid_in")


@access.federation_page(Permission.DECIDE_STATEMENT_LINES)
@require_POST
def pay_back(request: desk_layout.Request, line_id: uuid.UUID) -> HttpResponse:
    """The money that went was what lay in suspense of an earlier line."""
    return _decide(request, line_id, suspense.pay_back, form=PayBack(request.POST), takes="source_id", outcome="line_paid_back")


@access.federation_page(Permission.DECIDE_STATEMENT_LINES)
@require_POST
def take_back(request: desk_layout.Request, line_id: uuid.UUID) -> HttpResponse:
    """The money that went is the bank taking a village's pay-in back."""
    return _decide(request, line_id, suspense.take_back, form=TakeBack(request.POST), takes="pay_in_id", outcome="line_taken_back")


@access.federation_page(Permission.DECIDE_STATEMENT_LINES)
@require_POST
def of_gateway(request: desk_layout.Request, line_id: uuid.UUID) -> HttpResponse:
    """The money was paid out, or taken, by a payment gateway."""
    return _decide(request, line_id, suspense.count_as_gateways, form=OfGateway(request.POST), takes="gateway", outcome="line_of_gateway")


def _decide(
    request: desk_layout.Request, line_id: uuid.UUID, verb: Callable[..., None], *, form: Decision, takes: str = "", outcome: str
) -> HttpResponse:
    """Decide, and lead back to the lines that still wait; or say what is wrong about it.

    takes: the field of the form that the verb asks for beside the reason, under the same name
    """

    def call() -> None:
        asked = {takes: form.cleaned_data[takes]} if takes else {}
        verb(line_id=line_id, **asked, act=form_keys.act(request=request, reason=form.cleaned_data["reason"]))

    result = desk_actions.run(call, form=form)
    if result.done:
        return desk_actions.done(outcome, "desk-bank-statements")
    return _answer(request, line_id, form, refusal=result.refusal)


def _answer(request: desk_layout.Request, line_id: uuid.UUID, form: Decision, *, refusal: DomainError | None = None) -> HttpResponse:
    """The line as it is now. One about which nothing can be decided (any more) leads back to the others."""
    line = payment_overview.line(line_id=line_id)
    if line is None:
        raise Http404
    held, debtors = payment_overview.in_suspense(), statement_line_rows.debtors()
    sources, gateways = statement_line_rows.sources(held=held), statement_line_rows.gateways()
    pay_ins, payouts = statement_line_rows.pay_ins(line=line), statement_line_rows.payouts(line=line)
    decisions = statement_line_rows.decisions(
        line=line, debtors=debtors, sources=sources, pay_ins=pay_ins, gateways=gateways, payouts=payouts
    )
    if not decisions:
        if form.is_bound:  # a form that could not be read, too: it decided nothing
            return bank_statements_page.answer(request, refusal=refusal or line_decisions.AlreadyDecided())
        return desk_actions.done("", "desk-bank-statements")
    villages = debtors if line.incoming and line.amount_rupiah else {}
    sources = {} if line.incoming else sources
    gateways_offered = gateways if line.amount_rupiah else {}
    form.offer(villages=villages, sources=sources, pay_ins=pay_ins, gateways=gateways_offered, payouts=payouts)
    [row] = statement_line_rows.rows(lines=[line], held=held, debtors=debtors, gateways=gateways)
    context = {"row": row, "form": form, "decisions": decisions, "tabs": desk_tabs.of_settlement(current="desk-bank-statements")}
    return desk_layout.page(request, "desk/bank/statement_line.html", context, tab="cycles", refusal=refusal)
