"""Rekening bank: where each party's money is sent, and who has none yet."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from federation.members import party_names
from federation.pages.desk import desk_layout, desk_tabs
from settlement.bank import bank_accounts
from tenants import codes
from tenants.http import access
from tenants.people import accounts
from tenants.people.permissions import Permission


@dataclass(frozen=True)
class Row:
    """A party with its account, if one is known, and who wrote it down."""

    code: str
    name: str
    account: bank_accounts.Account | None
    by_name: str


def _rows() -> list[Row]:
    """The federation, then villages without an account, then the others by code."""
    known, names = bank_accounts.known(), party_names.of_members()
    people = accounts.names_of(user_ids=[account.changed_by for account in known.values()])
    rows = []
    for code, name in names.items():
        account = known.get(code)
        by_name = people.get(account.changed_by, "") if account and account.changed_by else ""
        rows.append(Row(code, name, account, by_name))
    return sorted(rows, key=lambda row: (row.code != codes.FEDERATION, row.account is not None, row.code))


def _sentence(rows: list[Row]) -> str:
    if rows[0].account is None:
        return _("Rekening federasi belum diisi: tanpa itu tidak ada berkas bank dan tidak ada rekening koran.")
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
    """Every party's account."""
    rows = _rows()
    context = {"rows": rows, "sentence": _sentence(rows), "tabs": desk_tabs.of_settlement(current="desk-bank-accounts")}
    return desk_layout.page(request, "desk/bank/bank_accounts.html", context, tab="cycles")
