"""Sisa yang boleh dibawa: what a debtor may leave for the next cycle, set by the operator; what creditors agreed to leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from federation.labels import figures
from federation.members import party_names
from federation.pages.desk import desk_actions, desk_layout, desk_tabs
from federation.web import form_fields, form_keys, village_fields
from settlement.cycles import carry_terms
from tenants.http import access
from tenants.people.permissions import Permission


class Limit(forms.Form):
    """How much of its debt a village may leave, and why."""

    village_code = forms.ChoiceField(
        label=gettext_lazy("Desa"), widget=form_fields.Undecided, error_messages={"required": gettext_lazy("Pilih desanya.")}
    )
    amount_rupiah = form_fields.Rupiah(
        label=gettext_lazy("Utang yang boleh dibawa (Rp)"),
        help_text=gettext_lazy("Isi 0 kalau semua utangnya harus dibayar tiap putaran."),
        error_messages={"required": gettext_lazy("Tulis jumlahnya, misalnya 500.000.")},
    )
    reason = form_fields.Reason(
        help_text=gettext_lazy("Tercatat bersama nama Anda, misalnya: Panen mundur ke Agustus."),
        error_messages={"required": gettext_lazy("Tulis alasan perubahan sisa yang boleh dibawa.")},
    )

    def offer(self, villages: Mapping[str, str]) -> None:
        """Let these be chosen, by name."""
        choices = sorted(villages.items(), key=lambda pair: pair[1])
        self.fields["village_code"] = village_fields.of(self.fields["village_code"], among=dict(choices))


@dataclass(frozen=True)
class Row:
    """A village with its terms."""

    name: str
    terms: carry_terms.Terms


def _sentence(found: carry_terms.PageOfTerms) -> str:
    if not found.debts_rupiah and not found.claims_rupiah:
        return _("Belum ada sisa yang boleh dibawa: tiap putaran semuanya dibayar.")
    values = {"debts": figures.rupiah(found.debts_rupiah), "claims": figures.rupiah(found.claims_rupiah)}
    return _("Utang paling banyak %(debts)s boleh dibawa, dan desa-desa setuju meninggalkan piutang paling banyak %(claims)s.") % values


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """The villages with terms, with a search and pages; the operator finds the way to set one debtor's limit."""
    asked, names = desk_layout.words(request), party_names.of_villages()
    after, among = request.GET.get("sesudah", ""), party_names.codes_found(words=asked)
    found = carry_terms.page(among=among, after=after, limit=desk_layout.ROWS)
    context = {
        "rows": [Row(names.get(terms.village_code, terms.village_code), terms) for terms in found.page.rows],
        "asked": asked,
        "more_url": desk_layout.next_page(request, found.page.after),
        "sentence": _sentence(found),
        "may_change": desk_layout.may(request, Permission.SET_CARRY_LIMITS),
        "tabs": desk_tabs.of_settlement(current="desk-carry"),
    }
    return desk_layout.page(request, "desk/settlement/carry.html", context, tab="cycles")


@access.federation_page(Permission.SET_CARRY_LIMITS)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: desk_layout.Request) -> HttpResponse:
    """Set how much of its debt a village may leave. The same amount again changes nothing."""
    names = party_names.of_villages()
    form = Limit(desk_actions.sent(request))
    form.offer(names)
    result = desk_actions.run(
        lambda: carry_terms.set_debtor_limit(
            village_code=form.cleaned_data["village_code"],
            amount_rupiah=form.cleaned_data["amount_rupiah"],
            act=form_keys.act(request=request, reason=form.cleaned_data["reason"]),
        ),
        form=form,
    )
    if result.done:
        return desk_actions.done("carry_changed", "desk-carry")
    return desk_layout.page(request, "desk/settlement/carry_change.html", {"form": form}, tab="cycles", refusal=result.refusal)
