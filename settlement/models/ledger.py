"""Rows of the ledger. Transfers and references are append-only, by privileges and by triggers (see settlement/sql)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tenants import uuids


class Account(models.Model):
    """A place where value stands. Its code is its key: `clearing:34.02.15.2004`, `fee-income`, `agent-cash`, ..."""

    code = models.CharField(primary_key=True, max_length=40)
    kind = models.CharField(max_length=24)  # the code up to the colon
    village_code = models.CharField(max_length=13, blank=True, default="")
    created_at = models.DateTimeField()


class Reference(models.Model):
    """A business reference that was used, with the hash of its terms; kept for ever."""

    reference = models.CharField(primary_key=True, max_length=100)
    terms_sha256 = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()


class Transfer(models.Model):
    """One debit account, one credit account, one positive amount: balanced by construction.

    `pending` reserves; a `posted` or `voided` row with `pending` set resolves that reservation, once. A `posted` row without
    it stands by itself; with `reverses` it takes back (part of) a posted one.
    """

    class Phase(models.TextChoices):
        PENDING = "pending"
        POSTED = "posted"
        VOIDED = "voided"

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    phase = models.CharField(max_length=7, choices=Phase)
    event = models.CharField(max_length=24)  # "sale", "fee", "refund", "fee-refund", "undo"
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_column="debit", db_index=False)
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_column="credit", db_index=False)
    amount_rupiah = models.BigIntegerField()
    delivery_rupiah = models.BigIntegerField(default=0)  # the part of the amount that is a delivery fee of the seller
    reference = models.CharField(max_length=100)  # the Reference it came with; several transfers may share it
    cause_id = models.UUIDField()  # the order
    pending = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="resolutions", db_index=False)
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="reversals", db_index=False)
    by_guest = models.BooleanField(default=False)  # counts towards the share of a limit that guests may reserve
    limit_rupiah = models.BigIntegerField(null=True)  # the limit in force at the reservation, null where none applies
    exposure_rupiah = models.BigIntegerField(null=True)  # the debtor's exposure with it
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="transfer_amount_positive", condition=Q(amount_rupiah__gt=0)),
            models.CheckConstraint(
                name="transfer_delivery_within", condition=Q(delivery_rupiah__gte=0, delivery_rupiah__lte=F("amount_rupiah"))
            ),
            models.CheckConstraint(name="transfer_between_two_accounts", condition=~Q(debit=F("credit"))),
            models.CheckConstraint(
                name="transfer_within_limit", condition=Q(limit_rupiah=None) | Q(exposure_rupiah__lte=F("limit_rupiah"))
            ),
            models.CheckConstraint(
                name="transfer_pending_resolves_nothing", condition=~Q(phase="pending") | Q(pending=None, reverses=None)
            ),
            models.CheckConstraint(name="transfer_voided_resolves", condition=~Q(phase="voided") | Q(pending__isnull=False)),
            # A condition keeps the many rows without a pending out of the index: one index write less per reservation.
            models.UniqueConstraint(name="transfer_resolved_once", fields=["pending"], condition=Q(pending__isnull=False)),
        ]
        indexes = [
            models.Index(name="transfer_cause", fields=["cause_id"]),
            models.Index(name="transfer_reversed", fields=["reverses"], condition=Q(reverses__isnull=False)),
            models.Index(name="transfer_debit_journal", fields=["debit", "happened_at", "id"]),
            models.Index(name="transfer_credit_journal", fields=["credit", "happened_at", "id"]),
        ]
