"""What tests of a cycle's payments share."""

from __future__ import annotations

import pytest

from tests.support.settlement import rounds


@pytest.fixture
def collecting(market, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worked example waits for Sukamaju's 41,200; Cibiru has a bank account, Melati has none. It is the moment of the cut-off."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: rounds.T0)
    rounds.worked_example()
    rounds.bank_accounts(rounds.B)
    rounds.collecting()
