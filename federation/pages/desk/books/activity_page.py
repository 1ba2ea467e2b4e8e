"""Jejak: who did what, when and where; for the auditor, read only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from federation.labels import activity_labels as trail_words
from federation.labels import figures
from federation.members import party_names
from federation.pages.desk import desk_layout
from federation.web import csv_export
from tenants import activity_log, codes, villages
from tenants.http import access

PAGE = 50


def _wish(request: desk_layout.Request) -> dict[str, Any]:
    """What the filter asks for, as trail.entries takes it."""
    period = desk_layout.period(request, default=desk_layout.Period(None, None))
    village = request.GET.get("desa", "")
    return {
        "village_code": village if village in {"", *party_names.of_villages()} else "",
        "federation_only": village == codes.FEDERATION,
        "action": request.GET.get("apa", "") if request.GET.get("apa", "") in trail_words.WORDS else "",
        "from_on": period.from_on,
        "to_on": period.to_on,
    }


def _names() -> dict[str, str]:
    return {"": _("Federasi"), **party_names.of_villages()}


@access.federation_page(desk_layout.AUDITOR)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """The newest entries, page by page."""
    wish = _wish(request)
    entries, after = activity_log.entries(**wish, after=request.GET.get("sesudah", "")[:100], limit=PAGE)
    names = _names()
    rows = [
        {**entry, "words": trail_words.said(action=entry["action"]), "place": names.get(entry["village_code"], "")} for entry in entries
    ]
    context = {
        "rows": rows,
        "more_url": desk_layout.next_page(request, after),
        "wish": wish,
        "chosen": request.GET.get("desa", ""),
        "villages": villages.ready(),
        "deeds": trail_words.WORDS.items(),
        "query": desk_layout.filters(request),
    }
    return desk_layout.page(request, "desk/books/activity.html", context, tab="activity")


def _lines(wish: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    names, after = _names(), ""
    while True:
        entries, after = activity_log.entries(**wish, after=after, limit=1_000)
        for entry in entries:
            yield (
                figures.date_time(entry["at"]),
                entry["by_name"],
                names.get(entry["village_code"], entry["village_code"]),
                trail_words.said(action=entry["action"]),
                entry["action"],
                entry["subject_id"],
                entry["reason"],
            )
        if not after:
            return


@access.federation_page(desk_layout.AUDITOR)
@require_GET
def table_csv(request: desk_layout.Request) -> StreamingHttpResponse:
    """All entries that the filter leaves, not only the page."""
    header = (_("Waktu"), _("Siapa"), _("Di mana"), _("Apa"), _("Kode"), _("Tentang"), _("Sebab"))
    return csv_export.response(name="jejak", header=header, rows=_lines(_wish(request)))
