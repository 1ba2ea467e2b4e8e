"""The desk's list of bank accounts: the federation's own first, then who has none."""

from __future__ import annotations

import pytest

from tests.support import desks, factories
from tests.support.settlement import rounds

pytestmark = pytest.mark.usefixtures("market")
PATH = "/federasi/rekening-bank/"


def test_the_federations_own_account_stands_first() -> None:
    rounds.account("F", number="12345678", at=factories.START)

    said = desks.text(desks.browser(factories.APPROVER).get(PATH))

    assert "3 desa belum punya rekening di sini, jadi dibayar tunai." in said
    assert said.index("12345678") < said.index("Sukamaju belum ada")
