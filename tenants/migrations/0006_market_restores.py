"""That the market was restored, and the numbers that are left out since then."""

import django.db.models.deletion
from django.db import migrations, models

import tenants.uuids


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0005_trade_holds"),
    ]

    operations = [
        migrations.CreateModel(
            name="MarketRestore",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("backup_at", models.DateTimeField()),
                ("restored_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="NumberGap",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("series", models.CharField(choices=[("receipts", "Receipts"), ("cycles", "Cycles")], max_length=8)),
                ("village_code", models.CharField(blank=True, default="", max_length=13)),
                ("first", models.PositiveIntegerField()),
                ("last", models.PositiveIntegerField()),
                (
                    "restore",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="gaps", to="tenants.marketrestore"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("series", "village_code", "first"), name="number_gap_once"),
                    models.CheckConstraint(
                        condition=models.Q(("first__gte", 1), ("last__gte", models.F("first"))), name="number_gap_not_empty"
                    ),
                ],
            },
        ),
    ]
