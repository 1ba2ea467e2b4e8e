"""What gateways say in writing of payouts, and what they said of one since it failed."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from tenants import uuids


class Migration(migrations.Migration):
    dependencies = [("settlement", "0007_limits_on_record_fill")]

    operations = [
        migrations.AddField("paymentleg", "heard", models.CharField(blank=True, default="", max_length=9)),
        migrations.CreateModel(
            "PayoutAnswer",
            fields=[
                ("id", models.UUIDField(default=uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("form_key", models.CharField(max_length=64, unique=True)),
                ("after_failure", models.BooleanField()),
                ("paid_rupiah", models.BigIntegerField()),
                ("reference", models.CharField(max_length=100)),
                ("reason", models.CharField(max_length=300)),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("confirmed_by", models.UUIDField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("heard", models.CharField(blank=True, default="", max_length=9)),
                ("declined_by", models.UUIDField(null=True)),
                ("declined_at", models.DateTimeField(null=True)),
                (
                    "leg",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="settlement.paymentleg"),
                ),
                (
                    "counted_leg",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="settlement.paymentleg"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(paid_rupiah__gte=0), name="payout_answer_not_negative"),
                    models.CheckConstraint(condition=~Q(confirmed_by=F("proposed_by")), name="payout_answer_by_two"),
                    models.CheckConstraint(
                        condition=Q(confirmed_by=None, confirmed_at=None, counted_leg=None)
                        | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, declined_at=None),
                        name="payout_answer_confirmed_or_declined",
                    ),
                    models.UniqueConstraint(
                        condition=Q(confirmed_at=None, declined_at=None), fields=("leg",), name="payout_answer_one_waits"
                    ),
                ],
            },
        ),
    ]
