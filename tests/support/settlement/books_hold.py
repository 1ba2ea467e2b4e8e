"""Whatever a test of cycles did, the books are right afterwards: every invariant of the ledger, its cycles and its payments.

One apart: a test may say what a bank says of a payment without writing the statement that shows it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy.audit import examination


@pytest.fixture(autouse=True)
def books_hold(request: pytest.FixtureRequest) -> Iterator[None]:
    if "market" in request.fixturenames:
        request.getfixturevalue("market")
    yield
    if "market" in request.fixturenames:
        assert set(examination.broken_books()) <= {"seen-payments-have-their-line"}
