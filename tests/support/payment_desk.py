"""The desk's page of the first cycle's money, as tests use it: its buttons, the pages of its actions, what it offers to whom."""

from __future__ import annotations

from django.http import HttpResponse

from tests.support import desks, factories
from tests.support.settlement import bank_days

PATH = "/federasi/putaran/1/uang/"
PREPARE, AT_GATEWAY, FILE, CASH = f"{PATH}siapkan/", f"{PATH}gerbang/", f"{PATH}berkas/", f"{PATH}tunai/"


def press(action: str) -> HttpResponse:
    """Press the operator's button on the page that goes to `action`, and say yes to what it asks."""
    operator = desks.browser(factories.OPERATOR)
    return desks.answered(operator, desks.press(operator, PATH, action))


def fill(url: str, **typed: str) -> HttpResponse:
    """Fill in and send the form of an action that has a page of its own."""
    return desks.press(desks.browser(factories.OPERATOR), url, **typed)


def text(person: factories.Person = factories.AUDITOR) -> str:
    return desks.text(desks.browser(person).get(PATH))


def offered(person: factories.Person = factories.OPERATOR) -> set[str]:
    """What the page leads this person to do."""
    return desks.offered(desks.browser(person), PATH)


def pay_in(amount_rupiah: int = 20_600) -> None:
    """Sukamaju's money arrives at the federation's bank."""
    bank_days.read(("TRSF PS0001-3402902001", amount_rupiah))
