"""Sisa yang boleh dibawa: what a debtor may leave for the next cycle, set by the operator; what creditors agreed to leave."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from federation.labels import figures
from federation.members import party_names
from federation.pages.desk import desk_actions, desk_layout
from federation.pages.desk.settlement import cycles_page
from federation.web import form_fields
from settlement.cycles import carry_terms
from tenants import reasons
from tenants.errors import DomainError
from tenants.http import access

OUTCOMES = {"changed": gettext_lazy("Batas sisa disimpan. Berlaku mulai putaran berikutnya dihitung.")}


class Limit(forms.Form):
    """How much of its debt a village may leave, and why."""

    village_code = forms.ChoiceField(label=gettext_lazy("Desa"))
    amount_rupiah = form_fields.Rupiah(
        label=gettext_lazy("Utang yang boleh dibawa (Rp)"),
        help_text=gettext_lazy("Isi 0 kalau semua utangnya harus dibayar tiap putaran."),
        error_messages={"required": gettext_lazy("Tulis jumlahnya, misalnya 500.000.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Alasannya"),
        max_length=reasons.LENGTH_MAX,
        help_text=gettext_lazy("Tercatat bersama nama Anda, misalnya: Panen mundur ke Agustus."),
        error_messages={"required": gettext_lazy("Tulis alasan perubahan sisa yang boleh dibawa.")},
    )


@dataclass(frozen=True)
class Row:
    """A village with its terms."""

    name: str
    terms: carry_terms.Terms


def _rows(names: dict[str, str]) -> list[Row]:
    """The villages that have terms, by name."""
    found = [Row(names.get(terms.village_code, terms.village_code), terms) for terms in carry_terms.all_()]
    shown = [row for row in found if row.terms.debtor_limit_rupiah or row.terms.creditor_agreed_rupiah]
    return sorted(shown, key=lambda row: (row.name, row.terms.village_code))


def _sentence(rows: list[Row]) -> str:
    debts, claims = sum(row.terms.debtor_limit_rupiah for row in rows), sum(row.terms.creditor_agreed_rupiah for row in rows)
    if not debts and not claims:
        return _("Belum ada sisa yang boleh dibawa: tiap putaran semuanya dibayar.")
    values = {"debts": figures.rupiah(debts), "claims": figures.rupiah(claims)}
    return _("Utang paling banyak %(debts)s boleh dibawa, dan desa-desa setuju meninggalkan piutang paling banyak %(claims)s.") % values


@access.federation_page(*desk_layout.EVERYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: desk_layout.Request) -> HttpResponse:
    """All villages with terms; the operator sets one debtor's limit at a time. The same amount again changes nothing."""
    names = party_names.of_villages()
    form = Limit(desk_actions.sent(request, role=desk_layout.OPERATOR))
    form.fields["village_code"].choices = [("", _("Pilih desa"))] + sorted(names.items(), key=lambda pair: pair[1])  # type: ignore[attr-defined]
    form.fields["village_code"].error_messages["required"] = _("Pilih desanya.")
    refused: DomainError | None = None
    if form.is_bound and form.is_valid():
        try:
            carry_terms.set_debtor_limit(**form.cleaned_data, by=request.user.pk, at=timezone.now())
        except DomainError as why:
            refused = why
        else:
            return desk_actions.done("changed", "desk-carry")
    rows = _rows(names)
    context = {
        "rows": rows,
        "sentence": _sentence(rows),
        "form": form if desk_layout.OPERATOR in request.roles else None,
        "ways": cycles_page.ways("carry"),
        **desk_actions.told(request, outcomes=OUTCOMES, refused=refused),
    }
    return desk_layout.page(
        request, "desk/settlement/carry.html", context, tab="cycles", status=desk_actions.status(form=form, refused=refused)
    )
