"""What workers do for the shops, again and again; twice without harm. While the clock is doubted nothing lapses."""

from celery import shared_task

from marketplace.gateway_payments import payment_round
from marketplace.goods import pictures
from marketplace.orders import expiry
from tenants import clock


@shared_task  # type: ignore[untyped-decorator]  # Celery has no annotations
def expire_orders() -> int:
    """Let unpaid orders lapse that are due."""
    at = clock.trusted()
    return 0 if at is None else expiry.expire_due(at=at)


@shared_task  # type: ignore[untyped-decorator]
def delete_held_pictures() -> int:
    """Delete pictures that were chosen in forms which never became right."""
    at = clock.trusted()
    return 0 if at is None else pictures.delete_held(at=at)


@shared_task  # type: ignore[untyped-decorator]
def ask_about_payments() -> int:
    """Ask gateways how buyers' payments stand, and let refunds go back; without a gateway, nothing is asked."""
    at = clock.trusted()
    return 0 if at is None else payment_round.ask_all(at=at)
