"""How it stands after a restore, as the federation's desk and a village's office read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from settlement import money_hold
from settlement.after_restore import covered_days, hold_list, releasing
from settlement.bank import bank_accounts
from settlement.models import HoldList, MoneyHold, StatedCash, StatementLine
from tenants.codes import VillageCode


@dataclass(frozen=True, kw_only=True, slots=True)
class UndecidedLine:
    """A line that nobody has decided: `why` it waits, as line_reasons.REASONS has it."""

    id: UUID
    booked_on: date
    incoming: bool
    amount_rupiah: int
    key: str
    text: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StatedRow:
    """What was stated of a village's cash; it waits for another person until one of the two instants stands."""

    id: UUID
    village_code: str
    handed_over_rupiah: int
    received_rupiah: int
    by_village: bool
    stated_by: UUID
    stated_at: datetime
    confirmed_at: datetime | None
    declined_at: datetime | None

    @property
    def waits(self) -> bool:
        return self.confirmed_at is None and self.declined_at is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """The list that waits for another person. `still_so`: what is listed now is what was proposed."""

    id: UUID
    sha256: str
    proposed_by: UUID
    proposed_at: datetime
    still_so: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldOverview:
    """The last restore. accounts: those that wait to be confirmed again, by party."""

    backup_at: datetime
    restored_at: datetime
    released_at: datetime | None
    federation_states_from: datetime
    missing: Sequence[date]
    found: hold_list.HeldMoney
    undecided: Sequence[UndecidedLine]
    proposal: Proposal | None
    stated: Sequence[StatedRow]
    silent: Sequence[str]
    accounts: Sequence[tuple[str, bank_accounts.Account]]

    @property
    def may_propose(self) -> bool:
        """Whether nothing stands in the way of a list."""
        if self.released_at is None:
            return not self.missing and not self.undecided
        return bool(self.found.lines or self.found.cash)


def read(*, at: datetime) -> HoldOverview | None:
    """All of it at this moment; None where nothing was ever restored."""
    hold = money_hold.newest()
    if hold is None:
        return None
    found = hold_list.read(hold=hold)
    held = hold.state == MoneyHold.State.HELD
    stated = StatedCash.objects.filter(hold=hold).order_by("-stated_at", "-id")
    known = bank_accounts.unsettled(at=at)
    answered = {row.village_code for row in stated if row.declined_at is None}
    return HoldOverview(
        backup_at=hold.backup_at,
        restored_at=hold.restored_at,
        released_at=hold.released_at,
        federation_states_from=hold.restored_at + StatedCash.FEDERATION_AFTER,
        missing=covered_days.missing(hold=hold, at=at) if held else (),
        found=found,
        undecided=[_undecided(row) for row in StatementLine.objects.filter(id__in=found.undecided).order_by("booked_on", "id")],
        proposal=_proposal(releasing.waiting(hold=hold), sha256=found.sha256),
        stated=[_stated(row) for row in stated],
        silent=[code for code in money_hold.not_stated(hold=hold) if code not in answered],
        accounts=[(party, one.account) for party, one in sorted(known.items()) if one.restored and one.account is not None],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedCash:
    """That a village's cash is asked for since this restore; `row`: what was stated last, which waits or was declined."""

    backup_at: datetime
    restored_at: datetime
    row: StatedRow | None


def asked_of(*, village_code: VillageCode) -> AskedCash | None:
    """What is asked of a village; None where nothing is, or what it stated was confirmed."""
    hold = money_hold.newest()
    if hold is None or village_code not in money_hold.not_stated(hold=hold):
        return None
    row = StatedCash.objects.filter(hold=hold, village_code=village_code).order_by("-stated_at", "-id").first()
    if row is not None and row.confirmed_at is not None:
        return None
    return AskedCash(backup_at=hold.backup_at, restored_at=hold.restored_at, row=_stated(row) if row is not None else None)


def _undecided(row: StatementLine) -> UndecidedLine:
    names = ("id", "booked_on", "incoming", "amount_rupiah", "key", "text", "why")
    return UndecidedLine(**{name: getattr(row, name) for name in names})


def _stated(row: StatedCash) -> StatedRow:
    return StatedRow(**{name: getattr(row, name) for name in StatedRow.__dataclass_fields__})


def _proposal(row: HoldList | None, *, sha256: str) -> Proposal | None:
    if row is None:
        return None
    return Proposal(id=row.id, sha256=row.sha256, proposed_by=row.proposed_by, proposed_at=row.proposed_at, still_so=row.sha256 == sha256)
