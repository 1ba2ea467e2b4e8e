"""The desk's pages of bank statements, as tests use them: a table taken in, a line decided."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from settlement.models import BankStatement, StatementLine
from tests.support import desks, factories
from tests.support.settlement import bank_days

PATH = "/federasi/rekening-koran/"
IMPORT = f"{PATH}masukkan/"
PAY_IN = "TRSF PS0001-3402902001"
COLUMNS = {name: column for name, column in bank_days.MAPPING.items() if name != "rekening"}
EXPLAIN, HOLD, COUNT_AS_PAY_IN, PAY_BACK, TAKE_BACK, OF_GATEWAY = "jelaskan", "simpan", "setoran", "kembalikan", "ditarik", "gerbang"
MISREAD, PAYOUT = "salah-baca", "pembayaran"
DECISIONS = (EXPLAIN, HOLD, COUNT_AS_PAY_IN, PAY_BACK, TAKE_BACK, OF_GATEWAY, MISREAD, PAYOUT)


def upload(*bookings: bank_days.Booking, first: int = 1, contents: bytes | None = None, **columns: str) -> HttpResponse:
    """The operator takes in a table with these bookings."""
    client = desks.browser(factories.OPERATOR)
    form = desks.filled(client, IMPORT)
    file = SimpleUploadedFile("mutasi.csv", bank_days.table(bookings, first=first) if contents is None else contents)
    return client.post(IMPORT, {**form.values, **COLUMNS, "kind": "csv", "file": file, **columns})


def waiting(person: factories.Person = factories.OPERATOR) -> str:
    """What the page of the waiting lines says."""
    return desks.text(desks.browser(person).get(PATH))


def line(amount_rupiah: int) -> StatementLine:
    return StatementLine.objects.get(amount_rupiah=amount_rupiah)


def url_of(line: StatementLine, decision: str = "") -> str:
    """The page of a line, or the address of a decision about it."""
    return f"{PATH}{line.id}/{f'{decision}/' if decision else ''}"


def offered(line: StatementLine) -> set[str]:
    """The decisions that the page of a line offers."""
    return {place.strip("/") for place in desks.offered(desks.browser(factories.OPERATOR), url_of(line))}


def decide(decision: str, line: StatementLine, **typed: str) -> HttpResponse:
    """Press one of the buttons on the page of a line, with the first choice of each of its lists; yes to what is asked then."""
    client = desks.browser(factories.OPERATOR)
    form = desks.filled(client, url_of(line), url_of(line, decision))
    page = client.get(url_of(line)).content.decode()
    lists = {name: re.search(rf'<select name="{name}".*?<option value="([^"]+)"', page, re.DOTALL) for name in form.values}
    chosen = {name: one[1] for name, one in lists.items() if one}
    return desks.answered(client, client.post(form.action, {**form.values, **chosen, "reason": "ditelepon", **typed}))


def take_back(file: str = "mutasi.csv", *, reason: str = "kolom tertukar") -> HttpResponse:
    """Press the button on the page of an import of that name, the newest."""
    taken = BankStatement.objects.filter(file=file).latest("imported_at")
    client, path = desks.browser(factories.OPERATOR), f"{PATH}berkas/{taken.id}/"
    form = desks.filled(client, path)
    return client.post(path, {**form.values, "reason": reason})
