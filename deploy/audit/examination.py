"""Running the invariants, all at one moment: one exported snapshot, imported by a short transaction for each village.

One transaction over all villages would run out of locks (measured at village 247), and one per village without the snapshot would
see each village at another moment, with orders half way between.
"""

# ruff: noqa: S608 - all SQL here is put together from our own words; values go in as parameters
from __future__ import annotations

import contextlib
import functools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from deploy.audit import (
    cycle_invariants,
    gateway_invariants,
    history_invariants,
    installed_functions,
    ledger_invariants,
    market_invariants,
    payment_invariants,
    restore_invariants,
    seal_invariants,
    shop_invariants,
    solutions,
    tenancy_invariants,
)
from deploy.audit.invariant import Invariant, Proof, Scope
from tenants import models
from tenants.codes import VillageCode
from tenants.db import context, privileges
from tenants.events import subscribers
from tenants.schemas import migration_state

BOOKS: tuple[Invariant, ...] = (
    *ledger_invariants.INVARIANTS,
    *cycle_invariants.INVARIANTS,
    *payment_invariants.INVARIANTS,
    *restore_invariants.INVARIANTS,
    *seal_invariants.INVARIANTS,
)  # within settlement's own tables
INVARIANTS: tuple[Invariant, ...] = (
    *BOOKS,
    *market_invariants.INVARIANTS,
    *gateway_invariants.INVARIANTS,
    *shop_invariants.INVARIANTS,
    *history_invariants.INVARIANTS,
    *tenancy_invariants.INVARIANTS,
)
PROOFS: tuple[Proof, ...] = (*installed_functions.PROOFS, *solutions.PROOFS)
SAMPLE_ROWS = 5
_NO_ROWS = ("{}", "{}")
_NOT_THERE = ("42P01", "42703", "42883")  # table, column, function


@dataclass
class Result:
    """What an invariant found: how many rows break it, and some of them as text, with their village where it looks into one.

    `unasked`: why it could not be asked of data of the release before.
    """

    name: str
    meaning: str
    count: int = 0
    sample: list[str] = field(default_factory=list)
    unasked: str = ""

    def add(self, *, count: int, rows: Sequence[str], where: str = "") -> None:
        """Count rows that break it."""
        self.count += count
        self.sample += [f"{where}{row}" for row in rows[: SAMPLE_ROWS - len(self.sample)]]


def run(
    *,
    invariants: Sequence[Invariant] = INVARIANTS,
    proofs: Sequence[Proof] = PROOFS,
    at_rest: bool = False,
    before_upgrade: bool = False,
) -> list[Result]:
    """Run every invariant over all villages, and every proof, and give what each found, in their order.

    `at_rest`: no worker runs, so what only they keep true is left out. `before_upgrade`: the data are of an older release; what holds the
    database against this one's code is left out, as is what holds since a migration that they lack, and what asks for a table or column
    that this release brings says so.
    """
    rules: list[Invariant | Proof] = [*invariants, *proofs]
    rules = [rule for rule in rules if not (at_rest and rule.by_workers)]
    if before_upgrade:
        applied = {f"{app}.{name}" for app, name in migration_state.everywhere()}
        rules = [rule for rule in rules if not rule.of_release and rule.since in {"", *applied}]
    findings = _Findings(rules, tolerant=before_upgrade)
    inner = [invariant for invariant in invariants if invariant.scope is Scope.VILLAGE]
    mirrors = _Mirrors()
    with _snapshot() as snapshot:
        with context.public(), _moment(snapshot):
            values = parameters()
            for invariant in invariants:
                if invariant.scope is Scope.SHARED:
                    findings.ask(invariant, functools.partial(_ask, invariant, values))
            for proof in proofs:
                findings.ask(proof, functools.partial(_prove, proof))
            for invariant in inner:
                findings.ask(invariant, functools.partial(mirrors.read, invariant))
            villages = _villages()
        for village_code in villages:
            with context.inside(village_code), _moment(snapshot):
                for invariant in inner:
                    keys, words = mirrors.of(invariant, village_code)
                    question = functools.partial(_ask, invariant, {**values, "keys": keys, "words": words})
                    findings.ask(invariant, question, where=f"{village_code} ")
    return findings.results()


class _Findings:
    """What the rules found so far. `tolerant`: a question about a table or column that is not there stays unasked."""

    def __init__(self, rules: Sequence[Invariant | Proof], *, tolerant: bool) -> None:
        self._found = {rule.name: Result(rule.name, rule.meaning) for rule in rules}
        self._tolerant = tolerant

    def ask(self, rule: Invariant | Proof, question: Callable[[], tuple[int, list[str]]], where: str = "") -> None:
        """Put a question of a rule, and count what breaks it."""
        result = self._found.get(rule.name)
        if result is None or result.unasked:
            return
        try:
            with transaction.atomic() if self._tolerant else contextlib.nullcontext():
                count, rows = question()
        except ProgrammingError as error:
            if not self._tolerant or getattr(error.__cause__, "pgcode", "") not in _NOT_THERE:
                raise
            result.unasked = str(error).strip().splitlines()[0]
        else:
            result.add(count=count, rows=rows, where=where)

    def results(self) -> list[Result]:
        """Of every rule, in their order."""
        return list(self._found.values())


