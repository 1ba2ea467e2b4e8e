"""Jawaban gerbang: payouts that no gateway answers for, and what one says of them in writing. One person enters it, another confirms it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from federation.labels import payment_labels
from federation.members import approvals, party_names
from federation.pages import second_factor_forms
from federation.pages.desk import desk_actions, desk_layout, desk_tabs
from federation.web import form_fields, form_keys
from settlement.payments import paid_after_all, payout_answers
from settlement.reports import payout_answer_rows
from settlement.reports.payout_answer_rows import AnswerRow, PayoutRow
from tenants import reasons
from tenants.http import access
from tenants.people.permissions import Permission

LISTED_MAX = 100


class Reason(forms.Form):
    """Why an answer is not taken."""

    reason = form_fields.Reason(help_text=gettext_lazy("Pemeriksa membacanya, misalnya: suratnya tentang pembayaran lain."))


class Answer(forms.Form):
    """What the gateway says in writing."""

    paid_rupiah = form_fields.Rupiah(
        label=gettext_lazy("Yang dibayarkan gerbang (rupiah)"),
        help_text=gettext_lazy("Tulis 0 kalau gerbang tidak membayarnya, atau uangnya sudah kembali di gerbang."),
        error_messages={"required": gettext_lazy("Isi berapa rupiah yang dibayarkan, atau 0.")},
    )
    reference = forms.CharField(
        label=gettext_lazy("Nomor surat atau pernyataan gerbang"),
        max_length=payout_answers.REFERENCE_MOST,
        error_messages={"required": gettext_lazy("Tulis nomor surat atau pernyataannya.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Apa yang dinyatakan gerbang"),
        max_length=reasons.LENGTH_MAX,
        help_text=gettext_lazy("Pemeriksa membacanya, misalnya: nomor itu tidak pernah kami bayarkan."),
        error_messages={"required": gettext_lazy("Tulis apa yang dinyatakan gerbang.")},
    )


@dataclass(frozen=True, slots=True)
class PayoutView:
    """A payout with its labels."""

    row: PayoutRow
    village: str
    state: str
    tone: str
    heard: str


def _view(row: PayoutRow, names: Mapping[str, str]) -> PayoutView:
    state, tone = payment_labels.state(rail="gateway", code=row.state)
    heard = {paid_after_all.WENT: _("Menurut gerbang ternyata dibayarkan"), paid_after_all.BACK: _("Menurut gerbang uangnya sudah kembali")}
    return PayoutView(row, names.get(row.village_code, row.village_code), state, tone, heard.get(row.heard, ""))


def _outcome(row: AnswerRow) -> tuple[str, str]:
    """Where an answer stands, and its tone."""
    if row.declined_at is not None:
        return _("ditolak"), "bad"
    return (_("menunggu penegasan orang lain"), "") if row.confirmed_at is None else (_("ditegaskan"), "ok")


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """What people must answer for, what waits for another person, and what was decided."""
    may_propose = desk_layout.may(request, Permission.PROPOSE_PAYOUT_ANSWERS)
    may_confirm = desk_layout.may(request, Permission.CONFIRM_PAYOUT_ANSWERS)
    names = party_names.of_parties()
    context: dict[str, Any] = {
        "payouts": [_view(row, names) for row in payout_answer_rows.to_answer(at=timezone.now())],
        "rows": [(row, _view(row.payout, names), *_outcome(row)) for row in payout_answer_rows.answers(most=LISTED_MAX)],
        "may_propose": may_propose,
        "may_confirm": may_confirm,
        "may_decline": may_propose or may_confirm,
        "own": request.principal.account_id,
        "tabs": desk_tabs.of_settlement(current="desk-payout-answers"),
    }
    return desk_layout.page(request, "desk/settlement/payout_answers.html", context, tab="cycles")


@access.federation_page(Permission.PROPOSE_PAYOUT_ANSWERS)
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: desk_layout.Request, leg_id: uuid.UUID) -> HttpResponse:
    """Enter what the gateway says of one payout."""
    form = Answer(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: payout_answers.propose(
            leg_id=leg_id,
            paid_rupiah=form.cleaned_data["paid_rupiah"],
            reference=form.cleaned_data["reference"],
            act=form_keys.act(request=request, reason=form.cleaned_data["reason"]),
        ),
        form=form,
    )
    if result.done:
        return desk_actions.done("payout_answer_proposed", "desk-payout-answers")
    context = {"view": _view(payout_answer_rows.payout(leg_id=leg_id), party_names.of_parties()), "form": form}
    return desk_layout.page(request, "desk/settlement/payout_answer_proposal.html", context, tab="cycles", refusal=result.refusal)


@sensitive_post_parameters("code")
@access.federation_page(Permission.CONFIRM_PAYOUT_ANSWERS)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: desk_layout.Request, answer_id: uuid.UUID) -> HttpResponse:
    """Another person confirms it, having seen what it says, with a one-time code: it counts then."""
    form = second_factor_forms.Code(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: approvals.confirm_payout_answer(answer_id=answer_id, code=form.cleaned_data["code"], act=form_keys.act(request=request)),
        form=form,
    )
    if result.done:
        return desk_actions.done("payout_answer_confirmed", "desk-payout-answers")
    shown = second_factor_forms.shown(form, user_id=request.user.pk)
    return _decision(request, answer_id, shown, result, title=_("Tegaskan jawaban gerbang"), confirms=True)


@access.federation_page(Permission.PROPOSE_PAYOUT_ANSWERS, Permission.CONFIRM_PAYOUT_ANSWERS)
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: desk_layout.Request, answer_id: uuid.UUID) -> HttpResponse:
    """It is not taken."""
    form = Reason(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: payout_answers.decline(answer_id=answer_id, act=form_keys.act(request=request, reason=form.cleaned_data["reason"])),
        form=form,
    )
    if result.done:
        return desk_actions.done("payout_answer_declined", "desk-payout-answers")
    return _decision(request, answer_id, form, result, title=_("Tolak jawaban ini"), confirms=False)


def _decision(
    request: desk_layout.Request, answer_id: uuid.UUID, form: forms.Form | None, result: desk_actions.Result, *, title: str, confirms: bool
) -> HttpResponse:
    row = payout_answer_rows.answer(answer_id=answer_id)
    state, tone = _outcome(row)
    context = {
        "row": row,
        "view": _view(row.payout, party_names.of_parties()),
        "state": state,
        "tone": tone,
        "form": form,
        "title": title,
        "warning": _warning(row) if confirms else "",
    }
    return desk_layout.page(request, "desk/settlement/payout_answer.html", context, tab="cycles", refusal=result.refusal)


def _warning(row: AnswerRow) -> str:
    """What follows when it is confirmed."""
    if row.after_failure and row.paid_rupiah:
        return _(
            "Uangnya dipotong dari yang masih akan diterima desa ini; pembayaran penggantinya yang belum dikirim batal. Yang tidak bisa "
            "dipotong lagi menjadi utang desa ini kepada federasi."
        )
    if row.after_failure:
        return _("Yang sudah dihitung sebagai terbayar dibatalkan lagi, dan desa ini berhak menerimanya.")
    if not row.paid_rupiah:
        return _("Pembayaran ini dinyatakan gagal, dan uangnya dibayarkan dengan jalan lain. Pastikan gerbang tidak membayarnya lagi.")
    if row.paid_rupiah == row.payout.amount_rupiah:
        return _("Pembayaran ini dinyatakan sampai. Desa ini tidak dibayar lagi.")
    return _("Gerbang membayar jumlah lain: itu dipotong dari yang masih akan diterima desa ini, dan selebihnya menjadi utangnya.")
