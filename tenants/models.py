"""Rows of the public schema about villages, people, roles, and what follows a commit."""

from __future__ import annotations

import uuid
from typing import Never

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F, Q
from django_tenants.models import DomainMixin, TenantMixin

from tenants import codes, reasons, uuids


class Village(TenantMixin):  # type: ignore[misc]  # django-tenants has no annotations
    """A member village, or a joint enterprise of several: its code is its key everywhere, its schema holds its shop."""

    class State(models.TextChoices):
        CREATED = "created"  # the row exists, nothing else
        SCHEMA_MADE = "schema-made"  # tables exist
        ACTIVE = "active"
        SUSPENDED = "suspended"  # shop closed to buyers, back office open
        ARCHIVED = "archived"  # read only, kept for ever, never dropped

    code = models.CharField(primary_key=True, max_length=13)  # 34.02.15.2004
    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(max_length=100)
    state = models.CharField(max_length=16, choices=State, default=State.CREATED)
    migration_head = models.CharField(max_length=64, default="")  # digest of the migrations applied to its schema
    created_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True)  # since when its shop is closed; null while it is open
    held_since = models.DateTimeField(null=True)  # the backup's moment, while its trade is held after a restore (TradeHoldStep)

    auto_create_schema = False  # provisioning is a state machine of its own
    auto_drop_schema = False

    class Meta:
        constraints = [
            models.CheckConstraint(name="village_code_is_well_formed", condition=Q(code__regex=f"^{codes.PATTERN}$")),
        ]

    def __str__(self) -> str:
        return self.name

    def __enter__(self) -> Never:
        # django-tenants keeps a stack of these on the class: two threads swapped villages (measured).
        raise TypeError("A village is entered by tenants.db.context.inside(), nothing else.")


class TradeHoldStep(models.Model):
    """What was done about a village's trade after the market was restored from a backup, in its order. Append-only.

    `Village.held_since` says what the last step left.
    """

    class Step(models.TextChoices):
        HELD = "held"  # by the restore
        PROPOSED = "proposed"  # that it ends, by a person of the federation
        DECLINED = "declined"
        RELEASED = "released"  # by the manager's statement, or by a second person of the federation

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    village_code = models.CharField(max_length=13)
    turn = models.PositiveIntegerField()  # 1, 2, ... of this village
    step = models.CharField(max_length=8, choices=Step)
    backup_at = models.DateTimeField()  # since when what was done may be lost
    by = models.UUIDField(null=True)
    at = models.DateTimeField()
    reason = models.CharField(max_length=reasons.LENGTH_MAX, blank=True, default="")
    stock_looked_at = models.BooleanField(default=False)  # the manager said so
    lost_orders_rupiah = models.BigIntegerField(null=True)  # paid back at the counter for orders that the books lost; null: nobody said
    proposed_by = models.UUIDField(null=True)  # of a release by two

    class Meta:
        constraints = [
            models.UniqueConstraint(name="trade_hold_step_once", fields=["village_code", "turn"]),
            models.CheckConstraint(name="trade_hold_sum_not_negative", condition=Q(lost_orders_rupiah=None) | Q(lost_orders_rupiah__gte=0)),
            models.CheckConstraint(
                name="trade_hold_ends_by_statement_or_two",
                condition=~Q(step="released")
                | Q(proposed_by=None, stock_looked_at=True, lost_orders_rupiah__isnull=False, by__isnull=False)
                | Q(proposed_by__isnull=False, by__isnull=False) & ~Q(by=F("proposed_by")),
            ),
        ]


