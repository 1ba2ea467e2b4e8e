"""Anggota and Posisi: who belongs to the federation, and where each village stands towards all others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from federation.labels import figures
from federation.members import party_names
from federation.pages.desk import desk_layout
from federation.reports import member_list
from federation.web import csv_export
from settlement.ledger import parties, positions
from tenants.http import access

STATES = {
    "created": (gettext_lazy("Baru didaftarkan"), ""),
    "schema-made": (gettext_lazy("Sedang disiapkan"), ""),
    "active": (gettext_lazy("Aktif"), "ok"),
    "suspended": (gettext_lazy("Ditutup sementara"), "bad"),
    "archived": (gettext_lazy("Diarsipkan"), "bad"),
}


@access.federation_page(*desk_layout.EVERYONE)
@require_GET
def members(request: desk_layout.Request) -> HttpResponse:
    """The roll of the villages, with a search and pages."""
    asked = request.GET.get("q", "").strip()[:40]
    found, after = member_list.members(words=asked, after=request.GET.get("sesudah", "")[:13])
    rows = [{"member": member, "state": STATES[member.state][0], "tone": STATES[member.state][1]} for member in found]
    context = {"rows": rows, "asked": asked, "more_url": desk_layout.next_page(request, after), "query": desk_layout.filters(request)}
    return desk_layout.page(request, "desk/members.html", context, tab="villages")


def _member_lines(asked: str) -> Iterator[tuple[object, ...]]:
    after = ""
    while True:
        found, after = member_list.members(words=asked, after=after, limit=500)
        for row in found:
            state = STATES[row.state][0]
            at_head = _("ya") if row.at_head else _("tidak")
            yield row.code, row.name, row.bumdes_name, state, at_head, row.exposure_rupiah, row.limit_rupiah
        if not after:
            return


@access.federation_page(*desk_layout.EVERYONE)
@require_GET
def members_csv(request: desk_layout.Request) -> StreamingHttpResponse:
    """The whole roll."""
    header = (_("Kode desa"), _("Desa"), _("BUMDes"), _("Keadaan"), _("Tabel terbaru"), _("Terpakai (rupiah)"), _("Batas (rupiah)"))
    return csv_export.response(name="anggota", header=header, rows=_member_lines(request.GET.get("q", "").strip()[:40]))


@dataclass(frozen=True)
class Standing:
    """A village's position with its name."""

    name: str
    account: str
    position: positions.Position
    share: float | None

    @property
    def percent(self) -> int:
        """For a meter, which knows no more than full."""
        return min(100, round((self.share or 0) * 100))


def _standings() -> list[Standing]:
    """Every village, the one nearest to its limit first."""
    names = party_names.of_villages()
    found = [
        Standing(names.get(row.village_code, row.village_code), parties.clearing(row.village_code), row, member_list.share(row))
        for row in positions.all_()
    ]
    return sorted(found, key=lambda row: (-(row.share or 0), row.position.village_code))


def _sentence(standings: list[Standing]) -> str:
    owed = -sum(row.position.net_rupiah for row in standings if row.position.net_rupiah < 0)
    if not standings or not standings[0].share:
        return _("Belum ada desa yang memegang uang untuk desa lain.")
    return _("Desa-desa yang berutang memegang %(owed)s milik yang lain. Paling dekat batasnya: %(village)s, %(share)s.") % {
        "owed": figures.rupiah_short(owed),
        "village": standings[0].name,
        "share": figures.percent(standings[0].share),
    }


@access.federation_page(*desk_layout.EVERYONE)
@require_GET
def standing(request: desk_layout.Request) -> HttpResponse:
    """Every village's position, pending and posted, against its limit."""
    standings = _standings()
    return desk_layout.page(request, "desk/positions.html", {"standings": standings, "sentence": _sentence(standings)}, tab="positions")


@access.federation_page(*desk_layout.EVERYONE)
@require_GET
def standing_csv(request: desk_layout.Request) -> StreamingHttpResponse:
    """The positions of this moment."""
    header = (
        _("Kode desa"),
        _("Desa"),
        _("Ditahan, utang (rupiah)"),
        _("Ditahan, piutang (rupiah)"),
        _("Dibukukan, utang (rupiah)"),
        _("Dibukukan, piutang (rupiah)"),
        _("Posisi bersih (rupiah)"),
        _("Terpakai (rupiah)"),
        _("Batas (rupiah)"),
    )
    rows = (
        (
            row.position.village_code,
            row.name,
            row.position.debit_pending_rupiah,
            row.position.credit_pending_rupiah,
            row.position.debit_posted_rupiah,
            row.position.credit_posted_rupiah,
            row.position.net_rupiah,
            row.position.exposure_rupiah,
            row.position.limit_rupiah,
        )
        for row in _standings()
    )
    return csv_export.response(name="posisi", header=header, rows=rows)
