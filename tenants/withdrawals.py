"""What was taken away from somebody is also written outside the database: after a restore it must not come back with the backup.

DATA/withdrawals.jsonl has a line for each, in the order in which they were committed; lines are only ever added. A restore reads the lost
market's file and takes away again what the backup still has (deploy.backup.withdrawn_since).
"""

from __future__ import annotations

import enum
import fcntl
import json
import logging
import os
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


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds from a moment on, and how many of all its lines could not be read."""

    withdrawals: list[Withdrawal]
    unreadable: int


def note(*, what: What, at: datetime, **facts: str) -> None:
    """Write it down once the caller's transaction is committed. What is committed stays so, also on a full disk: the log says it."""
    line = json.dumps({"what": what.value, "at": at.isoformat(), **facts}) + "\n"
    transaction.on_commit(lambda: _append(line), robust=True)


def read(*, path: Path, since: datetime) -> Found:
    """The withdrawals of a file from a moment on, in their order. What a power cut or a full disk cut off is passed over and counted.

    :raises OSError: if it cannot be read
    :raises ValueError: if nothing in it can: it holds something else
    """
    found, unreadable, problem = [], 0, ValueError("")
    for line in path.read_bytes().split(b"\n"):
        try:
            if line:
                found.append(_withdrawal(line))
        except ValueError as error:
            unreadable, problem = unreadable + 1, error
    if unreadable and not found:
        raise problem
    return Found(withdrawals=[one for one in found if one.at >= since], unreadable=unreadable)


def _withdrawal(line: bytes) -> Withdrawal:
    values = json.loads(line.decode())
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise ValueError(repr(line[:40]))
    at = datetime.fromisoformat(values.pop("at", ""))
    if at.tzinfo is None:
        raise ValueError(repr(line[:40]))
    return Withdrawal(what=What(values.pop("what", "")), at=at, facts=values)


def _append(line: str) -> None:
    path = Path(settings.DATA) / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, private_files.MODE)
    try:
        os.fchmod(file, private_files.MODE)
        fcntl.flock(file, fcntl.LOCK_EX)  # no other process is in the middle of a line
        left = line.encode()
        end = os.lseek(file, 0, os.SEEK_END)
        if end and os.pread(file, 1, end - 1) != b"\n":  # a line that was cut off
            left = b"\n" + left
        while left:
            left = left[os.write(file, left) :]
        os.fsync(file)
    finally:
        os.close(file)
