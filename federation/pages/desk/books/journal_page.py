"""Jurnal: every transfer, filtered by day, account and order; for the auditor, read only, without personal data."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from federation.members import party_names
from federation.pages.desk import desk_layout
from federation.pages.desk.books import ledger_rows
from federation.web import csv_export, village_fields
from settlement.ledger import parties
from settlement.reports import journal
from settlement.seals import seals
from tenants import keyset
from tenants.codes import VillageCode
from tenants.http import access
from tenants.people.permissions import Permission


@dataclass(frozen=True)
class Wish:
    """What the filter asks for; `cause` as it was written. `unread` says what was not understood, `problem` that or what was odd."""

    account: str
    village: village_fields.Filter
    cause: str
    period: desk_layout.Period
    unread: str

    @property
    def problem(self) -> str:
        return self.unread or self.period.problem

    def entries(self, *, after: str, most: int) -> keyset.Page[journal.Entry]:
        """One page of what is asked for."""
        begins_at, ends_at = self.period.bounds()
        cause_id = uuid.UUID(self.cause) if self.cause else None
        return journal.entries(
            account=self.account or None, cause_id=cause_id, begins_at=begins_at, ends_at=ends_at, after=after, most=most
        )


def _wish(request: desk_layout.Request, names: Mapping[str, str]) -> Wish:
    period = desk_layout.period(request, default=desk_layout.Period(None, None))
    account, village = (
        request.GET.get("rekening", ""),
        village_fields.filtered(request.GET.get("desa", ""), names=party_names.of_villages()),
    )
    if village.code and parties.clearing(VillageCode(village.code)) in names:
        account = parties.clearing(VillageCode(village.code))
    cause, unread = request.GET.get("sebab", "").strip(), village.problem or period.unread
    try:
        cause = str(uuid.UUID(cause)) if cause else ""
    except ValueError:
        cause, unread = "", _("Nomor pesanan itu tidak terbaca. Salin seluruhnya dari jurnal atau jejak, misalnya 0199a2b4-….")
    return Wish(account if account in names else "", village, cause, period, unread)


@access.federation_page(Permission.SEE_JOURNAL)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """The newest transfers that the filter leaves, page by page."""
    names = ledger_rows.account_names()
    wish = _wish(request, names)
    page = wish.entries(after=request.GET.get("sesudah", ""), most=journal.PAGE_ENTRIES)
    context = {
        "rows": [ledger_rows.row(entry=entry, names=names) for entry in page.rows],
        "wish": wish,
        "problem": wish.problem,
        "accounts": {
            code: name for code, name in names.items() if wish.village.few or not parties.village_of(code) or code == wish.account
        }.items(),
        "more_url": desk_layout.next_page(request, page.after),
        "query": desk_layout.filters(request),
    }
    return desk_layout.page(request, "desk/books/journal.html", context, tab="journal")


ENTRY_HEADER = (
    gettext_lazy("Waktu"),
    gettext_lazy("Dicatat"),
    gettext_lazy("Tahap"),
    gettext_lazy("Kejadian"),
    gettext_lazy("Debit"),
    gettext_lazy("Kredit"),
    gettext_lazy("Rupiah"),
    gettext_lazy("Rujukan"),
    gettext_lazy("Sebab (pesanan)"),
    gettext_lazy("Nomor"),
    gettext_lazy("Menyelesaikan"),
    gettext_lazy("Membalik"),
    gettext_lazy("Kode debit"),
    gettext_lazy("Kode kredit"),
)


def _entry_cells(row: ledger_rows.Row) -> tuple[object, ...]:
    """An entry for a spreadsheet, with names; the codes of its accounts stand at the end, to hold it against other exports."""
    entry = row.entry
    times = (timezone.localtime(entry.happened_at).isoformat(), timezone.localtime(entry.created_at).isoformat())
    money = (row.phase, row.event, row.debit, row.credit, entry.amount_rupiah)
    ids = (entry.reference, entry.cause_id, entry.id, entry.pending_id, entry.reverses_id)
    return (*times, *money, *ids, entry.debit, entry.credit)


def _entry_lines(wish: Wish, names: Mapping[str, str]) -> Iterator[tuple[object, ...]]:
    for entry in keyset.walk(lambda after: wish.entries(after=after, most=1_000)):
        yield _entry_cells(ledger_rows.row(entry=entry, names=names))


@access.federation_page(Permission.SEE_JOURNAL)
@require_GET
def table_csv(request: desk_layout.Request) -> StreamingHttpResponse:
    """All transfers that the filter leaves, not only the page.

    :raises desk_layout.FilterNotRead: unless all of the filter can be read
    """
    names = ledger_rows.account_names()
    wish = _wish(request, names)
    desk_layout.for_table(wish.unread)
    return csv_export.response(name="jurnal", header=ENTRY_HEADER, rows=_entry_lines(wish, names), seal=seals.head())
