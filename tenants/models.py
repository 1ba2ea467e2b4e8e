"""Rows of the public schema about villages, people, roles, and what follows a commit."""

from __future__ import annotations

import uuid
from typing import Never

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F, Q
from django_tenants.models import DomainMixin, TenantMixin

from tenants import reasons, uuids


class Village(TenantMixin):  # type: ignore[misc]  # django-tenants has no annotations
    """A member village: its kode wilayah is its key everywhere, its schema holds its shop."""

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

    auto_create_schema = False  # provisioning is a state machine of its own
    auto_drop_schema = False

    class Meta:
        constraints = [
            models.CheckConstraint(name="village_code_is_kode_wilayah", condition=Q(code__regex=r"^\d\d\.\d\d\.\d\d\.\d{4}$")),
        ]

    def __str__(self) -> str:
        return self.name

    def __enter__(self) -> Never:
        # django-tenants keeps a stack of these on the class: two threads swapped villages (measured).
        raise TypeError("A village is entered by tenants.db.context.inside(), nothing else.")


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


class OutboxEntry(models.Model):
    """Work that must follow a commit, written in the same transaction as its cause; done at least once."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    topic = models.CharField(max_length=60)  # e.g. "purchase.placed"
    village_code = models.CharField(max_length=13, blank=True, default="")  # empty: the federation
    payload = models.JSONField()  # ids and plain values only, never a name, phone or address
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="outbox_due", fields=["due_at"], condition=Q(done_at=None))]


class TrailEntry(models.Model):
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
            models.Index(name="trail_subject", fields=["subject_id", "at"]),
            models.Index(name="trail_at", fields=["at", "id"]),
        ]


def new_token() -> str:
    """An unguessable token for links (122 random bits)."""
    return uuid.uuid4().hex
