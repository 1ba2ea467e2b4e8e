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
from tenants import codes, keyset
from tenants.http import access
from tenants.people import accounts
from tenants.people.permissions import Permission

LACKING = keyset.Order("bank-accounts", {"village": int, "known": int, "code": str})
PAGE_ACCOUNTS = 50


@dataclass(frozen=True)
class Row:
    """A party with how it stands with its account: `account` is the one in force, else the one that is to come; `by_name` wrote it down."""

    code: str
    name: str
    status: bank_accounts.Status
    account: bank_accounts.Account | None
    by_name: str


def _rows() -> list[Row]:
    """The federation, then villages without an account, then the others by code."""
    known, names = bank_accounts.statuses(at=timezone.now()), party_names.of_members()
    shown = {code: one.account or one.coming or one.proposed for code, one in known.items()}
    people = accounts.names_of(user_ids=[account.changed_by for account in shown.values() if account])
    rows = []
    for code, name in names.items():
        account = shown.get(code)
        by_name = people.get(account.changed_by, "") if account and account.changed_by else ""
        rows.append(Row(code, name, known.get(code, bank_accounts.NOTHING), account, by_name))
    return sorted(rows, key=lambda row: (row.code != codes.FEDERATION, row.account is not None, row.code))


def _sentence(rows: list[Row]) -> str:
    if rows[0].status.account is None:
        return _("Rekening federasi belum dipakai: tanpa itu tidak ada berkas bank dan tidak ada rekening koran.")
    waiting = sum(row.status.proposed is not None for row in rows)
    if waiting:
        text = ngettext("%(count)s rekening menunggu penegasan orang lain.", "%(count)s rekening menunggu penegasan orang lain.", waiting)
        return text % {"count": waiting}
    lacking = sum(row.account is None for row in rows)
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
    rows = _rows()
    asked = desk_layout.words(request)
    among = party_names.codes_found(words=asked)
    page = LACKING.part(
        [row for row in rows if among is None or row.code in among],
        after=request.GET.get("sesudah", ""),
        limit=PAGE_ACCOUNTS,
        place=lambda row: (int(row.code != codes.FEDERATION), int(row.account is not None), row.code),
    )
    context = {
        "rows": page.rows,
        "asked": asked,
        "more_url": desk_layout.next_page(request, page.after),
        "sentence": _sentence(rows),
        "tabs": desk_tabs.of_settlement(current="desk-bank-accounts"),
    }
    return desk_layout.page(request, "desk/bank/bank_accounts.html", context, tab="cycles")
