"""What comes into the books of the time that they know nothing of, as it stands now; and what nobody has decided yet."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from settlement import money_hold
from settlement.after_restore import line_owners
from settlement.bank.statement_files import references
from settlement.models import MoneyHold, StatedCash, StatementLine

AHEAD = ("unknown-payment", "cycle-not-collecting", "more-than-open", "no-such-pay-in")  # why a line with our reference waits


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedLine:
    """A line of the bank's statement that is taken in as a village's money.

    village_code: whose it is; by_person: one named it, else it stands on the line. came_back: money of a payout that came back
    """

    line_id: UUID
    booked_on: date
    incoming: bool
    amount_rupiah: int
    key: str
    village_code: str
    by_person: bool

    @property
    def came_back(self) -> bool:
        return self.incoming and references.leg_of(reference=self.key) is not None

    def __str__(self) -> str:
        """What of it is confirmed."""
        return f"{self.line_id}|{self.booked_on}|{'+' if self.incoming else '-'}{self.amount_rupiah}|{self.key}|{self.village_code}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedCash:
    """What a village stated of cash, confirmed by another person, and not in the books yet."""

    stated_id: UUID
    village_code: str
    handed_over_rupiah: int
    received_rupiah: int

    def __str__(self) -> str:
        return f"{self.stated_id}|{self.village_code}|{self.handed_over_rupiah}|{self.received_rupiah}"


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldMoney:
    """The list, and the lines that nobody has decided: nothing is released over them."""

    lines: Sequence[ListedLine]
    cash: Sequence[ListedCash]
    undecided: Sequence[UUID]

    @property
    def in_rupiah(self) -> int:
        return sum(one.amount_rupiah for one in self.lines if one.incoming) + sum(one.handed_over_rupiah for one in self.cash)

    @property
    def out_rupiah(self) -> int:
        return sum(one.amount_rupiah for one in self.lines if not one.incoming) + sum(one.received_rupiah for one in self.cash)

    @property
    def sha256(self) -> str:
        """The fingerprint that two persons see and confirm: a line `id|day|±rupiah|reference|village` per booking, then one
        `id|village|handed over|received` per statement of cash, each part by id."""
        rows = [*map(str, self.lines), *map(str, self.cash)]
        return hashlib.sha256("".join(f"{row}\n" for row in rows).encode()).hexdigest()


def read(*, hold: MoneyHold) -> HeldMoney:
    """The list as it stands now. Lines of before the backup wait as they did; so does what a person has said to be something else."""
    waiting = list(_waiting(hold))
    named = line_owners.named(lines=waiting)
    shown = line_owners.shown(lines=[line for line in waiting if line.why in AHEAD])
    lines, undecided = [], []
    for line in waiting:
        village = named.get(line.id) or shown.get(line.id, "")
        if not village or not line_owners.can_be_owned(line):
            undecided.append(line.id)
            continue
        lines.append(
            ListedLine(
                line_id=line.id,
                booked_on=line.booked_on,
                incoming=line.incoming,
                amount_rupiah=line.amount_rupiah,
                key=line.key,
                village_code=village,
                by_person=line.id in named,
            )
        )
    stated = StatedCash.objects.filter(hold=hold, confirmed_at__isnull=False, adopted_at=None).order_by("id")
    names = ("village_code", "handed_over_rupiah", "received_rupiah")
    cash = [ListedCash(stated_id=one.id, **{name: getattr(one, name) for name in names}) for one in stated]
    return HeldMoney(lines=lines, cash=cash, undecided=undecided)


def lock(*, hold: MoneyHold) -> None:
    """Let nobody decide about a line of the list meanwhile, in the caller's transaction, after a cycle's lock; then it is to be read."""
    list(_waiting(hold).select_for_update(no_key=True).values_list("id"))


def _waiting(hold: MoneyHold) -> QuerySet[StatementLine]:
    return StatementLine.objects.filter(state=StatementLine.State.OPEN, booked_on__gte=money_hold.first_day(hold=hold)).order_by("id")
