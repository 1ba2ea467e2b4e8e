"""Neraca: the trial balance of the books at any minute, as it is known now or as it was known then; read only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from federation.labels import figures
from federation.members import party_names
from federation.pages.desk import desk_layout
from federation.pages.desk.books import ledger_rows
from federation.web import csv_export, url_days
from settlement.ledger import parties
from settlement.reports import trial_balance
from settlement.seals import seals
from tenants.errors import DomainError, Kind
from tenants.http import access
from tenants.people.permissions import Permission

_MINUTE = timedelta(minutes=1)
_NOT_READ = gettext_noop("Waktunya tidak terbaca. Pilih dari kalender, misalnya 2020-08-31T23:59.")
PAGE_ACCOUNTS = 30  # the federation's own are half of them


class MinuteNotRead(DomainError):
    """A table to keep is not drawn up as of another minute than it was asked for."""

    kind = Kind.INVALID
    code = "minute-not-read"
    sentence = _NOT_READ


@dataclass(frozen=True)
class Wish:
    """Up to the end of which minute, and as known at the end of which (None: as it is known now); `problem`: what was not understood."""

    at: datetime
    known_at: datetime | None
    problem: str

    @property
    def before(self) -> datetime:
        """Where the last minute ends that counts."""
        return self.at + _MINUTE

    @property
    def known_before(self) -> datetime | None:
        return self.known_at and self.known_at + _MINUTE


def _wish(request: desk_layout.Request, *, now: datetime) -> Wish:
    this_minute = timezone.localtime(now).replace(second=0, microsecond=0)
    try:
        at = _minute(request.GET.get("saat", "")) or this_minute
        known_at = _minute(request.GET.get("diketahui", ""))
    except ValueError:
        return Wish(this_minute, None, _(_NOT_READ))
    return Wish(at, known_at, "")


def _minute(text: str) -> datetime | None:
    """A minute in the federation's time zone, as a browser's field sends it; None for nothing.

    :raises ValueError: if it is none
    """
    if not text.strip():
        return None
    naive = datetime.fromisoformat(text.strip())
    url_days.read(naive.date().isoformat())  # of this century
    if naive.tzinfo is not None:
        raise ValueError(text)
    return timezone.make_aware(naive.replace(second=0, microsecond=0))


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """The accounts on which anything ever moved, with a search and pages, and the sums of both sides of all of them."""
    wish = _wish(request, now=timezone.now())
    asked = desk_layout.words(request)
    among = party_names.codes_found(words=asked)
    found = trial_balance.page(
        before=wish.before,
        known_before=wish.known_before,
        among=None if among is None else [parties.clearing(code) for code in among],
        after=request.GET.get("sesudah", ""),
        limit=PAGE_ACCOUNTS,
    )
    names = ledger_rows.names_of(accounts=[row.account for row in found.page.rows])
    context = {
        "wish": wish,
        "problem": wish.problem,
        "rows": [{"row": row, "name": names[row.account]} for row in found.page.rows],
        "asked": asked,
        "more_url": desk_layout.next_page(request, found.page.after),
        "total": found.total,
        "is_balanced": found.is_balanced,
        "sentence": _sentence(found),
        "empty": found.empty,
        "query": desk_layout.filters(request),
    }
    return desk_layout.page(request, "desk/books/trial_balance.html", context, tab="balance")


def _sentence(found: trial_balance.Sides) -> str:
    total = found.total
    if found.is_balanced:
        return _("Debit dan kredit sama: %(debit)s. Yang baru ditahan: %(pending)s.") % {
            "debit": figures.rupiah(total.debit_rupiah),
            "pending": figures.rupiah(total.pending_debit_rupiah),
        }
    return _("Debit dan kredit tidak sama: %(debit)s dan %(credit)s. Jalankan pasarsama audit dan hubungi pemeriksa.") % {
        "debit": figures.rupiah(total.debit_rupiah),
        "credit": figures.rupiah(total.credit_rupiah),
    }


@access.federation_page(Permission.SEE_DESK)
@require_GET
def table_csv(request: desk_layout.Request) -> StreamingHttpResponse:
    """Every account by name, those without movement too, and the sums; the codes stand at the end, to hold it against other exports.

    :raises MinuteNotRead: unless a minute can be read, or none was asked for
    """
    wish = _wish(request, now=timezone.now())
    if wish.problem:
        raise MinuteNotRead
    found = trial_balance.draw_up(before=wish.before, known_before=wish.known_before)

    names = {"": _("Jumlah seluruhnya"), **ledger_rows.names_of(accounts=[row.account for row in found.rows])}

    def rows() -> Iterator[tuple[object, ...]]:
        for row in (*found.rows, found.total):
            yield (
                names[row.account],
                row.debit_rupiah,
                row.credit_rupiah,
                row.balance_rupiah,
                row.pending_debit_rupiah,
                row.pending_credit_rupiah,
                row.account,
            )

    header = (
        _("Rekening"),
        _("Debit (rupiah)"),
        _("Kredit (rupiah)"),
        _("Saldo debit (rupiah)"),
        _("Debit ditahan (rupiah)"),
        _("Kredit ditahan (rupiah)"),
        _("Kode rekening"),
    )
    return csv_export.response(name=f"neraca-{wish.at:%Y-%m-%d-%H%M}", header=header, rows=rows(), seal=seals.head())
