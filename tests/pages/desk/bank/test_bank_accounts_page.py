"""The desk's list of bank accounts: the federation's own first, then who has none."""

from __future__ import annotations

import pytest

from settlement.bank import bank_accounts
from tenants.acts import Act
from tests.support import desks, factories

pytestmark = pytest.mark.usefixtures("market")
PATH = "/federasi/rekening-bank/"


def test_the_federations_own_account_stands_first() -> None:
    terms = {"bank": "BRI", "bank_code": "002", "bic": "", "number": "12345678", "holder": "Federasi"}
    bank_accounts.set_account(party="F", act=Act(by=factories.OPERATOR.principal, at=factories.START), **terms)

    said = desks.text(desks.browser(factories.APPROVER).get(PATH))

    assert "3 desa belum punya rekening di sini, jadi dibayar tunai." in said
    assert said.index("12345678") < said.index("Sukamaju belum ada")
