"""Cash that a cycle moves: one leg for each movement, with everything that was learned of it."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from settlement.models.bank import BankAccountStep, BankFile
from settlement.models.cycle import Cycle
from tenants import reasons, uuids
from tenants.codes import FEDERATION


class PaymentLeg(models.Model):
    """One movement of cash between two parties of a cycle. Its key is stored before anybody is asked to pay."""

    class State(models.TextChoices):
        PLANNED = "planned"
        SUBMITTED = "submitted"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        UNKNOWN = "unknown"
        RETURNED = "returned"

    class Rail(models.TextChoices):
        BANK = "bank"
        CASH = "cash"
        GATEWAY = "gateway"  # out of what a payment gateway holds for the federation, by its own way of paying out

    class GivenUp(models.TextChoices):
        REFUSED = "refused"  # the bank said no: no money moved
        IN_CASH = "in-cash"  # brought by hand instead

    ACTIVE = (State.PLANNED, State.SUBMITTED, State.UNKNOWN)  # may still move money
    ASKED_AFTER_END = timedelta(days=14)  # in which a bank or gateway may still say that it came back, or went after all

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="legs")
    giver = models.CharField(max_length=13)  # a village code, or F
    receiver = models.CharField(max_length=13)
    amount_rupiah = models.BigIntegerField()
    rail = models.CharField(max_length=7, choices=Rail)
    gateway = models.CharField(max_length=30, blank=True, default="")  # by its name, where it is the rail
    key = models.CharField(max_length=35, unique=True)  # what the bank sends back with it
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    given_by = models.UUIDField(null=True)  # cash: the giver's confirmation
    given_at = models.DateTimeField(null=True)
    bank_file = models.ForeignKey(BankFile, on_delete=models.PROTECT, null=True, related_name="legs")
    # The accounts that it was sent from and to, by the step that names them; null until it is sent.
    from_account = models.ForeignKey(BankAccountStep, on_delete=models.PROTECT, null=True, related_name="+")
    to_account = models.ForeignKey(BankAccountStep, on_delete=models.PROTECT, null=True, related_name="+")
    planned_by = models.UUIDField(null=True)
    planned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    given_up = models.CharField(max_length=7, choices=GivenUp, blank=True, default="")  # how a person ended a payout by bank that failed
    heard = models.CharField(max_length=9, blank=True, default="")  # what a gateway said of a payout since it failed: succeeded, returned

    class Meta:
        constraints = [
            models.CheckConstraint(name="leg_amount_positive", condition=Q(amount_rupiah__gt=0)),
            models.CheckConstraint(name="leg_between_two", condition=~Q(giver=F("receiver"))),
            models.CheckConstraint(name="leg_given_up_failed", condition=Q(given_up="") | Q(state="failed", rail="bank", giver=FEDERATION)),
            models.CheckConstraint(
                name="leg_names_its_gateway",
                condition=Q(rail="gateway", gateway__gt="", giver=FEDERATION) | (~Q(rail="gateway") & Q(gateway="")),
            ),
        ]
        indexes = [models.Index(name="leg_by_cycle", fields=["cycle", "state"])]


class LegEvent(models.Model):
    """What was learned of a leg, when and from where; also what was set aside because it did not fit. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    leg = models.ForeignKey(PaymentLeg, on_delete=models.PROTECT, related_name="events")
    state = models.CharField(max_length=9)  # the leg's after it
    evidence = models.CharField(max_length=300)
    quarantined = models.BooleanField(default=False)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()


class PayoutAnswer(models.Model):
    """What a gateway said in writing of a payout that it was told to make: entered by one person, confirmed by another."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    form_key = models.CharField(max_length=64, unique=True)  # the form that proposed it: sent again, it finds this
    leg = models.ForeignKey(PaymentLeg, on_delete=models.PROTECT, related_name="answers")
    after_failure = models.BooleanField()  # the payout had failed by then: what it paid, it paid after all
    paid_rupiah = models.BigIntegerField()  # 0: it paid nothing, or has it back
    reference = models.CharField(max_length=100)  # of the gateway's letter or statement
    reason = models.CharField(max_length=reasons.LENGTH_MAX)  # what it says
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    heard = models.CharField(max_length=9, blank=True, default="")  # the leg's when it was confirmed: what was decided about
    counted_leg = models.ForeignKey(PaymentLeg, on_delete=models.PROTECT, null=True, related_name="+")  # what stands for the money then
    declined_by = models.UUIDField(null=True)
    declined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="payout_answer_not_negative", condition=Q(paid_rupiah__gte=0)),
            models.CheckConstraint(name="payout_answer_by_two", condition=~Q(confirmed_by=F("proposed_by"))),
            models.CheckConstraint(
                name="payout_answer_confirmed_or_declined",
                condition=Q(confirmed_by=None, confirmed_at=None, counted_leg=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, declined_at=None),
            ),
            models.UniqueConstraint(name="payout_answer_one_waits", fields=["leg"], condition=Q(confirmed_at=None, declined_at=None)),
        ]
