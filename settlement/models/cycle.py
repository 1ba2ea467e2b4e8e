"""A settlement cycle: its states, the frozen snapshot, what was computed of it, and who approved that."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from tenants import reasons, uuids


class Cycle(models.Model):
    """One round of settlement. Postings carry the number of the cycle that was open at their moment."""

    class State(models.TextChoices):
        OPEN = "open"
        CUTOFF = "cutoff"
        SNAPSHOT = "snapshot"
        COMPUTED = "computed"
        PROPOSED = "proposed"  # every village sees its statement and may object
        APPROVED = "approved"
        SETOFF_POSTED = "setoff_posted"
        COLLECTING = "collecting"
        PAYING = "paying"
        RECONCILING = "reconciling"
        CLOSED = "closed"
        ABORTED = "aborted"

    BEFORE_SETOFF = (State.CUTOFF, State.SNAPSHOT, State.COMPUTED, State.PROPOSED, State.APPROVED)
    MOVING = (State.SETOFF_POSTED, State.COLLECTING, State.PAYING, State.RECONCILING)
    TAKES_OBJECTIONS = (State.SNAPSHOT, State.COMPUTED, State.PROPOSED)
    TAKES_PAYMENTS = (State.COLLECTING, State.PAYING)
    COUNTS_PAY_INS = (*TAKES_PAYMENTS, State.RECONCILING)  # of money that came and waits for a person's word
    UNFINISHED = (*BEFORE_SETOFF, *MOVING)
    PAYOUT_TIME = timedelta(days=14)  # after the date to pay in; what could not be paid out by then rolls on

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=13, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    cutoff_at = models.DateTimeField(null=True)
    made_by = models.UUIDField(null=True)  # who cut off; never the approver, and without one there is no approval
    objection_days = models.PositiveIntegerField(default=0)
    collection_days = models.PositiveIntegerField(default=0)
    snapshot_id = models.UUIDField(null=True)  # the one in force; an objection makes a new one
    objections_until_at = models.DateTimeField(null=True)
    collect_until_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=reasons.LENGTH_MAX, blank=True, default="")  # why it was aborted

    class Meta:
        constraints = [
            models.UniqueConstraint(name="cycle_one_open", fields=["state"], condition=Q(state="open")),
        ]  # and one between cut-off and close: an index on an expression, in the migration

    @staticmethod
    def takes_pay_ins(*, state: str, collect_until_at: datetime | None, at: datetime) -> bool:
        """Whether a village may still announce cash: once the cycle pays out and the date has passed, nobody may hold it open by a plan."""
        if state == Cycle.State.PAYING:
            return collect_until_at is not None and at < collect_until_at
        return state == Cycle.State.COLLECTING

    @staticmethod
    def pays_out(*, collect_until_at: datetime | None, at: datetime) -> bool:
        """Whether villages are still paid out: afterwards what could not move rolls on, so that no cycle waits for ever."""
        return collect_until_at is None or at < collect_until_at + Cycle.PAYOUT_TIME

    @staticmethod
    def takes_objections(*, state: str, objections_until_at: datetime | None, at: datetime) -> bool:
        """Whether a village may still object: once it was proposed, also while it is computed again for another objection."""
        return state in Cycle.TAKES_OBJECTIONS and objections_until_at is not None and at <= objections_until_at


class Snapshot(models.Model):
    """What the cycle froze: its edges, and the carry limits that held at that moment. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="snapshots")
    version = models.PositiveIntegerField()
    item_count = models.PositiveIntegerField()
    gross_rupiah = models.BigIntegerField()
    carry_limits = models.JSONField()  # {party: rupiah}
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="snapshot_version_once", fields=["cycle", "version"])]


class CycleEdge(models.Model):
    """One obligation in a snapshot as it was then, the oldest first by `place`. Append-only.

    Written by the ten thousand, so it carries no foreign keys; the audit compares.
    """

    pk = models.CompositePrimaryKey("snapshot_id", "place")
    snapshot_id = models.UUIDField()
    place = models.PositiveIntegerField()
    obligation_id = models.UUIDField()
    debtor = models.CharField(max_length=13)
    creditor = models.CharField(max_length=13)
    open_rupiah = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(name="cycle_edge_obligation", fields=["obligation_id"])]


class Solution(models.Model):
    """What was computed of a snapshot, in rupiah, verified before it was written. Append-only."""

    snapshot = models.OneToOneField(Snapshot, on_delete=models.PROTECT, primary_key=True, related_name="solution")
    gross_rupiah = models.BigIntegerField()
    setoff_bilateral_rupiah = models.BigIntegerField()
    setoff_cycles_rupiah = models.BigIntegerField()
    residual_rupiah = models.BigIntegerField()
    net_internal_debt_rupiah = models.BigIntegerField()
    carried_rupiah = models.BigIntegerField()
    cash_rupiah = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    computed_at = models.DateTimeField()


class Setoff(models.Model):
    """What a solution takes from one edge of its snapshot. Append-only."""

    pk = models.CompositePrimaryKey("snapshot_id", "place")
    snapshot_id = models.UUIDField()
    place = models.PositiveIntegerField()  # of the CycleEdge
    amount_rupiah = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="setoff_positive", condition=Q(amount_rupiah__gt=0))]


class CycleParty(models.Model):
    """Where a solution leaves one party: what it owes and claims in all, what set-off takes, and what of its net is carried or paid."""

    pk = models.CompositePrimaryKey("snapshot_id", "party")
    snapshot_id = models.UUIDField()
    party = models.CharField(max_length=13)
    owed_rupiah = models.BigIntegerField()
    claimed_rupiah = models.BigIntegerField()
    setoff_rupiah = models.BigIntegerField()
    net_rupiah = models.BigIntegerField()  # below zero: it owes
    carried_rupiah = models.BigIntegerField()
    cash_rupiah = models.BigIntegerField()


class Approval(models.Model):
    """Another person than the maker signed this snapshot and solution, with a second factor. Append-only."""

    snapshot = models.OneToOneField(Snapshot, on_delete=models.PROTECT, primary_key=True, related_name="approval")
    sha256 = models.CharField(max_length=64)  # of both hashes
    maker = models.UUIDField()
    approver = models.UUIDField()
    approved_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="approval_by_another", condition=~Q(approver=F("maker")))]


class CarryTerm(models.Model):
    """How much of its net a village may leave for the next cycle as debtor, and how much it agreed to leave as creditor."""

    village_code = models.CharField(primary_key=True, max_length=13)
    debtor_limit_rupiah = models.BigIntegerField(default=0)  # set by the federation
    creditor_agreed_rupiah = models.BigIntegerField(default=0)  # agreed by the village

    class Meta:
        constraints = [
            models.CheckConstraint(name="carry_terms_not_negative", condition=Q(debtor_limit_rupiah__gte=0, creditor_agreed_rupiah__gte=0))
        ]
