"""Posisi: where each village stands towards all others, against its limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from federation.labels import figures
from federation.members import party_names
from federation.pages.desk import desk_layout
from federation.reports import member_list
from federation.web import csv_export
from settlement.ledger import parties, positions
from settlement.reports import limit_use
from tenants import text_direction
from tenants.http import access
from tenants.people.permissions import Permission


@dataclass(frozen=True)
class Row:
    """A village's position with its name."""

    name: str
    account: str
    position: positions.Position
    share: float | None

    @property
    def percent(self) -> int:
        """For a meter, which knows no more than full."""
        return min(100, round((self.share or 0) * 100))


def _rows(found: Iterable[positions.Position]) -> list[Row]:
    names = party_names.of_villages()
    return [
        Row(names.get(row.village_code, row.village_code), parties.clearing(row.village_code), row, member_list.share(row)) for row in found
    ]


def _sentence(found: limit_use.LimitUse) -> str:
    first = _rows([found.first])[0] if found.first else None
    if first is None or not first.share:
        return _("Belum ada desa yang memegang uang untuk desa lain.")
    return _("Desa-desa yang berutang memegang %(owed)s milik yang lain. Paling dekat batasnya: %(village)s, %(share)s.") % {
        "owed": figures.rupiah_short(found.sums.owed_rupiah),
        "village": text_direction.isolated(first.name),
        "share": figures.percent(first.share),
    }


def _tone(sums: limit_use.Sums) -> str:
    """The kind of the message: a full limit looks like trouble, one that is nearly full like something to watch."""
    return "warn" if sums.full else "wait" if sums.near else ""


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """The villages' positions, pending and posted, against their limits, the nearest first, with a search and pages."""
    asked = desk_layout.words(request)
    among, after = party_names.codes_found(words=asked), request.GET.get("sesudah", "")
    found = limit_use.nearest(among=among, after=after, limit=desk_layout.ROWS)
    context = {
        "rows": _rows(found.page.rows),
        "sentence": _sentence(found),
        "tone": _tone(found.sums),
        "signs": figures.SIGNS,
        "asked": asked,
        "more_url": desk_layout.next_page(request, found.page.after),
    }
    return desk_layout.page(request, "desk/members/positions.html", context, tab="positions")


@access.federation_page(Permission.SEE_DESK)
@require_GET
def table_csv(request: desk_layout.Request) -> StreamingHttpResponse:
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
        for row in sorted(_rows(positions.all_()), key=lambda row: (-(row.share or 0), row.position.village_code))
    )
    return csv_export.response(name="posisi", header=header, rows=rows)
