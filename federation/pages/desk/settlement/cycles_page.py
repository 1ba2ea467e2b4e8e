"""Penyelesaian: the cycles, the newest first, and what each waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from federation.labels import cycle_labels
from federation.pages.desk import desk_layout, desk_tabs
from federation.pages.desk.settlement import cycle_rows
from federation.web import csv_export
from settlement.reports import agenda, cycle_overview
from tenants import keyset
from tenants.errors import DomainError
from tenants.http import access
from tenants.people.permissions import Permission


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """All cycles; the operator finds the way to close the books of the open one."""
    return answer(request)


def answer(request: desk_layout.Request, *, refusal: DomainError | None = None) -> HttpResponse:
    """The list as it is now, with what was wrong about an action."""
    page = cycle_overview.page(after=request.GET.get("sesudah", ""), most=cycle_overview.PAGE_CYCLES)
    rows = cycle_rows.rows(cycles=page.rows, at=timezone.now())
    opened = next((one for one in rows if one.cycle.is_open), None)
    unfinished = next((one for one in rows if one.cycle.is_under_way), None)
    context = {
        "rows": rows,
        "opened": opened,
        "unfinished": unfinished,
        "unanswered": _unanswered(unfinished.cycle.number if unfinished else None),
        "definitions": cycle_labels.DEFINITIONS,
        "books": agenda.open_books(unfinished=unfinished.cycle if unfinished else None) if opened else None,
        "may_close": desk_layout.may(request, Permission.OPERATE_CYCLES) and opened is not None and unfinished is None,
        "tabs": desk_tabs.of_settlement(current="desk-cycles"),
        "more_url": desk_layout.next_page(request, page.after),
    }
    return desk_layout.page(request, "desk/settlement/cycles.html", context, tab="cycles", refusal=refusal)


def _unanswered(unfinished: int | None) -> list[tuple[int, str]]:
    """The cycles with objections that wait for an answer, each with its sentence; the one under way says so itself."""
    return [(number, cycle_labels.objections(count=count)) for number, count in agenda.unanswered().items() if number != unfinished]


HEADER: Mapping[str, object] = {
    "number": gettext_lazy("Putaran"),
    "state": gettext_lazy("Keadaan"),
    "opened": gettext_lazy("Dibuka"),
    "cutoff": gettext_lazy("Buku ditutup"),
    "objections": gettext_lazy("Keberatan sampai"),
    "collect": gettext_lazy("Bayar sampai"),
    "ended": gettext_lazy("Berakhir"),
    "gross": gettext_lazy("Semua utang yang dihitung (rupiah)"),
    "pairs": gettext_lazy("Dihapus berpasangan (rupiah)"),
    "circles": gettext_lazy("Dihapus dalam lingkaran (rupiah)"),
    "shortened": gettext_lazy("Diringkas di kas bersama (rupiah)"),
    "carried": gettext_lazy("Dibawa (rupiah)"),
    "cash": gettext_lazy("Tunai (rupiah)"),
    "collected": gettext_lazy("Terkumpul (rupiah)"),
    "paid": gettext_lazy("Dibayarkan (rupiah)"),
}


def _lines() -> Iterator[tuple[object, ...]]:
    for cycle in keyset.walk(lambda after: cycle_overview.page(after=after, most=500)):
        moments = (cycle.opened_at, cycle.cutoff_at, cycle.objections_until_at, cycle.collect_until_at, cycle.ended_at)
        days = (timezone.localtime(moment).isoformat() if moment else None for moment in moments)
        yield cycle.number, cycle_labels.state(code=cycle.state)[0], *days, *_amounts(cycle.totals)


def _amounts(totals: cycle_overview.Totals | None) -> tuple[int | None, ...]:
    if totals is None:
        return (None,) * 8
    parts = (totals.gross_rupiah, totals.pairs_rupiah, totals.circles_rupiah, totals.shortened_rupiah)
    return (*parts, totals.carried_rupiah, totals.cash_rupiah, totals.collected_rupiah, totals.paid_out_rupiah)


@access.federation_page(Permission.SEE_DESK)
@require_GET
def table_csv(request: desk_layout.Request) -> StreamingHttpResponse:
    """All cycles with their exact amounts."""
    return csv_export.response(name="putaran", header=tuple(HEADER.values()), rows=_lines())
