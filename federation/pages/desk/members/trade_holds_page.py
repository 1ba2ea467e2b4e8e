"""Toko yang ditahan: which shops wait since a restore, what managers stated when they opened again, and the way where one is gone."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from federation.members import approvals, village_search
from federation.pages import second_factor_forms
from federation.pages.desk import desk_actions, desk_layout
from federation.web import form_fields, form_keys
from tenants import trade_hold_rows, trade_releases, villages
from tenants.codes import VillageCode
from tenants.http import access
from tenants.people.permissions import Permission


class Reason(forms.Form):
    """Why it is decided so."""

    reason = form_fields.Reason(
        help_text=gettext_lazy("Desa dan pemeriksa membacanya, misalnya: pengelola sakit, stok dihitung bersama perangkat desa.")
    )


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """The villages that are held, by code, and how holds ended, the newest first."""
    words, now = desk_layout.words(request), timezone.now()
    among = [seen.code for seen in village_search.find(words=words, among=villages.ready())] if words else None
    held = trade_hold_rows.held(after=request.GET.get("sesudah", ""), among=among, limit=desk_layout.ROWS)
    released = trade_hold_rows.released(after=request.GET.get("sesudah_dibuka", ""), limit=desk_layout.ROWS)
    context: dict[str, Any] = {
        "asked": words,
        "count": len(villages.held()),
        "held": [(row, row.hold.federation_may_from <= now) for row in held.rows],
        "held_url": desk_layout.next_page(request, held.after),
        "released": released.rows,
        "released_url": desk_layout.next_page(request, released.after, place="sesudah_dibuka"),
        "lost_orders_rupiah": trade_hold_rows.lost_orders_rupiah(),
        "may_propose": desk_layout.may(request, Permission.PROPOSE_TRADE_RELEASES),
        "may_confirm": desk_layout.may(request, Permission.CONFIRM_TRADE_RELEASES),
        "own": request.principal.account_id,
    }
    return desk_layout.page(request, "desk/members/trade_holds.html", context, tab="villages")


@access.federation_page(Permission.PROPOSE_TRADE_RELEASES)
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: desk_layout.Request, code: str) -> HttpResponse:
    """Why a shop whose manager is gone shall trade again."""
    form = Reason(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: trade_releases.propose(
            village_code=VillageCode(code), act=form_keys.act(request=request, reason=form.cleaned_data["reason"])
        ),
        form=form,
    )
    if result.done:
        return desk_actions.done("trade_release_proposed", "desk-trade-holds")
    return _decision(request, code, form, result, title=_("Usulkan toko dibuka lagi"))


@sensitive_post_parameters("code")
@access.federation_page(Permission.CONFIRM_TRADE_RELEASES)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: desk_layout.Request, code: str, proposal_id: uuid.UUID) -> HttpResponse:
    """Another person confirms it, with a one-time code."""
    form = second_factor_forms.Code(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: approvals.confirm_trade_release(
            village_code=VillageCode(code),
            proposal_id=proposal_id,
            code=form.cleaned_data["code"],
            act=form_keys.act(request=request),
        ),
        form=form,
    )
    if result.done:
        return desk_actions.done("trade_released", "desk-trade-holds")
    shown = second_factor_forms.shown(form, user_id=request.user.pk)
    return _decision(request, code, shown, result, title=_("Buka toko lagi"), proposal_id=proposal_id)


@access.federation_page(Permission.PROPOSE_TRADE_RELEASES, Permission.CONFIRM_TRADE_RELEASES)
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: desk_layout.Request, code: str, proposal_id: uuid.UUID) -> HttpResponse:
    """It stays held."""
    form = Reason(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: trade_releases.decline(
            village_code=VillageCode(code),
            proposal_id=proposal_id,
            act=form_keys.act(request=request, reason=form.cleaned_data["reason"]),
        ),
        form=form,
    )
    if result.done:
        return desk_actions.done("trade_release_declined", "desk-trade-holds")
    return _decision(request, code, form, result, title=_("Tolak usul membuka toko"), proposal_id=proposal_id)


def _decision(
    request: desk_layout.Request,
    code: str,
    form: forms.Form | None,
    result: desk_actions.Result,
    *,
    title: str,
    proposal_id: uuid.UUID | None = None,
) -> HttpResponse:
    """A village that is held with the form of what is decided; `proposal_id`: of which proposal, which must wait."""
    row = trade_hold_rows.of_village(village_code=code)
    waits = row is not None and (row.hold.proposal.id if row.hold.proposal else None) == proposal_id
    if not waits and result.refusal is None:
        raise Http404
    context = {"row": row, "waits": waits, "form": form, "title": title}
    return desk_layout.page(request, "desk/members/trade_release.html", context, tab="villages", refusal=result.refusal)
