"""The ledger's periodic work. Each may run twice; what goes by the time waits while the clock is doubted."""

from __future__ import annotations

from celery import shared_task

from settlement import advancing, money_hold, payout_round
from settlement.ledger import positions
from settlement.payments import agent_cash
from settlement.seals import seals
from tenants import clock


@shared_task  # type: ignore[untyped-decorator]
def fold_positions() -> None:
    """Fold what postings left beside the positions; running twice folds nothing twice."""
    positions.fold()


@shared_task  # type: ignore[untyped-decorator]
def settle_own_cash() -> None:
    """Move what has become due between agent cash and own cash; where nothing is due, or money is held, it only reads."""
    if (at := clock.trusted()) is not None and not money_hold.is_held():
        agent_cash.settle_due(at=at)


@shared_task  # type: ignore[untyped-decorator]
def ask_about_payouts() -> None:
    """Ask every payment gateway what it has paid out; without one, nothing is asked."""
    if (at := clock.trusted()) is not None:
        payout_round.ask(at=at)


@shared_task  # type: ignore[untyped-decorator]
def advance_cycle(*, number: int) -> None:
    """Do what a cycle needs no person for; a worker that is killed meanwhile leaves whole steps."""
    if (at := clock.trusted()) is not None:
        advancing.advance(number=number, at=at)


@shared_task  # type: ignore[untyped-decorator]
def advance_cycles() -> None:
    """Look for a cycle that a lost message left lying, or whose date has come."""
    if (at := clock.trusted()) is not None:
        advancing.advance_all(at=at)


@shared_task  # type: ignore[untyped-decorator]
def seal_day() -> None:
    """Seal the day that ended; sealed already, it costs a look."""
    if (at := clock.trusted()) is not None:
        seals.seal_due(at=at)
