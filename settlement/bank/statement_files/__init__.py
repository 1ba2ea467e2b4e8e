"""Bank statements: files that a bank made, read into plain entries, and our references found in what people wrote on a transfer.

A reader takes bytes and gives a `Statement`, whole or not at all: every line that cannot be read is named by its number, and nothing is
guessed. What is new in a file, and what was reported before, `identities` finds out.

Here live: the readers and the references. Here may not live: tables, matching against legs, the clock.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

SEN_PER_RUPIAH = 100


class Direction(enum.StrEnum):
    """How the account's holder sees a booking."""

    CREDIT = "credit"  # money came
    DEBIT = "debit"  # money went


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """One booked movement on an account; a collective booking is split into its transactions where the bank lists them.

    Interest, tax and charges may have cents: beside `amount_rupiah` stand the `sen`, 0 to 99, and one of the two is more than 0.
    `end_to_end_id` is the payer's key where the bank hands it on, `bank_reference` the bank's own number for the booking. A `reversal`
    takes an earlier booking back; `direction` is that of this booking. A `charge` is what the bank took for a payment and booked with it.
    `place` is the line of a table, counted from 1, or the number of the booking in the file.
    """

    account: str
    booked_on: date
    amount_rupiah: int
    direction: Direction
    remittance: str
    end_to_end_id: str
    bank_reference: str
    counterparty_name: str
    counterparty_account: str
    reversal: bool
    place: int
    sen: int = 0
    charge: bool = False

    @property
    def moved_in_sen(self) -> int:
        """What the booking did to the balance: below zero if money went."""
        amount = self.amount_rupiah * SEN_PER_RUPIAH + self.sen
        return amount if self.direction is Direction.CREDIT else -amount


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file says of one account. Balances, in sen, are None where it names none; where both stand, they agree with the entries.

    `perhaps_cut`: the last entry, where the file ends in its amount or day and nothing in the file shows that it is whole. `covers`: the
    first and the last day that it shows, None where the file does not name them.
    """

    account: str
    entries: Sequence[StatementEntry]
    opening_in_sen: int | None
    closing_in_sen: int | None
    perhaps_cut: StatementEntry | None = None
    covers: tuple[date, date] | None = None