class MarketRestore(models.Model):
    """The market was made again from a backup: what happened between the two moments is in no book. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    backup_at = models.DateTimeField()
    restored_at = models.DateTimeField()


class NumberGap(models.Model):
    """Numbers that were left out when the market was restored: the lost one may have given them out. Append-only."""

    class Series(models.TextChoices):
        RECEIPTS = "receipts"  # of a village
        CYCLES = "cycles"

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    restore = models.ForeignKey(MarketRestore, on_delete=models.PROTECT, related_name="gaps")
    series = models.CharField(max_length=8, choices=Series)
    village_code = models.CharField(max_length=13, blank=True, default="")  # empty: the federation's
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="number_gap_once", fields=["series", "village_code", "first"]),
            models.CheckConstraint(name="number_gap_not_empty", condition=Q(first__gte=1, last__gte=F("first"))),
        ]


AREA_NAME_CHARACTERS = 100


class Area(models.Model):
    """A province, regency or district and its name, out of the lists that villages are imported from: it tells namesakes apart."""

    code = models.CharField(primary_key=True, max_length=8)  # 34, 34.02, 34.02.15
    name = models.CharField(max_length=AREA_NAME_CHARACTERS)

    def __str__(self) -> str:
        return self.name


class Domain(DomainMixin):  # type: ignore[misc]
    """A host name of a village; it leads to the village's shop on the federation's origin."""


class User(AbstractBaseUser):
    """One account for the whole federation; the phone number in international form is the login."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    phone = models.CharField(max_length=16, unique=True)  # +62812...
    name = models.CharField(max_length=100)
    home_village = models.CharField(max_length=13, blank=True, default="")  # empty: outside the federation
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A role of a person in a village, or in the federation (empty village), that may end on a date."""

    class Role(models.TextChoices):
        MANAGER = "manager"
        CASHIER = "cashier"
        COURIER = "courier"
        SERVICE = "service"
        OPERATOR = "operator"
        APPROVER = "approver"
        AUDITOR = "auditor"

    FEDERATION_ROLES = (Role.OPERATOR, Role.APPROVER, Role.AUDITOR)

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    village_code = models.CharField(max_length=13, blank=True, default="")
    role = models.CharField(max_length=10, choices=Role)
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # last day on which it holds

    class Meta:
        constraints = [
            models.UniqueConstraint(name="membership_once", fields=["user", "village_code", "role"]),
            models.CheckConstraint(name="membership_ends_after_it_begins", condition=Q(until_on=None) | Q(until_on__gte=F("since_on"))),
            models.CheckConstraint(
                name="membership_role_fits_place",
                condition=Q(village_code="", role__in=["operator", "approver", "auditor"])
                | (~Q(village_code="") & Q(role__in=["manager", "cashier", "courier", "service"])),
            ),
        ]


class Event(models.Model):
    """What happened, written in the transaction of its cause; deliveries are made from it afterwards (tenants.events)."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    kind = models.CharField(max_length=40)  # events.EventKind
    subject_id = models.UUIDField()  # whom it is about: a purchase, an order
    village_code = models.CharField(max_length=13, blank=True, default="")  # empty: the federation
    payload = models.JSONField()  # ids and plain values only, never a name, phone or address
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()  # by the database's clock, while the subject was locked: the order of one subject's events
    fanned_out_at = models.DateTimeField(null=True)  # when its deliveries were made

    class Meta:
        indexes = [models.Index(name="event_waits", fields=["recorded_at"], condition=Q(fanned_out_at=None))]


class EventDelivery(models.Model):
    """One event for one subscriber."""

    class State(models.TextChoices):
        WAITING = "waiting"  # for its time, or for an earlier one of its subject
        CLAIMED = "claimed"  # a worker calls the subscriber, until the lease ends
        DONE = "done"
        NEEDS_PERSON = "needs-person"  # it failed too often
        SKIPPED = "skipped"  # by a person

    FINISHED = (State.DONE, State.SKIPPED)

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    # The unique constraint below serves as its index.
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    subscriber = models.CharField(max_length=40)  # a name in deploy/background/event_subscribers.py
    subject_id = models.UUIDField()  # of the event, as is
    recorded_at = models.DateTimeField()  # what stands there
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)  # since a person last sent it again
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="event_delivery_once", fields=["event", "subscriber"]),
            models.CheckConstraint(
                name="event_delivery_lease_while_claimed",
                condition=Q(state="claimed", lease_until__isnull=False) | (~Q(state="claimed") & Q(lease_until=None)),
            ),
            models.CheckConstraint(
                name="event_delivery_finished_or_not",
                condition=Q(state__in=["done", "skipped"], finished_at__isnull=False)
                | (~Q(state__in=["done", "skipped"]) & Q(finished_at=None)),
            ),
        ]
        indexes = [
            models.Index(name="event_delivery_due", fields=["subscriber", "due_at"], condition=Q(state__in=["waiting", "claimed"])),
            models.Index(
                name="event_delivery_unfinished",
                fields=["subscriber", "subject_id", "recorded_at"],
                condition=Q(state__in=["waiting", "claimed", "needs-person"]),
            ),
        ]


class ActivityEntry(models.Model):
    """Who did what, when, where, to what; append-only."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)  # User.id; null: the system or a buyer without an account
    village_code = models.CharField(max_length=13, blank=True, default="")  # where the person acted
    action = models.CharField(max_length=60)  # "order.accepted", "payment.confirmed", ...
    subject_id = models.CharField(max_length=64)
    reason = models.CharField(max_length=reasons.LENGTH_MAX, blank=True, default="")
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(name="activity_log_subject", fields=["subject_id", "at"]),
            models.Index(name="activity_log_at", fields=["at", "id"]),
        ]


class ClockNote(models.Model):
    """The last time that was believed during one start of a machine, and how long the machine had been running then."""

    boot = models.CharField(primary_key=True, max_length=36)  # as Linux names it
    wall_at = models.DateTimeField()
    since_boot = models.DurationField()


class IdempotencyKey(models.Model):
    """A request that was made once, by its key. Nothing of what was said stands here: only its hash, and ids of what came of it."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    scope = models.CharField(max_length=100)  # idempotency.Scope: operation, village, principal
    key = models.CharField(max_length=64)
    request_sha256 = models.CharField(max_length=64)
    money = models.BooleanField()  # stays for ever
    created_at = models.DateTimeField()
    result = models.JSONField(null=True)  # status and ids; null only until the end of its own transaction

    class Meta:
        constraints = [models.UniqueConstraint(name="idempotency_key_once", fields=["scope", "key"])]
        indexes = [models.Index(name="idempotency_key_old", fields=["created_at"], condition=Q(money=False))]


def new_token() -> str:
    """An unguessable token for links (122 random bits)."""
    return uuid.uuid4().hex
