"""What a crowd does around cycles: buyers who are given their goods, and people who all close the same cycles."""

from __future__ import annotations

import time
import uuid

from settlement import advancing
from settlement.cycles import approving, cutoff
from settlement.models import Cycle
from settlement.reports import cycle_overview, proposals
from tenants import errors
from tenants.acts import Act
from tests.support import shopping
from tests.support.marketplace import dealing
from tests.support.settlement import rounds

MAKER, APPROVER = rounds.MAKER, rounds.APPROVER


def buy_until_it_is_handed_over(*, product_id: uuid.UUID, phone: str, rounds: int) -> None:
    """Order, pay at the counter and be given the goods, several times."""
    for number in range(rounds):
        dealing.sold(product_id, ("counter", "pickup_home"), pieces=1, phone=f"{phone}{number}")


def close_cycles(*, count: int) -> list[str]:
    """Do every step of so many cycles as soon as it can be done; gives the refusals that others' haste brought."""
    told: list[str] = []
    for cycle_number in range(1, count + 1):
        until = time.monotonic() + 60
        while Cycle.objects.filter(number=cycle_number).exclude(state=Cycle.State.CLOSED).exists():
            assert time.monotonic() < until, f"cycle {cycle_number} does not end"
            for step in (_cut_off, _advance, _approve):
                try:
                    step(cycle_number)
                except errors.DomainError as refusal:
                    told.append(type(refusal).__name__)
    return told


def _cut_off(number: int) -> None:
    cutoff.cut_off(number=number, objection_days=0, collection_days=0, act=Act(by=MAKER, at=shopping.NOON), days_min=0)


def _advance(number: int) -> None:
    advancing.advance(number=number, at=shopping.NOON)


def _approve(number: int) -> None:
    proof = proposals.proof(of=cycle_overview.cycle(number=number))
    if proof is not None:
        checked = rounds.checked(by=APPROVER, at=shopping.NOON)
        approving.approve(number=number, signed_sha256=proof.signature, act=Act(by=APPROVER, at=shopping.NOON), checked=checked)
