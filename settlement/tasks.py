"""The ledger's periodic work. Each may run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from settlement import advancing, payout_round
from settlement.ledger import positions
from settlement.payments import agent_cash
from settlement.seals import seals


@shared_task  # type: ignore[untyped-decorator]
def fold_positions() -> None:
    """Fold what postings left beside the positions; running twice folds nothing twice."""
    positions.fold()


@shared_task  # type: ignore[untyped-decorator]
def settle_own_cash() -> None:
    """Move what has become due between agent cash and own cash; where nothing is due it only reads."""
    agent_cash.settle_due(at=timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def ask_about_payouts() -> None:
    """Ask every payment gateway what it has paid out; without one, nothing is asked."""
    payout_round.ask(at=timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def advance_cycle(*, number: int) -> None:
    """Do what a cycle needs no person for; a worker that is killed meanwhile leaves whole steps."""
    advancing.advance(number=number, at=timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def advance_cycles() -> None:
    """Look for a cycle that a lost message left lying, or whose date has come."""
    advancing.advance_all(at=timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def seal_day() -> None:
    """Seal the day that ended; sealed already, it costs a look."""
    seals.seal_due(at=timezone.now())
