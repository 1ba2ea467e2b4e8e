"""Ambil alih: money that goes back for orders whose seller or counter has left. One person proposes it, another one approves it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from federation.buying import take_over_rows, take_overs
from federation.buying.take_over_rows import TakeOverRow
from federation.members import approvals
from federation.pages import second_factor_forms
from federation.pages.desk import desk_actions, desk_layout
from federation.web import form_fields, form_keys
from tenants.http import access
from tenants.people.permissions import Permission

LISTED_MAX = 100


class Reason(forms.Form):
    """Why it is decided so."""

    reason = form_fields.Reason(help_text=gettext_lazy("Pembeli dan pemeriksa membacanya, misalnya: barang dikembalikan rusak."))


class Proposal(Reason):
    """How much goes back, and why."""

    amount_rupiah = form_fields.Rupiah(
        label=gettext_lazy("Uang kembali untuk pembeli (rupiah)"),
        error_messages={"required": gettext_lazy("Isi berapa rupiah yang dikembalikan.")},
    )
    field_order = ("amount_rupiah", "reason")


def state(row: TakeOverRow) -> tuple[str, str]:
    """Where it stands, and its tone."""
    if row.declined_at is not None:
        return _("tidak jadi"), "bad"
    if row.approved_at is None:
        return _("menunggu persetujuan orang lain"), ""
    if row.paid_out_at is None:
        return _("pembeli belum mengambil uangnya"), ""
    return _("sudah dibayarkan"), "ok"


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """What waits and what was decided, and a search for orders of which something can be taken over."""
    asked = request.GET.get("kode", "").strip()[:40]
    may_propose = desk_layout.may(request, Permission.PROPOSE_TAKE_OVERS)
    may_approve = desk_layout.may(request, Permission.APPROVE_TAKE_OVERS)
    context: dict[str, Any] = {
        "asked": asked,
        "orders": take_over_rows.eligible(code=asked) if asked and may_propose else (),
        "rows": [(row, *state(row)) for row in take_over_rows.listed(limit=LISTED_MAX)],
        "may_propose": may_propose,
        "may_approve": may_approve,
        "may_decline": may_propose or may_approve,
        "own": request.principal.account_id,
    }
    return desk_layout.page(request, "desk/members/take_overs.html", context, tab="villages")


@access.federation_page(Permission.PROPOSE_TAKE_OVERS)
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: desk_layout.Request, order_id: uuid.UUID) -> HttpResponse:
    """How much shall go back for an order, and why."""
    form = Proposal(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: take_overs.propose(
            order_id=order_id,
            amount_rupiah=form.cleaned_data["amount_rupiah"],
            act=form_keys.act(request=request, reason=form.cleaned_data["reason"]),
        ),
        form=form,
    )
    if result.done:
        return desk_actions.done("take_over_proposed", "desk-take-overs")
    order = take_over_rows.order(order_id=order_id)
    if order is None:
        raise result.refusal or Http404
    return desk_layout.page(
        request, "desk/members/take_over_proposal.html", {"order": order, "form": form}, tab="villages", refusal=result.refusal
    )


@sensitive_post_parameters("code")
@access.federation_page(Permission.APPROVE_TAKE_OVERS)
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: desk_layout.Request, take_over_id: uuid.UUID) -> HttpResponse:
    """Another person approves it, having seen the figures, with a one-time code: it is posted then."""
    form = second_factor_forms.Code(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: approvals.approve_take_over(take_over_id=take_over_id, code=form.cleaned_data["code"], act=form_keys.act(request=request)),
        form=form,
    )
    if result.done:
        return desk_actions.done("take_over_approved", "desk-take-overs")
    shown = second_factor_forms.shown(form, user_id=request.user.pk)
    return _decision(request, take_over_id, shown, result, title=_("Setujui"), danger=False)


@access.federation_page(Permission.PROPOSE_TAKE_OVERS, Permission.APPROVE_TAKE_OVERS)
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: desk_layout.Request, take_over_id: uuid.UUID) -> HttpResponse:
    """It is not taken over."""
    form = Reason(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: take_overs.decline(take_over_id=take_over_id, act=form_keys.act(request=request, reason=form.cleaned_data["reason"])),
        form=form,
    )
    if result.done:
        return desk_actions.done("take_over_declined", "desk-take-overs")
    return _decision(request, take_over_id, form, result, title=_("Tidak jadi diambil alih"), danger=True)


def _decision(
    request: desk_layout.Request, take_over_id: uuid.UUID, form: forms.Form | None, result: desk_actions.Result, *, title: str, danger: bool
) -> HttpResponse:
    row = take_over_rows.find(take_over_id=take_over_id)
    waits = row.approved_at is None and row.declined_at is None
    context = {"row": row, "waits": waits, "form": form, "title": title, "danger": danger}
    return desk_layout.page(request, "desk/members/take_over.html", context, tab="villages", refusal=result.refusal)
