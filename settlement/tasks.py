"""The ledger's periodic work."""

from __future__ import annotations

from celery import shared_task

from settlement import positions


@shared_task  # type: ignore[untyped-decorator]
def fold_positions() -> None:
    """Fold what postings left beside the positions; running twice folds nothing twice."""
    positions.fold()
