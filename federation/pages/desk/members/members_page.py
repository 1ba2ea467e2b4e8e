"""Anggota: who belongs to the federation, with the state of each village and of its shop."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from federation.pages.desk import desk_layout
from federation.reports import member_list
from federation.web import csv_export
from tenants import keyset
from tenants.http import access
from tenants.people.permissions import Permission

STATES = {
    "created": (gettext_lazy("Baru didaftarkan"), ""),
    "schema-made": (gettext_lazy("Sedang disiapkan"), ""),
    "active": (gettext_lazy("Aktif"), "ok"),
    "suspended": (gettext_lazy("Ditutup sementara"), "bad"),
    "archived": (gettext_lazy("Diarsipkan"), "bad"),
}


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """The villages by code, with a search and pages."""
    asked = request.GET.get("q", "").strip()[:40]
    page = member_list.members(words=asked, after=request.GET.get("sesudah", ""), limit=desk_layout.ROWS)
    rows = [{"member": member, "state": STATES[member.state][0], "tone": STATES[member.state][1]} for member in page.rows]
    context = {"rows": rows, "asked": asked, "more_url": desk_layout.next_page(request, page.after), "query": desk_layout.filters(request)}
    return desk_layout.page(request, "desk/members/members.html", context, tab="villages")


def _member_lines(asked: str) -> Iterator[tuple[object, ...]]:
    for row in keyset.walk(lambda after: member_list.members(words=asked, after=after, limit=500)):
        at_head = _("ya") if row.at_head else _("tidak")
        yield row.code, row.name, row.bumdes_name, STATES[row.state][0], at_head, row.exposure_rupiah, row.limit_rupiah


@access.federation_page(Permission.SEE_DESK)
@require_GET
def table_csv(request: desk_layout.Request) -> StreamingHttpResponse:
    """All villages that the search leaves."""
    header = (_("Kode desa"), _("Desa"), _("BUMDes"), _("Keadaan"), _("Tabel terbaru"), _("Terpakai (rupiah)"), _("Batas (rupiah)"))
    return csv_export.response(name="anggota", header=header, rows=_member_lines(request.GET.get("q", "").strip()[:40]))
