"""A statement as a table for a spreadsheet: CSV and XLSX, with every obligation and what the statement stands on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from federation.web import csv_export, spreadsheets
from marketplace.pages.office import office_layout
from marketplace.pages.office.settlement import settlement_labels, statement_pages
from marketplace.pages.office.settlement.statement_pages import Sheet
from settlement.seals import seals
from tenants import text_direction
from tenants.http import access
from tenants.people.permissions import Permission


def _header() -> tuple[str, ...]:
    return (
        _("Waktu"),
        _("Desa lain"),
        _("Kode desa lain"),
        _("Arah"),
        _("Sebab"),
        _("Jumlah (rupiah)"),
        _("Dihapus (rupiah)"),
        _("Sisa (rupiah)"),
        _("Harga barang (rupiah)"),
        _("Iuran federasi (rupiah)"),
        _("Keberatan"),
        _("Nomor catatan"),
    )


def _rows(sheet: Sheet) -> Iterator[tuple[object, ...]]:
    """Every obligation, then those on hold: moments and whole rupiah as they are."""
    sides = {True: _("kami utang"), False: _("kami piutang")}
    for item in sheet.statement.items:
        view = sheet.item(item)
        goods, fee = (view.fact.goods_rupiah, view.fact.fee_rupiah) if view.fact else (None, None)
        amounts = (item.amount_rupiah, item.setoff_rupiah, item.left_rupiah)
        yield item.happened_at, view.other, item.other, sides[item.owes], view.cause, *amounts, goods, fee, "", item.obligation_id
    for held in sheet.statement.held:
        on_hold = sheet.held(held)
        if held.answered_at:
            state = _("Keberatan %(village)s: %(reason)s. Jawaban: %(answer)s") % {
                "village": text_direction.isolated(on_hold.objected_by),
                "reason": text_direction.isolated(held.reason),
                "answer": text_direction.isolated(held.answer),
            }
        else:
            state = _("Ditahan. Keberatan %(village)s: %(reason)s") % {
                "village": text_direction.isolated(on_hold.objected_by),
                "reason": text_direction.isolated(held.reason),
            }
        side, nothing = sides[held.owes], (None,) * 4
        yield held.happened_at, on_hold.other, held.other, side, on_hold.cause, held.amount_rupiah, *nothing, state, held.obligation_id


def _sums(sheet: Sheet) -> list[tuple[str, object]]:
    """The statement in a few lines, signed as figures.SIGNS says."""
    found, one = sheet.statement, sheet.statement.summary
    sign = one.sign
    return [
        (_("Dari putaran sebelumnya"), found.opening_rupiah),
        (_("Belanja dan iuran putaran ini"), found.traded_rupiah),
        (_("Hasil bersih"), one.net_rupiah),
        (_("Utang yang dihapus"), one.setoff_rupiah),
        (_("Piutang yang dihapus"), one.setoff_rupiah),
        (_("Dibawa ke putaran berikutnya"), sign * one.carried_rupiah),
        (_("Dibayar atau diterima tunai"), sign * one.cash_rupiah),
        (_("Sudah berpindah"), sign * one.moved_rupiah),
        (_("Posisi dalam putaran ini"), one.position_rupiah),
    ]


def _marks(sheet: Sheet) -> list[tuple[str, object]]:
    """What shows years later that the statement is the one of then."""
    one = sheet.statement.summary
    return [
        (_("Sidik catatan (SHA-256)"), one.snapshot_sha256),
        (_("Sidik hitungan (SHA-256)"), one.solution_sha256),
        (_("Segel harian terbaru (SHA-256)"), seals.head() or _("belum ada")),
    ]


def _name(request: office_layout.Request, cycle: int) -> str:
    return f"putaran-{cycle}-{request.village.slug}"


@access.village_page(Permission.SEE_STATEMENTS)
@require_GET
def table_csv(request: office_layout.Request, cycle: int) -> StreamingHttpResponse:
    """Every obligation, the sums and the marks, a line each."""
    sheet = statement_pages.read(request, cycle)

    def lines() -> Iterator[tuple[object, ...]]:
        for when, *rest in _rows(sheet):
            yield timezone.localtime(when).isoformat(), *rest  # type: ignore[arg-type]
        for label, amount in _sums(sheet):
            yield "", "", "", "", label, amount
        for label, mark in _marks(sheet):
            yield "", "", "", "", label, "", "", "", "", "", "", mark

    return csv_export.response(name=_name(request, cycle), header=_header(), rows=lines())


@access.village_page(Permission.SEE_STATEMENTS)
@require_GET
def table_xlsx(request: office_layout.Request, cycle: int) -> FileResponse:
    """The same as a workbook: sums, obligations, what was set off against whom, payments."""
    sheet = statement_pages.read(request, cycle)
    amounts = (_("Utang kami"), _("Utang dihapus"), _("Piutang kami"), _("Piutang dihapus"))
    sheets = [
        spreadsheets.Sheet(_("Ringkasan"), (_("Putaran %(number)s") % {"number": cycle}, request.village.name), _summary(sheet), (34, 68)),
        spreadsheets.Sheet(_("Catatan"), _header(), _rows(sheet), (17, 20, 15, 13, 26, 16, 16, 16, 16, 16, 30, 38)),
        spreadsheets.Sheet(_("Saling hapus"), (_("Desa lain"), *amounts), _exchanges(sheet), (24, 16, 16, 16, 16)),
        spreadsheets.Sheet(
            _("Pembayaran"), (_("Waktu"), _("Ke atau dari"), _("Keadaan"), _("Rupiah"), _("Berita")), _legs(sheet), (17, 24, 40, 16, 32)
        ),
    ]
    return spreadsheets.response(name=_name(request, cycle), sheets=sheets)


def _summary(sheet: Sheet) -> list[tuple[object, ...]]:
    one = sheet.statement.summary
    days = [
        (_("Buku ditutup"), one.cutoff_at),
        (_("Keberatan sampai"), one.objections_until_at),
        (_("Bayar sebelum"), one.collect_until_at),
    ]
    reference = (_("Berita transfer"), sheet.statement.reference)
    state: Any = settlement_labels.STATES[one.state][0]
    return [(_("Keadaan"), state), *days, *_sums(sheet), reference, *_marks(sheet)]


def _exchanges(sheet: Sheet) -> Iterator[tuple[object, ...]]:
    for one in sheet.statement.exchanges:
        name = sheet.names.get(one.other, one.other)
        yield name, one.owed_rupiah, one.owed_setoff_rupiah, one.claimed_rupiah, one.claimed_setoff_rupiah


def _legs(sheet: Sheet) -> Iterator[tuple[object, ...]]:
    for row in sheet.legs(may_act=False):
        leg = row.leg
        yield leg.ended_at or leg.planned_at, row.direction, row.status, -leg.amount_rupiah if row.gives else leg.amount_rupiah, leg.key
