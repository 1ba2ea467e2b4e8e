"""What holds the federation's money after a restore: the books know nothing of the time from the backup to then, banks and villages do."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from settlement.models.bank import StatementLine
from tenants import uuids


class MoneyHold(models.Model):
    """The books are those of a backup. Until it is released no money leaves, and none is promised."""

    class State(models.TextChoices):
        HELD = "held"
        RELEASED = "released"

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    state = models.CharField(max_length=8, choices=State, default=State.HELD)
    backup_at = models.DateTimeField()  # the books are those of this moment
    restored_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="money_hold_one", fields=["state"], condition=Q(state="held")),
            models.CheckConstraint(name="money_hold_after_backup", condition=Q(restored_at__gte=F("backup_at"))),
            models.CheckConstraint(
                name="money_hold_released_then",
                condition=Q(state="held", released_at=None) | Q(state="released", released_at__isnull=False),
            ),
        ]


class HoldList(models.Model):
    """What is taken into the books of the time they know nothing of, as one person proposed it; another confirms just that.

    The first one that is confirmed releases the hold.
    """

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    hold = models.ForeignKey(MoneyHold, on_delete=models.PROTECT, related_name="lists")
    sha256 = models.CharField(max_length=64)  # of what was listed
    line_count = models.PositiveIntegerField()
    in_rupiah = models.BigIntegerField()
    out_rupiah = models.BigIntegerField()
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="hold_list_by_two", condition=~Q(confirmed_by=F("proposed_by"))),
            models.CheckConstraint(
                name="hold_list_confirmed_by_somebody",
                condition=Q(confirmed_by=None, confirmed_at=None) | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
        ]


class LineOwner(models.Model):
    """Whose money a line of the bank's statement moved, as somebody said or an account number showed; the last one counts. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    line = models.ForeignKey(StatementLine, on_delete=models.PROTECT, related_name="owners")
    village_code = models.CharField(max_length=13)
    by = models.UUIDField(null=True)  # null: the receiver's account is this village's alone
    at = models.DateTimeField()


class StatedCash(models.Model):
    """What a village says it handed over and received of cash of the settlement in the time that the books know nothing of."""

    FEDERATION_AFTER = timedelta(days=3)  # since the restore; then two persons of the federation may say it instead

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    hold = models.ForeignKey(MoneyHold, on_delete=models.PROTECT, related_name="stated_cash")
    village_code = models.CharField(max_length=13)
    handed_over_rupiah = models.BigIntegerField()
    received_rupiah = models.BigIntegerField()
    by_village = models.BooleanField()  # else by a person of the federation
    stated_by = models.UUIDField()
    stated_at = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    declined_by = models.UUIDField(null=True)
    declined_at = models.DateTimeField(null=True)
    adopted_at = models.DateTimeField(null=True)  # taken into the books

    class Meta:
        constraints = [
            models.CheckConstraint(name="stated_cash_not_negative", condition=Q(handed_over_rupiah__gte=0, received_rupiah__gte=0)),
            models.CheckConstraint(name="stated_cash_by_two", condition=~Q(confirmed_by=F("stated_by"))),
            models.CheckConstraint(
                name="stated_cash_confirmed_or_declined",
                condition=Q(confirmed_by=None, confirmed_at=None, adopted_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, declined_at=None),
            ),
            models.UniqueConstraint(name="stated_cash_once", fields=["hold", "village_code"], condition=Q(declined_at=None)),
        ]
