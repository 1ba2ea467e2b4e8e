"""What workers do for the shops; run every minute, and twice without harm."""

from celery import shared_task
from django.utils import timezone

from marketplace.gateway_payments import payment_round
from marketplace.orders import expiry


@shared_task  # type: ignore[untyped-decorator]  # Celery has no annotations
def expire_orders() -> int:
    """Let unpaid orders lapse that are due."""
    return expiry.expire_due(at=timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def ask_about_payments() -> int:
    """Ask gateways how buyers' payments stand, and let refunds go back; without a gateway, nothing is asked."""
    return payment_round.ask_all(at=timezone.now())
