"""Batas of one village: what is in use, how old its debts are, the history of its limit, and the operator's change of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from federation.labels import figures
from federation.members import party_names, terms
from federation.pages.desk import desk_actions, desk_layout
from federation.pages.desk.members import limits_page
from federation.web import form_fields, form_keys
from settlement import money
from settlement.ledger import function_calls, limits
from settlement.reports import ageing, limit_history
from tenants import reasons
from tenants.codes import VillageCode
from tenants.errors import DomainError
from tenants.http import access
from tenants.people.permissions import Permission


class Change(forms.Form):
    """A new limit, the guests' share of it, and why."""

    limit_rupiah = form_fields.Rupiah(
        label=gettext_lazy("Batas utang (Rp)"), error_messages={"required": gettext_lazy("Tulis batasnya, misalnya 75.000.000.")}
    )
    guest_share = form_fields.Percent(
        label=gettext_lazy("Bagian tamu dari batas (%)"),
        help_text=gettext_lazy("Paling banyak sebesar ini yang boleh dipesan tamu dan akun baru dan belum dibayar."),
        error_messages={"required": gettext_lazy("Tulis bagian tamu dalam persen, misalnya 20.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Alasannya"),
        max_length=reasons.LENGTH_MAX,
        help_text=gettext_lazy("Tercatat bersama nama Anda, misalnya: Rapat anggota 12 November."),
        error_messages={"required": gettext_lazy("Tulis alasan perubahan batas.")},
    )


@dataclass(frozen=True)
class Wish:
    """A change that was asked for and waits for a yes, in rupiah."""

    limit_rupiah: int
    guest_limit_rupiah: int
    below_use: bool  # the new limit lies below what is in use


def _starts(use: limits.Use) -> dict[str, Any]:
    """What holds now, as it would be typed; the federation's share of guests where the village's limit shows none."""
    share = use.guest_share_basis_points
    if share is None:
        share = terms.current().guest_share_basis_points
    return {"limit_rupiah": use.limit_rupiah, "guest_share": figures.basis_points(share).partition(figures.SPACE)[0]}


def _wish(form: Change, use: limits.Use) -> Wish | None:
    """What the form asks for; None, and said on the form, where it is what holds already."""
    limit, share = form.cleaned_data["limit_rupiah"], form.cleaned_data["guest_share"]
    wish = Wish(limit, money.basis_points(amount_rupiah=limit, basis_points=share), below_use=limit < use.exposure_rupiah)
    if (wish.limit_rupiah, wish.guest_limit_rupiah) == (use.limit_rupiah, use.guest_limit_rupiah):
        form.add_error(None, _("Batas dan bagian tamu itu sudah berlaku; tidak ada yang diubah."))
        return None
    return wish


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request, code: VillageCode) -> HttpResponse:
    """One village's limit with its history; the operator finds the way to change it."""
    use, old = _use(code), ageing.open_obligations(at=timezone.now(), debtor=code)
    context = {
        "row": limits_page.row(use=use, names=party_names.of_members()),
        "old": old[0] if old else None,
        "aged": list(zip(limits_page.ages(), old[0].buckets_rupiah, strict=True)) if old else [],
        "history": limit_history.changes(village_code=code),
        "warning_percent": limits.WARNING_BASIS_POINTS // 100,
        "may_change": desk_layout.may(request, Permission.SET_LIMITS),
    }
    return desk_layout.page(request, "desk/members/limit.html", context, tab="limits")


@access.federation_page(Permission.SET_LIMITS)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: desk_layout.Request, code: VillageCode) -> HttpResponse:
    """Ask for another limit; it is shown before and after, and set by a second tap."""
    use = _use(code)
    form = Change(desk_actions.sent(request), initial=_starts(use))
    wish = _wish(form, use) if form.is_bound and form.is_valid() else None
    return _asked(request, use, form, wish=wish)


@access.federation_page(Permission.SET_LIMITS)
@require_POST
def confirm(request: desk_layout.Request, code: VillageCode) -> HttpResponse:
    """Set the limit that was shown."""
    form = Change(request.POST)
    result = desk_actions.run(
        lambda: terms.set_limit(
            village_code=code,
            limit_rupiah=form.cleaned_data["limit_rupiah"],
            guest_share_basis_points=form.cleaned_data["guest_share"],
            act=form_keys.act(request=request, reason=form.cleaned_data["reason"]),
        ),
        form=form,
    )
    if result.done:
        return desk_actions.done("limit_changed", "desk-limit", code)
    return _asked(request, _use(code), form, refusal=result.refusal)


def _use(code: VillageCode) -> limits.Use:
    """What a village uses of its limit; 404 for a code that is no village's."""
    try:
        return limits.use(village_code=code)
    except function_calls.AccountNotOpened:
        raise Http404 from None


def _asked(
    request: desk_layout.Request, use: limits.Use, form: Change, *, wish: Wish | None = None, refusal: DomainError | None = None
) -> HttpResponse:
    context = {
        "row": limits_page.row(use=use, names=party_names.of_members()),
        "form": form,
        "wish": wish,
    }
    return desk_layout.page(request, "desk/members/limit_change.html", context, tab="limits", refusal=refusal)
