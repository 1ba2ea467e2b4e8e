"""The ledger's advisory locks carry the same numbers in Python and in its SQL functions."""

from __future__ import annotations

import re
from pathlib import Path

from settlement import locks

MIGRATIONS = Path(__file__).resolve().parents[2] / "settlement" / "migrations"


def test_functions_take_the_locks_that_python_knows():
    functions = "".join(path.read_text(encoding="utf-8") for path in sorted(MIGRATIONS.glob("0*.py")))
    taken = {int(number) for number in re.findall(r"pg_advisory_xact_lock(?:_shared)?\((\d+), ", functions)}
    assert taken == {locks.POSTINGS, locks.GATE}
