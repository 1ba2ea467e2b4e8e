"""Villages, people, events, and what counts once."""

import django.db.models.deletion
import django_tenants.postgresql_backend.base
from django.conf import settings
from django.db import migrations, models

import tenants.uuids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("phone", models.CharField(max_length=16, unique=True)),
                ("name", models.CharField(max_length=100)),
                ("home_village", models.CharField(blank=True, default="", max_length=13)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ActivityEntry",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("village_code", models.CharField(blank=True, default="", max_length=13)),
                ("action", models.CharField(max_length=60)),
                ("subject_id", models.CharField(max_length=64)),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("detail", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject_id", "at"], name="activity_log_subject"),
                    models.Index(fields=["at", "id"], name="activity_log_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("subject_id", models.UUIDField()),
                ("village_code", models.CharField(blank=True, default="", max_length=13)),
                ("payload", models.JSONField()),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("fanned_out_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("fanned_out_at", None)), fields=["recorded_at"], name="event_waits")],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("scope", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=64)),
                ("request_sha256", models.CharField(max_length=64)),
                ("money", models.BooleanField()),
                ("created_at", models.DateTimeField()),
                ("result", models.JSONField(null=True)),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("money", False)), fields=["created_at"], name="idempotency_key_old")],
                "constraints": [models.UniqueConstraint(fields=("scope", "key"), name="idempotency_key_once")],
            },
        ),
        migrations.CreateModel(
            name="Village",
            fields=[
                (
                    "schema_name",
                    models.CharField(
                        db_index=True, max_length=63, unique=True, validators=[django_tenants.postgresql_backend.base._check_schema_name]
                    ),
                ),
                ("code", models.CharField(max_length=13, primary_key=True, serialize=False)),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=100)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("schema-made", "Schema Made"),
                            ("active", "Active"),
                            ("suspended", "Suspended"),
                            ("archived", "Archived"),
                        ],
                        default="created",
                        max_length=16,
                    ),
                ),
                ("migration_head", models.CharField(default="", max_length=64)),
                ("created_at", models.DateTimeField()),
                ("suspended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[0-9]{2}\\.[0-9]{2}\\.[0-9]{2}\\.[0-9]{4}$")),
                        name="village_code_is_well_formed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Domain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("domain", models.CharField(db_index=True, max_length=253, unique=True)),
                ("is_primary", models.BooleanField(db_index=True, default=True)),
                ("tenant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="domains", to="tenants.village")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EventDelivery",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("subscriber", models.CharField(max_length=40)),
                ("subject_id", models.UUIDField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("claimed", "Claimed"),
                            ("done", "Done"),
                            ("needs-person", "Needs Person"),
                            ("skipped", "Skipped"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("lease_until", models.DateTimeField(null=True)),
                ("last_error", models.TextField(blank=True, default="")),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="tenants.event"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "claimed"])),
                        fields=["subscriber", "due_at"],
                        name="event_delivery_due",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "claimed", "needs-person"])),
                        fields=["subscriber", "subject_id", "recorded_at"],
                        name="event_delivery_unfinished",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("event", "subscriber"), name="event_delivery_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease_until__isnull", False), ("state", "claimed")),
                            models.Q(models.Q(("state", "claimed"), _negated=True), ("lease_until", None)),
                            _connector="OR",
                        ),
                        name="event_delivery_lease_while_claimed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", False), ("state__in", ["done", "skipped"])),
                            models.Q(models.Q(("state__in", ["done", "skipped"]), _negated=True), ("finished_at", None)),
                            _connector="OR",
                        ),
                        name="event_delivery_finished_or_not",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("village_code", models.CharField(blank=True, default="", max_length=13)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("manager", "Manager"),
                            ("cashier", "Cashier"),
                            ("courier", "Courier"),
                            ("service", "Service"),
                            ("operator", "Operator"),
                            ("approver", "Approver"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=10,
                    ),
                ),
                ("since_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "village_code", "role"), name="membership_once"),
                    models.CheckConstraint(
                        condition=models.Q(("until_on", None), ("until_on__gte", models.F("since_on")), _connector="OR"),
                        name="membership_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role__in", ["operator", "approver", "auditor"]), ("village_code", "")),
                            models.Q(
                                models.Q(("village_code", ""), _negated=True), ("role__in", ["manager", "cashier", "courier", "service"])
                            ),
                            _connector="OR",
                        ),
                        name="membership_role_fits_place",
                    ),
                ],
            },
        ),
    ]
