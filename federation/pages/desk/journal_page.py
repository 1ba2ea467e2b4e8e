"""Jurnal and rekening: every transfer, and one account with its balances; for the auditor, read only, without personal data."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from federation.labels import figures
from federation.members import party_names
from federation.pages.desk import desk_layout
from federation.web import csv_export
from settlement.ledger import parties
from settlement.reports import journal
from settlement.seals import seals
from tenants.http import access

PHASES = {
    "pending": (gettext_lazy("ditahan"), ""),
    "posted": (gettext_lazy("dibukukan"), "ok"),
    "voided": (gettext_lazy("dilepas"), "bad"),
}
EVENTS = {
    "sale": gettext_lazy("penjualan"),
    "fee": gettext_lazy("iuran federasi"),
    "refund": gettext_lazy("uang kembali"),
    "fee-refund": gettext_lazy("iuran kembali"),
    "undo": gettext_lazy("pembatalan pembayaran"),
    "setoff": gettext_lazy("hapus utang lewat federasi"),
    "pay-in": gettext_lazy("setoran ke putaran"),
    "payout": gettext_lazy("pembayaran ke desa"),
    "arrived": gettext_lazy("uang masuk rekening"),
    "left": gettext_lazy("uang keluar rekening"),
    "returned": gettext_lazy("pembayaran kembali"),
    "own-share": gettext_lazy("bagian federasi"),
    "unclear": gettext_lazy("uang masuk yang belum jelas"),
    "cleared-up": gettext_lazy("uang yang tadinya belum jelas"),
    "card-in": gettext_lazy("dibayar dengan kartu"),
    "gateway-charge": gettext_lazy("biaya gerbang pembayaran"),
    "charge-covered": gettext_lazy("biaya gerbang ditanggung federasi"),
    "card-sale": gettext_lazy("penjualan dengan kartu"),
    "card-delivery": gettext_lazy("ongkos antar, dibayar dengan kartu"),
    "card-fee": gettext_lazy("iuran federasi, dibayar dengan kartu"),
    "card-fee-kept": gettext_lazy("iuran masuk kas sendiri"),
    "deposit-back": gettext_lazy("titipan pembeli kembali"),
    "card-refund": gettext_lazy("uang kembali ke kartu"),
    "card-fee-back": gettext_lazy("iuran kembali ke kartu"),
    "own-to-agent": gettext_lazy("dari kas sendiri ke kas titipan"),
}
ACCOUNTS = {
    "fee-income": gettext_lazy("Iuran federasi"),
    "agent-cash": gettext_lazy("Kas titipan federasi"),
    "own-cash": gettext_lazy("Kas sendiri federasi"),
    "customer-deposits": gettext_lazy("Titipan pembeli"),
    "gateway-cost": gettext_lazy("Biaya gerbang pembayaran"),
    "in-transit": gettext_lazy("Uang dalam perjalanan"),
    "suspense": gettext_lazy("Belum jelas"),
}


def accounts() -> dict[str, str]:
    """Every account that can be asked for, by code, with its name."""
    federation = {code: str(ACCOUNTS.get(code, code)) for code in parties.FEDERATION_ACCOUNTS}
    return {**{parties.clearing(code): name for code, name in party_names.of_villages().items()}, **federation}


@dataclass(frozen=True)
class Wish:
    """What the filter asks for; `cause` as it was written."""

    account: str
    cause: str
    period: desk_layout.Period
    trouble: str

    def entries(self, *, after: journal.Place | None, most: int) -> journal.Page:
        """One page of what is asked for."""
        begins_at, ends_at = bounds(self.period)
        cause_id = uuid.UUID(self.cause) if self.cause else None
        return journal.entries(
            account=self.account or None, cause_id=cause_id, begins_at=begins_at, ends_at=ends_at, after=after, most=most
        )


def bounds(period: desk_layout.Period) -> tuple[datetime | None, datetime | None]:
    """The instants from which and before which a period lasts, in the federation's time zone."""
    return (_midnight(period.from_on) if period.from_on else None, _midnight(period.to_on + timedelta(days=1)) if period.to_on else None)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _wish(request: desk_layout.Request) -> Wish:
    period = desk_layout.period(request, default=desk_layout.Period(None, None))
    account = request.GET.get("rekening", "")
    cause, trouble = request.GET.get("sebab", "").strip(), period.trouble
    try:
        cause = str(uuid.UUID(cause)) if cause else ""
    except ValueError:
        cause, trouble = "", _("Nomor pesanan itu tidak terbaca. Salin seluruhnya dari jurnal atau jejak, misalnya 0199a2b4-….")
    return Wish(account if account in accounts() else "", cause, period, trouble)


def _place(text: str) -> journal.Place | None:
    """Where a page begins; what cannot be read begins at the newest."""
    at, _mark, entry_id = text.partition("|")
    try:
        moment = datetime.fromisoformat(at)
        return journal.Place(moment, uuid.UUID(entry_id)) if moment.tzinfo else None
    except ValueError:
        return None


