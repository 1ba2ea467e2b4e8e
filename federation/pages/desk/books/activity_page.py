"""Jejak: who did what, when and where; for the auditor, read only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from federation.labels import activity_labels, figures
from federation.members import party_names
from federation.pages.desk import desk_layout
from federation.web import csv_export, village_fields
from tenants import activity_log, codes, keyset
from tenants.http import access
from tenants.people.permissions import Permission

PAGE_ENTRIES = 50


@dataclass(frozen=True)
class Wish:
    """What the filter asks for, everywhere unless it names a village or, by F, the federation.

    `unread` says what was not understood, `problem` that or what was odd.
    """

    village: village_fields.Filter
    action: str
    from_on: date | None
    to_on: date | None
    problem: str
    unread: str

    @property
    def place(self) -> str:
        return self.village.code

    def entries(self, *, after: str, limit: int) -> keyset.Page[activity_log.Entry]:
        """One page of what is asked for."""
        is_federation = self.place == codes.FEDERATION
        return activity_log.entries(
            village_code=codes.AT_FEDERATION if is_federation else codes.VillageCode(self.place),
            federation_only=is_federation,
            action=self.action,
            from_on=self.from_on,
            to_on=self.to_on,
            after=after,
            limit=limit,
        )


@dataclass(frozen=True)
class Row:
    """An entry with what was done, and where."""

    entry: activity_log.Entry
    label: str
    place: str


def _wish(request: desk_layout.Request, names: Mapping[str, str]) -> Wish:
    period = desk_layout.period(request, default=desk_layout.Period(None, None))
    village, action = village_fields.filtered(request.GET.get("desa", ""), names=names), request.GET.get("apa", "")
    return Wish(
        village=village,
        action=action if action in activity_labels.LABELS else "",
        from_on=period.from_on,
        to_on=period.to_on,
        problem=village.problem or period.problem,
        unread=village.problem or period.unread,
    )


def _row(entry: activity_log.Entry, names: Mapping[str, str]) -> Row:
    place = names.get(entry.village_code, entry.village_code) if entry.village_code else _("Federasi")
    return Row(entry, activity_labels.of_entry(action=entry.action, detail=entry.detail), place)


@access.federation_page(Permission.SEE_JOURNAL)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """The newest entries, page by page."""
    names = party_names.of_villages()
    wish = _wish(request, names)
    page = wish.entries(after=request.GET.get("sesudah", ""), limit=PAGE_ENTRIES)
    context = {
        "rows": [_row(entry, names) for entry in page.rows],
        "more_url": desk_layout.next_page(request, page.after),
        "wish": wish,
        "problem": wish.problem,
        "actions": activity_labels.LABELS.items(),
        "query": desk_layout.filters(request),
    }
    return desk_layout.page(request, "desk/books/activity.html", context, tab="activity")


def _lines(wish: Wish, names: Mapping[str, str]) -> Iterator[tuple[object, ...]]:
    for entry in keyset.walk(lambda after: wish.entries(after=after, limit=1_000)):
        row = _row(entry, names)
        yield figures.date_time(entry.at), entry.by_name, row.place, row.label, entry.action, entry.subject_id, entry.reason


@access.federation_page(Permission.SEE_JOURNAL)
@require_GET
def table_csv(request: desk_layout.Request) -> StreamingHttpResponse:
    """All entries that the filter leaves, not only the page.

    :raises desk_layout.FilterNotRead: unless all of the filter can be read
    """
    names = party_names.of_villages()
    wish = _wish(request, names)
    desk_layout.for_table(wish.unread)
    header = (_("Waktu"), _("Siapa"), _("Di mana"), _("Apa"), _("Kode"), _("Tentang"), _("Sebab"))
    return csv_export.response(name="jejak", header=header, rows=_lines(wish, names))
