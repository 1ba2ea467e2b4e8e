"""The ledger's advisory locks carry the same numbers in Python and in its SQL functions."""

from __future__ import annotations

import re

from settlement.ledger import locks
from tests.support.settlement import books


def test_functions_take_the_locks_that_python_knows():
    taken = {int(number) for number in re.findall(r"pg_advisory_xact_lock(?:_shared)?\((\d+), ", books.functions())}
    assert taken == {locks.POSTINGS, locks.GATE}
