"""Open items between parties, and what a village says against one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from settlement.models.ledger import Transfer
from tenants import reasons, uuids


class Obligation(models.Model):
    """An open item: who owes whom, how much of it is still open, and why."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    debtor = models.CharField(max_length=13)  # a village code, or F
    creditor = models.CharField(max_length=13)
    amount_rupiah = models.BigIntegerField()
    open_rupiah = models.BigIntegerField()
    cause = models.CharField(
        max_length=8
    )  # "order", "refund", "cycle": an item with the pool; one that came back: "payout", "pay-in"; "takeover"; "adopted"
    cause_id = models.UUIDField()  # the order; the refund, where it owes more than was open; the cycle; the leg
    transfer = models.OneToOneField(Transfer, on_delete=models.PROTECT, null=True, related_name="obligation")  # null: an item with the pool
    cycle_number = models.PositiveIntegerField()  # the cycle that was open when it was posted
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="obligation_open_within_amount", condition=Q(open_rupiah__gte=0, open_rupiah__lte=F("amount_rupiah"))
            ),
            models.CheckConstraint(name="obligation_amount_positive", condition=Q(amount_rupiah__gt=0)),
            models.CheckConstraint(name="obligation_between_two", condition=~Q(debtor=F("creditor"))),
            # What a cycle makes of old items keeps every net position, so no transfer belongs to it.
            models.CheckConstraint(
                name="obligation_from_transfer_or_cycle",
                condition=Q(cause="cycle", transfer__isnull=True) | (~Q(cause="cycle") & Q(transfer__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(name="obligation_cause", fields=["cause_id"]),
            models.Index(name="obligation_debtor_open", fields=["debtor"], condition=Q(open_rupiah__gt=0)),
            models.Index(name="obligation_open_by_cycle", fields=["cycle_number"], condition=Q(open_rupiah__gt=0)),
            models.Index(name="obligation_creditor_open", fields=["creditor"], condition=Q(open_rupiah__gt=0)),
        ]


class Objection(models.Model):
    """A village says that an obligation is wrong. Until it is decided the obligation is on hold: no snapshot takes it."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="objections")
    cycle_number = models.PositiveIntegerField()  # the cycle whose statement showed it
    village_code = models.CharField(max_length=13)  # debtor or creditor
    reason = models.CharField(max_length=reasons.LENGTH_MAX)
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    released_by = models.UUIDField(null=True)
    released_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=reasons.LENGTH_MAX, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="objection_one_at_a_time", fields=["obligation"], condition=Q(released_at=None)),
        ]
