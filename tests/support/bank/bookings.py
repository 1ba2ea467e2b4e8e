"""The books of the bank that tests make up: accounts, bookings, and never a rupiah that comes from nowhere."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import dataclass, field

ZONE = datetime.timezone(datetime.timedelta(hours=7), "WIB")


@dataclass(frozen=True)
class Booking:
    """One line of an account: what came (above zero) or went, from or to whom."""

    account: str
    at: datetime.datetime
    moved_rupiah: int
    reference: str  # the bank's own
    key: str
    text: str
    other_name: str
    other_account: str
    reversal: bool

    @property
    def on(self) -> datetime.date:
        """The day in the bank's zone."""
        return self.at.astimezone(ZONE).date()


@dataclass
class Books:
    """Accounts by number, and all bookings in the order in which they were made."""

    names: dict[str, str] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)
    bookings: list[Booking] = field(default_factory=list)
    _numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    def open(self, *, account: str, name: str, balance_rupiah: int) -> None:
        """An account with what lies in it at the beginning."""
        self.names[account], self.opened[account] = name, balance_rupiah

    def balance(self, account: str, *, before: datetime.date | None = None) -> int:
        """What lies in an account, now or at the beginning of a day."""
        lines = (line for line in self.bookings if line.account == account and (before is None or line.on < before))
        return self.opened[account] + sum(line.moved_rupiah for line in lines)

    def move(
        self, *, payer: str, payee: str, amount_rupiah: int, at: datetime.datetime, key: str, text: str, reversal: bool = False
    ) -> None:
        """A transfer: a line on either account under one number."""
        reference = f"FB{next(self._numbers):08d}"
        for account, other, moved in ((payer, payee, -amount_rupiah), (payee, payer, amount_rupiah)):
            self.bookings.append(Booking(account, at, moved, reference, key, text, self.names[other], other, reversal))

    def day(self, *, account: str, on: datetime.date) -> list[Booking]:
        """An account's lines of a day."""
        return [line for line in self.bookings if line.account == account and line.on == on]
