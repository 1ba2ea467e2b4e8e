"""Batas of one village: what is in use, how old its debts are, the history of its limit, and the operator's change of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from federation.labels import figures
from federation.members import party_names, terms
from federation.pages.desk import desk_actions, desk_layout
from federation.pages.desk.members import limits_page
from federation.web import confirmation, form_fields, form_keys
from settlement import money
from settlement.ledger import function_calls, limits
from settlement.reports import ageing, limit_history
from tenants import text_direction
from tenants.codes import VillageCode
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
    reason = form_fields.Reason(
        help_text=gettext_lazy("Tercatat bersama nama Anda, misalnya: Rapat anggota 12 November."),
        error_messages={"required": gettext_lazy("Tulis alasan perubahan batas.")},
    )


def _starts(use: limits.Use) -> dict[str, Any]:
    """What holds now, as it would be typed; the federation's share of guests where the village's limit shows none."""
    share = use.guest_share_basis_points
    if share is None:
        share = terms.current().guest_share_basis_points
    return {"limit_rupiah": use.limit_rupiah, "guest_share": figures.basis_points(share).partition(figures.SPACE)[0]}


def _question(form: Change, use: limits.Use) -> confirmation.Question | None:
    """What holds now and what would hold; None where that is the same."""
    limit, share = form.cleaned_data["limit_rupiah"], form.cleaned_data["guest_share"]
    guests = money.basis_points(amount_rupiah=limit, basis_points=share)
    if (limit, guests) == (use.limit_rupiah, use.guest_limit_rupiah):
        return None
    warning = _("Perubahannya berlaku mulai sekarang dan tercatat bersama nama Anda.")
    if limit < use.exposure_rupiah:
        warning = _(
            "Batas itu di bawah yang sudah terpakai, %(used)s. Yang sudah dipesan tetap jalan, tetapi pesanan baru ditolak sampai"
            " utangnya turun."
        ) % {"used": figures.rupiah(use.exposure_rupiah)}
    name = party_names.of_members().get(use.village_code, use.village_code)
    return confirmation.Question(
        title=_("Ubah batas %(name)s begini?") % {"name": text_direction.isolated(name)},
        figures=[
            (_("Batas"), _change(use.limit_rupiah, limit)),
            (_("Batas tamu"), _change(use.guest_limit_rupiah, guests)),
            (_("Alasannya"), form.cleaned_data["reason"]),
        ],
        moving=[(_("Terpakai"), figures.rupiah(use.exposure_rupiah))],
        warning=warning,
        button=_("Ya, ubah batasnya"),
    )


def _change(before_rupiah: int | None, after_rupiah: int) -> str:
    return f"{figures.rupiah(before_rupiah)} → {figures.rupiah(after_rupiah)}"


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
    """Another limit, asked about once with what holds before and after."""
    use = _use(code)
    form = Change(desk_actions.sent(request), initial=_starts(use))
    is_read = form.is_bound and form.is_valid()
    question = _question(form, use) if is_read else None
    if question is not None and not confirmation.is_answered(request=request, question=question):
        return desk_layout.ask(request, question, back=reverse("desk-limit", args=[code]), tab="limits")
    if question is None and is_read and confirmation.ANSWER not in request.POST:  # with an answer it is a second tap
        form.add_error(None, _("Batas dan bagian tamu itu sudah berlaku; tidak ada yang diubah."))
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
    context = {"row": limits_page.row(use=use, names=party_names.of_members()), "form": form}
    return desk_layout.page(request, "desk/members/limit_change.html", context, tab="limits", refusal=result.refusal)


def _use(code: VillageCode) -> limits.Use:
    """What a village uses of its limit; 404 for a code that is no village's."""
    try:
        return limits.use(village_code=code)
    except function_calls.AccountNotOpened:
        raise Http404 from None
