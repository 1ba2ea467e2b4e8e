"""What tests of bank statements share."""

from __future__ import annotations

import pytest

from tests.support.settlement import rounds


@pytest.fixture
def collecting(market, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worked example waits for Sukamaju's 41,200; Cibiru and Melati have bank accounts. It is the moment of the cut-off."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: rounds.T0)
    rounds.worked_example()
    rounds.bank_accounts(rounds.B, rounds.C)
    rounds.collecting()
