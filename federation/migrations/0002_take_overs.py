"""How long after its last order a village may not leave, and what the federation takes over of those that left."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from tenants import uuids


class Migration(migrations.Migration):
    dependencies = [("federation", "0001_initial")]

    operations = [
        migrations.AddField("federation", "leaving_days", models.PositiveIntegerField(default=30)),
        migrations.CreateModel(
            "TakeOver",
            fields=[
                ("id", models.UUIDField(default=uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("form_key", models.CharField(max_length=64, unique=True)),
                ("amount_rupiah", models.BigIntegerField()),
                ("reason", models.CharField(max_length=300)),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("approved_by", models.UUIDField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("fee_rupiah", models.BigIntegerField(default=0)),
                ("payer", models.CharField(blank=True, default="", max_length=13)),
                ("paid_out_at", models.DateTimeField(null=True)),
                ("paid_out_by", models.UUIDField(null=True)),
                ("declined_by", models.UUIDField(null=True)),
                ("declined_at", models.DateTimeField(null=True)),
                (
                    "order",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="take_overs", to="federation.sellerorder"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=Q(paid_out_at=None), fields=["payer", "approved_at"], name="take_over_at_counter"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=Q(amount_rupiah__gt=0, fee_rupiah__gte=0), name="take_over_positive"),
                    models.CheckConstraint(condition=~Q(approved_by=F("proposed_by")), name="take_over_by_two"),
                    models.CheckConstraint(
                        condition=Q(approved_at=None, payer="", paid_out_at=None)
                        | Q(approved_at__isnull=False, declined_at=None, payer__gt=""),
                        name="take_over_approved_or_declined",
                    ),
                ],
            },
        ),
    ]
