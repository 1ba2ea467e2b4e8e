"""Rekening of the books: one account in a period with its balances; for the auditor, read only, without personal data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from federation.labels import figures, ledger_labels
from federation.pages.desk import desk_layout
from federation.pages.desk.books import ledger_rows
from federation.web import csv_export
from settlement.ledger import parties
from settlement.reports import journal
from settlement.seals import seals
from tenants.http import access
from tenants.people.permissions import Permission


def _statement(request: desk_layout.Request, account: str, names: Mapping[str, str]) -> tuple[desk_layout.Period, journal.Statement]:
    if account not in names:
        raise Http404
    period = desk_layout.period(request, default=desk_layout.usual_period())
    begins_at, ends_at = period.bounds()
    if begins_at is None or ends_at is None:
        raise ValueError(period)
    return period, journal.statement(account=account, begins_at=begins_at, ends_at=ends_at)


@access.federation_page(Permission.SEE_JOURNAL)
@require_GET
def index(request: desk_layout.Request, account: str) -> HttpResponse:
    """One account in a period: opening balance, every posted transfer with the balance after it, closing balance."""
    names = ledger_rows.account_names()
    period, found = _statement(request, account, names)
    context = {
        "name": names[account],
        "account": account,
        "period": period,
        "problem": period.problem,
        "statement": found,
        "rows": [{"row": ledger_rows.row(entry=line.entry, names=names), "line": line} for line in found.lines],
        "is_village": account.startswith(parties.CLEARING),
        "asked": desk_layout.asked(period),
        "sentence": _("Saldo awal %(opening)s, saldo akhir %(closing)s, %(count)s catatan.")
        % {
            "opening": figures.rupiah(found.opening_rupiah),
            "closing": figures.rupiah(found.closing_rupiah),
            "count": figures.number(len(found.lines)),
        },
    }
    return desk_layout.page(request, "desk/books/ledger_account.html", context, tab="journal")


@access.federation_page(Permission.SEE_JOURNAL)
@require_GET
def table_csv(request: desk_layout.Request, account: str) -> StreamingHttpResponse:
    """The statement with its opening and closing balance.

    :raises desk_layout.FilterNotRead: unless its days can be read, or none were asked for
    """
    names = ledger_rows.account_names()
    period, found = _statement(request, account, names)
    desk_layout.for_table(period.unread)

    def rows() -> Iterator[tuple[object, ...]]:
        yield _("Saldo awal"), "", "", "", "", "", "", found.opening_rupiah
        for line in found.lines:
            entry = line.entry
            other = entry.debit if entry.credit == account else entry.credit
            yield (
                timezone.localtime(entry.happened_at).isoformat(),
                ledger_labels.event(code=entry.event),
                names.get(other, other),
                other,
                entry.cause_id,
                entry.id,
                line.amount_rupiah,
                line.balance_rupiah,
            )
        yield _("Saldo akhir"), "", "", "", "", "", "", found.closing_rupiah

    header = (
        *(_("Waktu"), _("Kejadian"), _("Lawan"), _("Kode lawan"), _("Sebab (pesanan)"), _("Nomor")),
        *(_("Rupiah"), _("Saldo (rupiah)")),
    )
    name = f"rekening-{account.replace(':', '-')}-{period.from_on}-{period.to_on}"
    return csv_export.response(name=name, header=header, rows=rows(), seal=seals.head())
