"""What is sent to the bank and what it answers: accounts, files of payouts, statements with their lines."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left

from settlement.models.cycle import Cycle
from tenants import reasons, uuids


class BankAccount(models.Model):
    """A party of whom an account was ever written down. Which one is in force follows from its steps; whoever adds one locks this row."""

    party = models.CharField(primary_key=True, max_length=13)
    csv_mapping = models.JSONField(default=dict, blank=True)  # how its bank writes tables (bank_statements.csv_lines)


class BankAccountStep(models.Model):
    """One thing that was done about a party's account. Append-only: the account in force follows from all of them, and from the time."""

    class Step(models.TextChoices):
        KEPT = "kept"  # in force since before accounts had steps
        PROPOSED = "proposed"
        CONFIRMED = "confirmed"  # by another person: in force a day later
        WITHDRAWN = "withdrawn"  # what nobody confirmed yet
        STOPPED = "stopped"  # nothing is paid to this party; what was to come is dropped
        RESUMED = "resumed"
        RESTORED = "restored"  # a backup's: nothing is paid there until it is confirmed again, what was to come is dropped

    NAMES_AN_ACCOUNT = (Step.KEPT, Step.PROPOSED)
    WAIT = timedelta(hours=24)  # in which whoever is told can stop it

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    party = models.CharField(max_length=13)  # a village's own account, or the federation's from which payouts go
    turn = models.PositiveIntegerField()  # 1, 2, ... of this party
    step = models.CharField(max_length=9, choices=Step)
    bank = models.CharField(max_length=60, blank=True, default="")  # as people call it
    bank_code = models.CharField(max_length=7, blank=True, default="")  # in Indonesian clearing (BRI 002) ...
    bic = models.CharField(max_length=11, blank=True, default="")  # ... or its ISO 9362 code; one is enough
    number = models.CharField(max_length=34, blank=True, default="")
    holder = models.CharField(max_length=70, blank=True, default="")  # the BUMDes, never a person
    proposal = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")  # what is confirmed
    in_force_at = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)
    village_code = models.CharField(max_length=13, blank=True, default="")  # where the person acted, empty: the federation
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="bank_account_step_once", fields=["party", "turn"]),
            models.CheckConstraint(
                name="bank_account_step_names_account",
                condition=Q(step__in=["kept", "proposed"], number__gt="") | (~Q(step__in=["kept", "proposed"]) & Q(number="")),
            ),
            models.CheckConstraint(
                name="bank_account_step_confirms_for_later",
                condition=Q(step="confirmed", proposal__isnull=False, in_force_at__gte=F("at") + timedelta(hours=24))
                | (~Q(step="confirmed") & Q(proposal=None, in_force_at=None)),
            ),
        ]


class BankFile(models.Model):
    """Payouts written into one file for the bank; made once, given out again unchanged. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="bank_files")
    message_id = models.CharField(max_length=35, unique=True)
    leg_count = models.PositiveIntegerField()
    amount_rupiah = models.BigIntegerField()
    pain001 = models.BinaryField()
    portal_csv = models.BinaryField()  # empty where it cannot name the bank of every receiver
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()


class BankStatement(models.Model):
    """A bank statement that was imported. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    sha256 = models.CharField(max_length=64, unique=True)  # the same file again changes nothing
    file = models.CharField(max_length=120)  # as it was called
    line_count = models.PositiveIntegerField()
    imported_by = models.UUIDField(null=True)
    imported_at = models.DateTimeField()
    account = models.CharField(max_length=34, blank=True, default="")  # whose days it shows; empty where nobody knew
    covers_from_on = models.DateField(null=True)
    covers_until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bank_statement_days_in_order",
                condition=Q(covers_from_on=None, covers_until_on=None) | Q(covers_from_on__lte=F("covers_until_on")),
            ),
        ]


class StatementLine(models.Model):
    """One entry of a bank statement. It is matched by reference or stays open for a person to decide; nothing is guessed."""

    class State(models.TextChoices):
        OPEN = "open"  # nobody knows yet what it is
        MATCHED = "matched"  # the movement of a leg
        SUSPENSE = "suspense"  # ours to hold, not yet to whom
        EXPLAINED = "explained"  # a person said what it is: the federation's own, a gateway's, or no booking at all
        WITHDRAWN = "withdrawn"  # its import was taken back: it counts as never read

    class Decision(models.TextChoices):
        EXPLAINED = "explained"  # the federation's own cost or income
        MISREAD = "misread"  # no booking of the bank's, or one that another line shows
        UNBOOKED = "unbooked"  # explained when the books did not know the federation's own costs yet
        PAYOUT = "payout"  # what a payout of ours moved
        HELD = "held"
        PAY_IN = "pay-in"
        PAID_BACK = "paid-back"
        RETURNED = "returned"  # the bank took a pay-in back
        GATEWAY = "gateway"  # what a payment gateway paid out to the federation, or took from it
        ADOPTED = "adopted"  # a village's, of the time that the books know nothing of since a restore

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="lines")
    identity = models.CharField(max_length=100, unique=True)  # likeness and number (bank_statements.identities): none is there twice
    bank_reference = models.CharField(max_length=100, blank=True, default="")  # the bank's own number for it
    booked_on = models.DateField()
    incoming = models.BooleanField()
    amount_rupiah = models.BigIntegerField()
    sen = models.PositiveSmallIntegerField(default=0)  # of interest, tax and charges; the books never know of them
    text = models.CharField(max_length=300, blank=True, default="")  # the sender's words, blanked once it is clear what they pay
    key = models.CharField(max_length=35, blank=True, default="")
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    leg = models.ForeignKey("settlement.PaymentLeg", on_delete=models.PROTECT, null=True, related_name="lines")
    why = models.CharField(max_length=reasons.LENGTH_MAX, blank=True, default="")  # of line_reasons.REASONS, or of who decided
    decision = models.CharField(max_length=9, choices=Decision, blank=True, default="")  # the last one that a person took about it
    decided_village = models.CharField(max_length=13, blank=True, default="")  # whose pay-in it is
    decided_source = models.UUIDField(null=True)  # the line whose money was paid back, or taken back by the bank
    decided_gateway = models.CharField(max_length=30, blank=True, default="")  # whose money it is
    decided_cycle = models.PositiveIntegerField(null=True)  # of the pay-in
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="statement_line_amount_positive", condition=Q(amount_rupiah__gt=0) | Q(amount_rupiah=0, sen__gt=0)),
            models.CheckConstraint(name="statement_line_sen_below_rupiah", condition=Q(sen__lt=100)),
            models.CheckConstraint(name="statement_line_decided_by_somebody", condition=Q(decision="") ^ Q(decided_by__isnull=False)),
        ]
        indexes = [
            models.Index(name="statement_line_open", fields=["booked_on"], condition=Q(state__in=["open", "suspense"])),
            models.Index(Left("identity", 64), name="statement_line_likeness"),
        ]