def one_statement(*, invariants: Sequence[Invariant] = BOOKS) -> str:
    """All these invariants as one query of (name, count), a row for each that is broken; it needs no parameters, so it can be prepared.

    For tests that look after every step: one round trip, planned once. Only shared invariants that ask for nothing besides rows fit.
    """
    parts = (f"SELECT '{one.name}' AS name, count(*) AS count FROM ({one.sql.replace('%%', '%')}) AS broken" for one in invariants)
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS found WHERE count > 0"


def broken_books() -> dict[str, int]:
    """How many rows break each rule of the books that does not hold, at this moment, by one prepared statement of this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_prepared_statements WHERE name = 'broken_books'")
        if cursor.fetchone() is None:
            cursor.execute(f"PREPARE broken_books AS {one_statement()}")
        cursor.execute("EXECUTE broken_books")
        return dict(cursor.fetchall())


def parameters() -> dict[str, Any]:
    """What the queries may ask for besides rows: the federation's time zone,
    the role that is held down, what it may not change, the migrations there should be, and
    the subscribers of events that keep the order.
    """
    columns = [f"{table}.{column}" for table, names in privileges.limited().items() for column in names]
    return {
        "zone": settings.TIME_ZONE,
        "role": privileges.application_role(),
        "kept_tables": sorted({*privileges.append_only(), *privileges.limited(), *privileges.read_only()}),
        "read_only_tables": sorted(privileges.read_only()),
        "changeable_columns": columns,
        "migration_head": migration_state.current(),
        "ordered_subscribers": [subscriber.name for subscriber in subscribers.listed() if subscriber.in_order],
        "village_apps": sorted(migration_state.labels()),
        "village_migrations": [f"{app}.{name}" for app, name in migration_state.wanted()],
    }


@contextlib.contextmanager
def _snapshot() -> Iterator[str]:
    """A connection of its own that holds one moment of the whole database as long as the block lasts; gives its name."""
    holder = connection.copy()
    try:
        with transaction_of(holder), holder.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            yield str(cursor.fetchone()[0])
    finally:
        holder.close()


@contextlib.contextmanager
def transaction_of(holder: Any) -> Iterator[None]:
    """A transaction on a connection that is not among Django's named ones; it only reads, so it ends by rolling back."""
    holder.set_autocommit(False)
    try:
        yield
    finally:
        holder.rollback()


@contextlib.contextmanager
def _moment(snapshot: str) -> Iterator[None]:
    """A short transaction that sees the moment of the snapshot and can write nothing."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])
        yield


def _ask(invariant: Invariant, values: dict[str, Any]) -> tuple[int, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH broken AS MATERIALIZED ({invariant.sql}) "
            f"SELECT (SELECT count(*) FROM broken), broken::text FROM broken LIMIT {SAMPLE_ROWS}",
            values,
        )
        rows = cursor.fetchall()
    return (rows[0][0] if rows else 0), [row[1] for row in rows]


def _prove(proof: Proof) -> tuple[int, list[str]]:
    broken = list(proof.find())
    return len(broken), broken


class _Mirrors:
    """The shared rows that a village must mirror, by village: keys and words as PostgreSQL's own text of arrays, which goes back unread."""

    def __init__(self) -> None:
        self._rows: dict[str, defaultdict[str, tuple[str, str]]] = {}

    def read(self, invariant: Invariant) -> tuple[int, list[str]]:
        """Read those of an invariant that has some; they break nothing by themselves."""
        if invariant.shared:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT village, array_agg(key ORDER BY key)::text, array_agg(word ORDER BY key)::text"
                    f" FROM ({invariant.shared}) AS there (village, key, word) GROUP BY village"
                )
                found: defaultdict[str, tuple[str, str]] = defaultdict(lambda: _NO_ROWS)
                found.update({village: (keys, words) for village, keys, words in cursor.fetchall()})
            self._rows[invariant.name] = found
        return 0, []

    def of(self, invariant: Invariant, village_code: VillageCode) -> tuple[str, str]:
        """What a village must mirror."""
        return self._rows[invariant.name][village_code] if invariant.name in self._rows else _NO_ROWS


def _villages() -> list[VillageCode]:
    """Every village whose schema exists at this moment; that others lack theirs is an invariant of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace")
        schemas = {name for (name,) in cursor.fetchall()}
    rows = models.Village.objects.exclude(state=models.Village.State.CREATED).order_by("code").values_list("code", "schema_name")
    return [VillageCode(code) for code, schema in rows if schema in schemas]