def told(entry: journal.Entry, names: dict[str, str]) -> dict[str, Any]:
    """An entry with its words."""
    phase, tone = PHASES.get(entry.phase, (entry.phase, ""))
    return {
        "entry": entry,
        "phase": phase,
        "tone": tone,
        "event": EVENTS.get(entry.event, entry.event),
        "debit": names.get(entry.debit, entry.debit),
        "credit": names.get(entry.credit, entry.credit),
        "reverses": entry.reverses_id is not None,
    }


@access.federation_page(desk_layout.AUDITOR)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """The newest transfers that the filter leaves, page by page."""
    wish, names = _wish(request), accounts()
    page = wish.entries(after=_place(request.GET.get("sesudah", "")[:100]), most=journal.PAGE_ENTRIES)
    after = f"{page.next.happened_at.isoformat()}|{page.next.id}" if page.next else ""
    context = {
        "rows": [told(entry, names) for entry in page.entries],
        "wish": wish,
        "trouble": wish.trouble,
        "accounts": names.items(),
        "more_url": desk_layout.next_page(request, after),
        "query": desk_layout.filters(request),
    }
    return desk_layout.page(request, "desk/journal.html", context, tab="journal")


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
)


def _entry_cells(entry: journal.Entry) -> tuple[object, ...]:
    """An entry for a spreadsheet: codes instead of names, so that it can be held against other exports."""
    times = (timezone.localtime(entry.happened_at).isoformat(), timezone.localtime(entry.created_at).isoformat())
    money = (entry.phase, entry.event, entry.debit, entry.credit, entry.amount_rupiah)
    return (*times, *money, entry.reference, entry.cause_id, entry.id, entry.pending_id, entry.reverses_id)


def _entry_lines(wish: Wish) -> Iterator[tuple[object, ...]]:
    place: journal.Place | None = None
    while True:
        page = wish.entries(after=place, most=1_000)
        for entry in page.entries:
            yield _entry_cells(entry)
        place = page.next
        if place is None:
            return


@access.federation_page(desk_layout.AUDITOR)
@require_GET
def table_csv(request: desk_layout.Request) -> StreamingHttpResponse:
    """All transfers that the filter leaves, not only the page."""
    return csv_export.response(name="jurnal", header=ENTRY_HEADER, rows=_entry_lines(_wish(request)), seal=seals.head())


def _statement(request: desk_layout.Request, account: str) -> tuple[desk_layout.Period, journal.Statement]:
    if account not in accounts():
        raise Http404
    period = desk_layout.period(request, default=desk_layout.usual_period())
    from_on, to_on = desk_layout.ends(period)
    return period, journal.statement(account=account, begins_at=_midnight(from_on), ends_at=_midnight(to_on + timedelta(days=1)))


@access.federation_page(desk_layout.AUDITOR)
@require_GET
def statement(request: desk_layout.Request, account: str) -> HttpResponse:
    """One account in a period: opening balance, every posted transfer with the balance after it, closing balance."""
    period, found = _statement(request, account)
    names = accounts()
    context = {
        "name": names[account],
        "account": account,
        "period": period,
        "trouble": period.trouble,
        "statement": found,
        "rows": [{**told(line.entry, names), "line": line} for line in found.lines],
        "is_village": account.startswith(parties.CLEARING),
        "asked": desk_layout.asked(period),
        "sentence": _("Saldo awal %(opening)s, saldo akhir %(closing)s, %(count)s catatan.")
        % {
            "opening": figures.rupiah(found.opening_rupiah),
            "closing": figures.rupiah(found.closing_rupiah),
            "count": figures.number(len(found.lines)),
        },
    }
    return desk_layout.page(request, "desk/ledger_account.html", context, tab="journal")


@access.federation_page(desk_layout.AUDITOR)
@require_GET
def statement_csv(request: desk_layout.Request, account: str) -> StreamingHttpResponse:
    """The statement with its opening and closing balance."""
    period, found = _statement(request, account)

    def rows() -> Iterator[tuple[object, ...]]:
        yield _("Saldo awal"), "", "", "", "", "", found.opening_rupiah
        for line in found.lines:
            entry = line.entry
            other = entry.debit if entry.credit == account else entry.credit
            yield (
                timezone.localtime(entry.happened_at).isoformat(),
                entry.event,
                other,
                entry.cause_id,
                entry.id,
                line.amount_rupiah,
                line.balance_rupiah,
            )
        yield _("Saldo akhir"), "", "", "", "", "", found.closing_rupiah

    header = (_("Waktu"), _("Kejadian"), _("Lawan"), _("Sebab (pesanan)"), _("Nomor"), _("Rupiah"), _("Saldo (rupiah)"))
    name = f"rekening-{account.replace(':', '-')}-{period.from_on}-{period.to_on}"
    return csv_export.response(name=name, header=header, rows=rows(), seal=seals.head())
