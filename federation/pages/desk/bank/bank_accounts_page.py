"""Rekening bank: where each party's money is sent, and who has none yet."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from federation.members import party_names
from federation.pages.desk import desk_layout, desk_tabs
from settlement.bank import bank_accounts
from settlement.reports import account_list
from tenants.http import access
from tenants.people import accounts
from tenants.people.permissions import Permission


@dataclass(frozen=True)
class Row:
    """A party with how it stands with its account: `account` is the one that is shown; `by_name` wrote it down."""

    code: str
    name: str
    status: bank_accounts.Status
    account: bank_accounts.Account | None
    by_name: str


def _rows(found: account_list.AccountList) -> list[Row]:
    names = party_names.of_members()
    shown = {code: found.statuses.get(code, bank_accounts.NOTHING) for code in found.page.rows}
    people = accounts.names_of(user_ids=[status.shown.changed_by for status in shown.values() if status.shown])
    rows = []
    for code, status in shown.items():
        account = status.shown
        by_name = people.get(account.changed_by, "") if account and account.changed_by else ""
        rows.append(Row(code, names.get(code, code), status, account, by_name))
    return rows


def _sentence(found: account_list.AccountList) -> str:
    if found.own.account is None:
        return _("Rekening federasi belum dipakai: tanpa itu tidak ada berkas bank dan tidak ada rekening koran.")
    waiting, lacking = found.proposed, found.lacking
    if waiting:
        text = ngettext("%(count)s rekening menunggu penegasan orang lain.", "%(count)s rekening menunggu penegasan orang lain.", waiting)
        return text % {"count": waiting}
    if not lacking:
        return _("Semua desa punya rekening.")
    text = ngettext(
        "%(count)s desa belum punya rekening di sini, jadi dibayar tunai.",
        "%(count)s desa belum punya rekening di sini, jadi dibayar tunai.",
        lacking,
    )
    return text % {"count": lacking}


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """The parties' accounts, with a search and pages."""
    at, asked = timezone.now(), desk_layout.words(request)
    among, after = party_names.codes_found(words=asked), request.GET.get("sesudah", "")
    found = account_list.page(at=at, among=among, after=after, limit=desk_layout.ROWS)
    context = {
        "rows": _rows(found),
        "asked": asked,
        "more_url": desk_layout.next_page(request, found.page.after),
        "sentence": _sentence(found),
        "tabs": desk_tabs.of_settlement(current="desk-bank-accounts"),
    }
    return desk_layout.page(request, "desk/bank/bank_accounts.html", context, tab="cycles")
