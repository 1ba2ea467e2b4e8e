"""What was taken away from somebody is also written outside the database: after a restore it must not come back with the backup.

DATA/withdrawals.jsonl has a line for each, in the order in which they were committed; lines are only ever added. A restore reads the lost
market's file and takes away again what the backup still has (deploy.backup.withdrawn_since).
"""

from __future__ import annotations

import enum
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from tenants import private_files

NAME = "withdrawals.jsonl"
log = logging.getLogger(__name__)


class What(enum.Enum):
    """What was taken away."""

    ROLE = "role"  # facts: user, village, role, until_on
    PASSWORD = "password"  # noqa: S105 - another one was set; facts: user, hash (of the new one)
    SECOND_FACTOR = "second-factor"  # facts: user
    BANK_ACCOUNT = "bank-account"  # stopped; facts: party
    PROPOSED_ACCOUNT = "proposed-account"  # facts: party, proposal


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One line: what, when, and its facts, which are codes and ids."""

    what: What
    at: datetime
    facts: dict[str, str]


def note(*, what: What, at: datetime, **facts: str) -> None:
    """Write it down once the caller's transaction is committed. What is committed stays so, also on a full disk: the log says it."""
    line = json.dumps({"what": what.value, "at": at.isoformat(), **facts}) + "\n"
    transaction.on_commit(lambda: _append(line), robust=True)


def read(*, path: Path, since: datetime) -> Iterator[Withdrawal]:
    """The withdrawals of a file from a moment on, in their order. A line that was cut off by a power cut is the last one, and left out.

    :raises OSError: if it cannot be read
    :raises ValueError: if it holds something else
    """
    lines = path.read_text(encoding="utf-8").split("\n")
    for line in lines[:-1]:
        values = json.loads(line)
        if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
            raise ValueError(line[:40])
        at = datetime.fromisoformat(values.pop("at", ""))
        what = What(values.pop("what", ""))
        if at >= since:
            yield Withdrawal(what=what, at=at, facts=values)


def _append(line: str) -> None:
    path = Path(settings.DATA) / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, private_files.MODE)
    try:
        os.fchmod(file, private_files.MODE)
        os.write(file, line.encode())
        os.fsync(file)
    finally:
        os.close(file)
