"""What an invariant is, and a proof that is no query."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum


class Scope(Enum):
    """Where an invariant's query runs."""

    SHARED = "shared"  # once
    VILLAGE = "village"  # inside each village


@dataclass(frozen=True)
class Invariant:
    """A rule and the query that finds what breaks it; no row means that it holds.

    `sql` may use the parameters of `examination.parameters`. `shared`, where given, is a query of (village, key, word) over the shared
    tables; each village's rows of it reach `sql` as the arrays %(keys)s and %(words)s, in no order. `of_release`: it holds the database
    against the code of this release, so data of the one before break it. `since`: the migration that made older data hold it, if any.
    `by_workers`: it holds only while workers run, so not of a market that was shut, or restored, for some minutes.
    """

    name: str
    meaning: str
    sql: str
    scope: Scope = Scope.SHARED
    shared: str = ""
    of_release: bool = False
    since: str = ""
    by_workers: bool = False


@dataclass(frozen=True)
class Proof:
    """A rule that needs code beside SQL: `find` reads the shared tables at the audit's moment and gives what breaks it, as text."""

    name: str
    meaning: str
    find: Callable[[], Iterable[str]]
    of_release: bool = False
    since: str = ""
    by_workers: bool = False
