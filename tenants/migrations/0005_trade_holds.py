"""Which villages' trade is held after a restore, and what was done about it, step by step."""

from django.db import migrations, models
from django.db.models import F, Q

import tenants.uuids


class Migration(migrations.Migration):
    dependencies = [("tenants", "0004_roles_on_record_fill")]

    operations = [
        migrations.AddField("village", "held_since", models.DateTimeField(null=True)),
        migrations.CreateModel(
            "TradeHoldStep",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("village_code", models.CharField(max_length=13)),
                ("turn", models.PositiveIntegerField()),
                (
                    "step",
                    models.CharField(
                        choices=[("held", "Held"), ("proposed", "Proposed"), ("declined", "Declined"), ("released", "Released")],
                        max_length=8,
                    ),
                ),
                ("backup_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("stock_looked_at", models.BooleanField(default=False)),
                ("lost_orders_rupiah", models.BigIntegerField(null=True)),
                ("proposed_by", models.UUIDField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["village_code", "turn"], name="trade_hold_step_once"),
                    models.CheckConstraint(
                        condition=Q(lost_orders_rupiah=None) | Q(lost_orders_rupiah__gte=0), name="trade_hold_sum_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=~Q(step="released")
                        | Q(proposed_by=None, stock_looked_at=True, lost_orders_rupiah__isnull=False, by__isnull=False)
                        | Q(proposed_by__isnull=False, by__isnull=False) & ~Q(by=F("proposed_by")),
                        name="trade_hold_ends_by_statement_or_two",
                    ),
                ],
            },
        ),
    ]
