"""Where each account stands, folded and not folded yet."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from settlement.models.ledger import Account


class Position(models.Model):
    """The folded sums of an account; with the unfolded increments beside it, the sum of its transfers."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, primary_key=True, db_column="account")
    debit_pending_rupiah = models.BigIntegerField(default=0)
    debit_posted_rupiah = models.BigIntegerField(default=0)
    credit_pending_rupiah = models.BigIntegerField(default=0)
    credit_posted_rupiah = models.BigIntegerField(default=0)
    guest_pending_rupiah = models.BigIntegerField(default=0)  # the part of debit_pending that guests reserved
    limit_rupiah = models.BigIntegerField(null=True)  # null: no limit
    guest_limit_rupiah = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="position_limits_not_negative",
                condition=(Q(limit_rupiah=None) | Q(limit_rupiah__gte=0)) & (Q(guest_limit_rupiah=None) | Q(guest_limit_rupiah__gte=0)),
            ),
        ]


class PositionIncrement(models.Model):
    """What a transfer adds to a position, not folded yet. No position's row is locked to write it.

    Its key is (account, transfer): it finds an account's rows and lets no transfer count twice. Only the ledger's own functions
    write it, together with the transfer it names, so it carries no foreign keys: their row locks would make each popular
    account a hot spot again.
    """

    pk = models.CompositePrimaryKey("account", "transfer_id")
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_column="account", db_index=False, db_constraint=False
    )
    transfer_id = models.UUIDField()
    debit_pending_rupiah = models.BigIntegerField(default=0)
    debit_posted_rupiah = models.BigIntegerField(default=0)
    credit_pending_rupiah = models.BigIntegerField(default=0)
    credit_posted_rupiah = models.BigIntegerField(default=0)
    guest_pending_rupiah = models.BigIntegerField(default=0)
