"""What payment gateways pay out to the federation's bank account, as they say it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from settlement.models.bank import StatementLine
from tenants import uuids


class GatewayPayout(models.Model):
    """One payout of a gateway; agent cash only once its line stands on a bank statement."""

    class State(models.TextChoices):
        PENDING = "pending"
        PAID = "paid"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    gateway = models.CharField(max_length=30)
    external_id = models.CharField(max_length=100)  # the gateway's own
    amount_rupiah = models.BigIntegerField()
    reference = models.CharField(max_length=100)  # what the bank statement shows of it
    state = models.CharField(max_length=7, choices=State, default=State.PENDING)
    line = models.OneToOneField(StatementLine, on_delete=models.PROTECT, null=True, related_name="gateway_payout")
    learned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="gateway_payout_once", fields=["gateway", "external_id"]),
            models.CheckConstraint(name="gateway_payout_positive", condition=Q(amount_rupiah__gt=0)),
        ]
        indexes = [models.Index(name="gateway_payout_expected", fields=["reference"], condition=Q(line=None))]
