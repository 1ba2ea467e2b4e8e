"""A bank's days in tests: a table of bookings as its portal gives it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

from settlement.bank import bank_accounts
from settlement.models import StatementLine
from settlement.statement_lines import explaining, matching, suspense
from tenants.acts import Act
from tests.support.settlement import rounds

ACCOUNT = "03370100123450"
MAPPING = {
    "rekening": ACCOUNT,
    "tanggal": "Tanggal",
    "format_tanggal": "dd/mm/yyyy",
    "keterangan": "Keterangan",
    "debit": "Debit",
    "kredit": "Kredit",
    "referensi": "Ref",
}
Booking = tuple[str, int | Decimal]  # the transfer's text, what came (below zero: what went)


def table(bookings: Sequence[Booking], *, first: int = 1) -> bytes:
    """The portal's table of one day, each booking under a number of its own from `first` on; a file of 1 is of 2 July, others are later."""
    day = datetime.date(2026, 7, 1) + datetime.timedelta(days=first)
    lines = ["Tanggal;Keterangan;Debit;Kredit;Ref"]
    for number, (text, amount) in enumerate(bookings, start=first):
        debit, credit = ("", amount) if amount > 0 else (-amount, "")
        lines.append(f"{day:%d/%m/%Y};{text};{debit};{credit};B{number:05}")
    return "\n".join(lines).encode()


def read(*bookings: Booking, first: int = 1) -> matching.Imported:
    """Import a day's table."""
    at = max(rounds.T0, rounds.T0 + datetime.timedelta(days=first))
    return matching.import_statement(
        contents=table(bookings, first=first), file="mutasi.csv", mapping=MAPPING, act=Act(by=rounds.MAKER, at=at)
    )


def own_cash(amount_rupiah: int, *, at: datetime.datetime, first: int = 90) -> None:
    """The bank pays the federation interest, below zero: takes a charge, and a person says so: its own cash is that much more, or less."""
    if not bank_accounts.own_numbers(at=at):
        rounds.bank_accounts()
    read(("BUNGA ATAU BIAYA", amount_rupiah), first=first)
    line = StatementLine.objects.get(state="open", amount_rupiah=abs(amount_rupiah), incoming=amount_rupiah > 0)
    explaining.explain(line_id=line.id, act=Act(by=rounds.SECOND, at=at, reason="bunga atau biaya bank"))


def take_back(shown: StatementLine, reference: str, amount_rupiah: int, *, first: int) -> StatementLine:
    """The bank takes a pay-in back, and a person says so of the line that waits; `shown` is the line that had brought it."""
    read((f"KOREKSI {reference}", -amount_rupiah), first=first)
    line = StatementLine.objects.get(state="open", why="taken-back", amount_rupiah=amount_rupiah)
    suspense.take_back(line_id=line.id, pay_in_id=shown.id, act=Act(by=rounds.SECOND, at=rounds.T0, reason="kata bank"))
    line.refresh_from_db()
    return line
