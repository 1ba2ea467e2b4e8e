"""Perputaran: who buys from whom in a period, and what waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from federation.labels import figures, waiting_labels
from federation.members import party_names
from federation.pages.desk import desk_layout, heat_map
from federation.pages.desk.settlement import cycle_rows
from federation.reports import turnover, waiting
from federation.web import csv_export, disk_guard, village_fields
from tenants import clock, full_disk, newest_backup
from tenants.codes import OUTSIDE, VillageCode
from tenants.disk_room import Room
from tenants.http import access
from tenants.newest_backup import NewestBackup
from tenants.people import second_factor
from tenants.people.permissions import Permission

PARTNERS_MAX = 20  # of one village; the table to download has them all


def sentence(matrix: turnover.Matrix) -> str:
    """What the matrix says, for people who do not read matrices."""
    if not matrix.cells:
        return _("Belum ada barang yang dibayar dan diserahkan dalam masa ini. Pilih masa lain di bawah.")
    parts = (matrix.between_rupiah, matrix.within_rupiah, matrix.inflow_rupiah)
    text = _("%(total)s dibelanjakan: %(between)s antardesa, %(within)s di desa sendiri, %(inflow)s dari pembeli di luar federasi.")
    if matrix.total_rupiah < 0:
        text = _(
            "Barang dari masa sebelumnya dikembalikan: uang yang kembali %(total)s lebih banyak daripada yang dibelanjakan dalam masa ini."
            " Belanja dikurangi uang kembali: %(between)s antardesa, %(within)s di desa sendiri, %(inflow)s dari pembeli di luar federasi."
        )
    elif min(parts) < 0 or not matrix.total_rupiah:
        text = _(
            "%(total)s dibelanjakan, setelah dikurangi uang kembali untuk barang dari masa sebelumnya: %(between)s antardesa,"
            " %(within)s di desa sendiri, %(inflow)s dari pembeli di luar federasi."
        )
    between, within, inflow = map(figures.rupiah_short, parts)
    return text % {"total": figures.rupiah_short(abs(matrix.total_rupiah)), "between": between, "within": within, "inflow": inflow}


def _warnings(*, backup: NewestBackup | None, at: datetime) -> list[str]:
    """What is wrong with the machine, the worst first."""
    room = disk_guard.left()
    disk = [_("Ruang disk pasar ini tinggal kurang dari 10 persen. Kosongkan sebagian, sebelum pesanan harus ditolak.")]
    if room is not Room.LOW:
        disk = [str(full_disk.DiskFull())] if room is Room.FULL else []
    old = backup is not None and backup.is_old(at=at)
    missed = [_("Cadangan terakhir pasar ini sudah lebih dari satu malam. Minta pengelola mesin memeriksanya.")] if old else []
    return disk + [str(doubt) for doubt in (clock.doubt(),) if doubt] + missed


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """The turnover matrix of a period as a heat map, and what waits for somebody here."""
    period = desk_layout.period(request, default=desk_layout.usual_period())
    from_on, to_on = desk_layout.ends(period)
    names, matrix = party_names.of_villages(), turnover.matrix(from_on=from_on, to_on=to_on, largest=heat_map.VILLAGES_MAX)
    one = village_fields.filtered(request.GET.get("desa", ""), names=names)
    backup = newest_backup.read(data=Path(settings.DATA))
    at, factor = timezone.now(), second_factor.active(user_id=request.user.pk)
    context: dict[str, Any] = {
        "period": period,
        "problem": one.problem or period.problem,
        "one": one,
        "one_name": names.get(one.code, ""),
        "partners": _partners(one.code, period, names) if one.code in names else [],
        "sentence": sentence(matrix),
        "matrix": matrix,
        "table": heat_map.table(matrix=matrix, names=names) if matrix.cells else None,
        "exact": request.GET.get("rupiah") == "penuh",
        "asked": desk_layout.asked(period),
        "warnings": _warnings(backup=backup, at=at),
        "backup_at": backup.began_at if backup else None,
        "waiting": [waiting_labels.of(item=item) for item in waiting.items(at=at)],
        "cycle": cycle_rows.under_way(at=at),
        "factor": factor,
        "lacks_factor": factor is None and desk_layout.may(request, Permission.APPROVE_CYCLE),
    }
    return desk_layout.page(request, "desk/overview.html", context, tab="overview")


def _partners(code: str, period: desk_layout.Period, names: Mapping[str, str]) -> list[tuple[str, turnover.Partner]]:
    """With whom one village traded, by name."""
    from_on, to_on = desk_layout.ends(period)
    called = {OUTSIDE: _("Dari luar federasi"), turnover.REST: _("Desa lainnya"), code: _("di desa sendiri")}
    found = turnover.partners(village_code=VillageCode(code), from_on=from_on, to_on=to_on, largest=PARTNERS_MAX)
    return [(called.get(one.code) or names.get(one.code, one.code), one) for one in found]


def _lines(matrix: turnover.Matrix) -> Iterator[tuple[object, ...]]:
    names = party_names.of_villages()
    for (buyer, seller), rupiah in sorted(matrix.cells.items()):
        buyer_name = _("Dari luar federasi") if buyer == OUTSIDE else names.get(buyer, buyer)
        yield buyer, buyer_name, seller, names.get(seller, seller), rupiah


@access.federation_page(Permission.SEE_DESK)
@require_GET
def table_csv(request: desk_layout.Request) -> StreamingHttpResponse:
    """The matrix of the period, one line per pair.

    :raises desk_layout.FilterNotRead: unless its days can be read, or none were asked for
    """
    period = desk_layout.period(request, default=desk_layout.usual_period())
    desk_layout.for_table(period.unread)
    from_on, to_on = desk_layout.ends(period)
    matrix = turnover.matrix(from_on=from_on, to_on=to_on)
    return csv_export.response(
        name=f"perputaran-{from_on}-{to_on}",
        header=(_("Kode desa pembeli"), _("Desa pembeli"), _("Kode desa penjual"), _("Desa penjual"), _("Rupiah")),
        rows=_lines(matrix),
    )
