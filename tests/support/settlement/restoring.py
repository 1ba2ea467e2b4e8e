"""A disaster in tests: a backup is a copy of the test's database, a restore makes the copy the market again."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.core.cache import caches
from django.db import connections, transaction
from django.utils import timezone

from settlement import money_hold
from settlement.after_restore import beginning, hold_list, releasing, stated_cash
from settlement.bank import account_changes, bank_accounts
from settlement.bank.statement_files import references
from settlement.models import StatementLine
from settlement.statement_lines import explaining, matching
from tenants import acts, uuids, villages
from tenants.acts import Act
from tenants.codes import VillageCode
from tests.support import servers
from tests.support.settlement import bank_days, rounds

_numbers = itertools.count(1)
DAY = timedelta(days=1)
R, NOW = rounds.T0 + DAY, rounds.T0 + 2 * DAY  # of the restore, and the day after, when its day is covered
ACT = Act(by=rounds.MAKER, at=NOW, reason="uji")


def hold(*, at: datetime = R) -> None:
    """As if the market's database were a backup of T0, restored just now."""
    with transaction.atomic(durable=True):
        beginning.begin(backup_at=rounds.T0, restored_at=at, act=acts.by_command_line(at=at))


def lost_payout(amount_rupiah: int, *, number: str = "") -> bank_days.Booking:
    """A booking of a payout of ours that no row of the books has."""
    return f"{references.leg(leg_id=uuids.uuid7())} {number}".strip(), -amount_rupiah


def read(*bookings: bank_days.Booking) -> None:
    """The bank's bookings since the backup."""
    read_again(bookings, until=R, at=NOW)


def released(*bookings: bank_days.Booking) -> None:
    """The same, no village handed cash over or got any, and two persons released the money."""
    read(*bookings)
    for village in (rounds.A, rounds.B, rounds.C):
        states(village, at=NOW)
    release(at=NOW)


@dataclass
class World:
    """The market's database, and the copies that were made of it."""

    database: str
    copies: list[str] = field(default_factory=list)

    def backup(self) -> str:
        """The database as it is now, under a name of its own."""
        connections.close_all()
        name = f"backup_{os.getpid()}_{next(_numbers)}"
        servers.CLUSTER.create_database(name, template=self.database)
        self.copies.append(name)
        return name

    def restore(self, backup: str, *, backup_at: datetime, restored_at: datetime, held: bool = True) -> None:
        """From now on the market is a copy of the backup; held as a restore holds it, or not at all."""
        connections.close_all()
        name = f"restored_{os.getpid()}_{next(_numbers)}"
        servers.CLUSTER.create_database(name, template=backup)
        self.copies.append(name)
        self.database = name
        if held:
            with servers.as_owner(name), transaction.atomic(durable=True):
                beginning.begin(backup_at=backup_at, restored_at=restored_at, act=acts.by_command_line(at=restored_at))
        self.enter()

    def enter(self) -> None:
        """Work in the database of now as the application's role."""
        servers.point_at(servers.CLUSTER.url(database=self.database))
        for cache in caches.all(initialized_only=False):
            cache.clear()
        villages.forget()


@contextlib.contextmanager
def world(template: str) -> Iterator[World]:
    """A market of its own, to which nobody else is connected, so that it can be copied; afterwards it and its copies are gone."""
    name = f"lost_{os.getpid()}_{next(_numbers)}"
    servers.CLUSTER.create_database(name, template=template)
    found = World(name, [name])
    found.enter()
    try:
        yield found
    finally:
        connections.close_all()
        for name in found.copies:
            servers.CLUSTER.drop_database(name)
        villages.forget()


def listed() -> hold_list.HeldMoney:
    hold = money_hold.newest()
    assert hold is not None
    return hold_list.read(hold=hold)


def release(*, at: datetime) -> None:
    """One proposes what is listed now, another confirms it."""
    sha256 = listed().sha256
    proposal = releasing.propose(shown_sha256=sha256, act=Act(by=rounds.MAKER, at=at))
    act = Act(by=rounds.APPROVER, at=at)
    releasing.confirm(list_id=proposal, shown_sha256=sha256, act=act, checked=rounds.checked(at=at))


def read_again(bookings: Sequence[bank_days.Booking], *, until: datetime, at: datetime, first: int = 1) -> None:
    """All of the bank's bookings so far, in a statement of which a person says that it shows the days up to that one."""
    covers = (datetime(2026, 7, 1, tzinfo=UTC).date(), timezone.localdate(until))
    act = Act(by=rounds.MAKER, at=at)
    contents = bank_days.table(bookings, first=first)
    matching.import_statement(contents=contents, file="mutasi.csv", mapping=bank_days.MAPPING, act=act, covers=covers)


def confirm_accounts(*, at: datetime) -> None:
    """Every account is confirmed again by the village itself."""
    for party, status in bank_accounts.statuses(at=at).items():
        if status.restored:
            account_changes.resume(party=VillageCode(party), act=Act(by=rounds.MAKER, at=at))


def states(village: str, *, at: datetime, handed_over: int = 0, received: int = 0) -> None:
    """One of the village states its cash since the backup, one of the federation confirms it."""
    found = stated_cash.state(
        village_code=VillageCode(village),
        handed_over_rupiah=handed_over,
        received_rupiah=received,
        act=Act(by=rounds.MAKER, at=at),
    )
    stated_cash.confirm(stated_id=found, act=Act(by=rounds.SECOND, at=at))


def explain_interest(*, at: datetime) -> None:
    """The rupiah that a statement shows beside the villages' money is the federation's own."""
    line = StatementLine.objects.get(state="open", amount_rupiah=1, key="")
    explaining.explain(line_id=line.id, act=Act(by=rounds.MAKER, at=at, reason="bunga"))
