"""Rekening koran: the lines of the bank's statements that no reference explains, and the way to take in the next statement."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from federation.labels import payment_labels
from federation.pages.desk import desk_layout, desk_tabs
from federation.pages.desk.bank import statement_line_rows
from federation.web import csv_export
from settlement.bank import bank_accounts
from settlement.reports import agenda, payment_overview
from tenants import codes
from tenants.errors import DomainError
from tenants.http import access
from tenants.people import accounts
from tenants.people.permissions import Permission

LINES_MAX = 200  # the others follow as these are decided; the table to download has them all
IMPORTS_MAX = 20
EXPORTED_MAX = 1_000_000
STATES = {
    "open": (gettext_lazy("Menunggu diputuskan"), ""),
    "suspense": (gettext_lazy("Disimpan, belum jelas"), ""),
    "matched": (gettext_lazy("Cocok"), "ok"),
    "explained": (gettext_lazy("Dijelaskan"), "ok"),
    "withdrawn": (gettext_lazy("Ditarik, tidak dihitung"), ""),
}


class Imported(forms.Form):
    """What the address says that an import did: lines that are new, of them matched, and those that were there already."""

    baru = forms.IntegerField(min_value=0, max_value=999_999)
    cocok = forms.IntegerField(min_value=0, max_value=999_999)
    lama = forms.IntegerField(min_value=0, max_value=999_999)

    def sentence(self) -> str:
        """What it did; empty where the address says nothing of an import."""
        if not self.is_valid():
            return ""
        new, matched, known = (self.cleaned_data[name] for name in ("baru", "cocok", "lama"))
        if not new:
            return _("Tidak ada baris baru: semua %(known)s baris sudah pernah dimasukkan.") % {"known": known}
        text = ngettext(
            "%(new)s baris baru dimasukkan, %(matched)s langsung cocok.",
            "%(new)s baris baru dimasukkan, %(matched)s langsung cocok.",
            new,
        ) % {"new": new, "matched": matched}
        return text + " " + _("%(known)s baris sudah pernah dimasukkan.") % {"known": known} if known else text


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """The lines that wait for a person; the operator takes in statements and decides."""
    return answer(request)


def answer(request: desk_layout.Request, *, refusal: DomainError | None = None) -> HttpResponse:
    """The lines that wait now, those to be decided before those that are held, the oldest first, with what was wrong about an action."""
    counts, operates = agenda.lines(), desk_layout.may(request, Permission.DECIDE_STATEMENT_LINES)
    lines = payment_overview.waiting_lines(most=LINES_MAX)
    debtors = statement_line_rows.debtors() if operates else {}
    context = {
        "rows": statement_line_rows.rows(
            lines=lines, held=payment_overview.in_suspense(), debtors=debtors, gateways=statement_line_rows.gateways()
        ),
        "open_count": counts.open,
        "held_count": counts.held,
        "lines_left": max(0, counts.open + counts.held - len(lines)),
        "operates": operates,
        "imports": payment_overview.imports(most=IMPORTS_MAX),
        "own": bank_accounts.status(party=codes.FEDERATION, at=timezone.now()).account,
        "tabs": desk_tabs.of_settlement(current="desk-bank-statements"),
    }
    imported = "" if refusal else Imported(request.GET).sentence()
    if imported:
        context["outcome"] = imported
    return desk_layout.page(request, "desk/bank/bank_statements.html", context, tab="cycles", refusal=refusal)


def _lines() -> Iterator[tuple[object, ...]]:
    found = payment_overview.lines(most=EXPORTED_MAX)
    people = accounts.names_of(user_ids=[line.decided_by for line in found])
    for line in found:
        way = _("masuk") if line.incoming else _("keluar")
        decided = timezone.localtime(line.decided_at).isoformat() if line.decided_at else None
        by_name = people.get(line.decided_by, "") if line.decided_by else ""
        why = payment_labels.reason(code=line.why)
        yield (
            line.booked_on,
            way,
            line.amount_rupiah,
            line.sen,
            line.text,
            line.key,
            STATES[line.state][0],
            line.state,
            why,
            by_name,
            decided,
        )


@access.federation_page(Permission.SEE_DESK)
@require_GET
def table_csv(request: desk_layout.Request) -> StreamingHttpResponse:
    """Every line of every statement."""
    header = (
        _("Tanggal"),
        _("Arah"),
        _("Rupiah"),
        _("Sen"),
        _("Keterangan"),
        _("Nomor rujukan"),
        _("Keadaan"),
        _("Kode"),
        _("Sebab"),
        _("Diputuskan oleh"),
        _("Diputuskan"),
    )
    return csv_export.response(name="rekening-koran", header=header, rows=_lines())
