"""The facts of a cycle, each in one shape: the cycle itself, the sums of one of its parties, one movement of cash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from settlement.models import Cycle, PaymentLeg
from tenants.codes import VillageCode


@dataclass(frozen=True, kw_only=True)
class CycleFacts:
    """A cycle: its number, its state, and when what happened."""

    number: int
    state: str  # Cycle.State
    opened_at: datetime
    cutoff_at: datetime | None
    objections_until_at: datetime | None
    collect_until_at: datetime | None
    ended_at: datetime | None
    snapshot_id: UUID | None

    @property
    def is_open(self) -> bool:
        """Postings of this moment belong to it."""
        return self.state == Cycle.State.OPEN

    @property
    def is_under_way(self) -> bool:
        return self.state in Cycle.UNFINISHED

    @property
    def moves_money(self) -> bool:
        """Its set-off is posted, and it has not ended."""
        return self.state in Cycle.MOVING

    @property
    def takes_payments(self) -> bool:
        return self.state in Cycle.TAKES_PAYMENTS

    @property
    def counts_pay_ins(self) -> bool:
        """Whether a person may still count money that came as a village's payment into it."""
        return self.state in Cycle.COUNTS_PAY_INS

    @property
    def can_be_aborted(self) -> bool:
        return self.state in Cycle.BEFORE_SETOFF

    def takes_pay_ins(self, *, at: datetime) -> bool:
        """Whether a village may still announce cash."""
        return Cycle.takes_pay_ins(state=self.state, collect_until_at=self.collect_until_at, at=at)

    def may_object(self, *, at: datetime) -> bool:
        """Whether an objection would still be taken."""
        return Cycle.takes_objections(state=self.state, objections_until_at=self.objections_until_at, at=at)


@dataclass(frozen=True, kw_only=True)
class PartySums:
    """Where a cycle leaves one party, in rupiah; `net` below zero: it owes.

    Of its amount `carried` stays for the next cycle and `cash` is paid or received: `moved` of that so far, `under_way` planned or sent
    besides.
    """

    party: VillageCode  # F too, or P: the pool of earlier cycles
    owed_rupiah: int
    claimed_rupiah: int
    setoff_rupiah: int
    net_rupiah: int
    carried_rupiah: int
    cash_rupiah: int
    moved_rupiah: int
    under_way_rupiah: int

    @property
    def owes(self) -> bool:
        return self.net_rupiah < 0

    @property
    def sign(self) -> int:
        """That of its amounts: below zero it owes or pays."""
        return -1 if self.owes else 1

    @property
    def left_rupiah(self) -> int:
        """What of the cash has not moved yet."""
        return self.cash_rupiah - self.moved_rupiah

    @property
    def room_rupiah(self) -> int:
        """What of it is not even announced."""
        return max(0, self.left_rupiah - self.under_way_rupiah)


@dataclass(frozen=True, kw_only=True, slots=True)
class CashLeg:
    """One movement of cash; giver and receiver are village codes or F."""

    id: UUID
    cycle_number: int
    giver: VillageCode
    receiver: VillageCode
    amount_rupiah: int
    rail: str  # PaymentLeg.Rail
    state: str  # PaymentLeg.State
    key: str
    planned_at: datetime
    given_by: UUID | None
    given_at: datetime | None
    ended_at: datetime | None
    message_id: str  # of the bank file that carries it; empty: none

    @property
    def waits_for_giver(self) -> bool:
        """Cash that was announced and not handed over yet."""
        return self.rail == PaymentLeg.Rail.CASH and self.state == PaymentLeg.State.PLANNED

    @property
    def waits_for_receiver(self) -> bool:
        """Cash that was handed over, says its giver."""
        return self.rail == PaymentLeg.Rail.CASH and self.state == PaymentLeg.State.SUBMITTED

    def is_given_by(self, party: str) -> bool:
        return self.giver == party

    def other_end(self, party: str) -> str:
        """Who gets what this party gives, or gives what it gets."""
        return self.receiver if self.giver == party else self.giver
