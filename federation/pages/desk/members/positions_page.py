"""Posisi: where each village stands towards all others, against its limit."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from federation.labels import figures
from federation.members import party_names
from federation.pages.desk import desk_layout
from federation.reports import member_list
from federation.web import csv_export
from settlement.ledger import limits, parties, positions
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


def _rows() -> list[Row]:
    """Every village, the one nearest to its limit first."""
    names = party_names.of_villages()
    found = [
        Row(names.get(row.village_code, row.village_code), parties.clearing(row.village_code), row, member_list.share(row))
        for row in positions.all_()
    ]
    return sorted(found, key=lambda row: (-(row.share or 0), row.position.village_code))


def _sentence(rows: list[Row]) -> str:
    owed = -sum(row.position.net_rupiah for row in rows if row.position.net_rupiah < 0)
    if not rows or not rows[0].share:
        return _("Belum ada desa yang memegang uang untuk desa lain.")
    return _("Desa-desa yang berutang memegang %(owed)s milik yang lain. Paling dekat batasnya: %(village)s, %(share)s.") % {
        "owed": figures.rupiah_short(owed),
        "village": text_direction.isolated(rows[0].name),
        "share": figures.percent(rows[0].share),
    }


def _tone(rows: list[Row]) -> str:
    """The kind of the message: a full limit looks like trouble, one that is nearly full like something to watch."""
    share = max((row.share or 0 for row in rows), default=0)
    return "warn" if share >= 1 else "wait" if share * 10_000 >= limits.WARNING_BASIS_POINTS else ""


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """Every village's position, pending and posted, against its limit."""
    rows = _rows()
    context = {"rows": rows, "sentence": _sentence(rows), "tone": _tone(rows), "signs": figures.SIGNS}
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
        for row in _rows()
    )
    return csv_export.response(name="posisi", header=header, rows=rows)
