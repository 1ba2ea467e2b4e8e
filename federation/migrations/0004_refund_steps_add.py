"""What became of a refund, step by step."""

import django.db.models.deletion
from django.db import migrations, models

import tenants.uuids


class Migration(migrations.Migration):
    dependencies = [("federation", "0003_courier_cash")]

    operations = [
        migrations.CreateModel(
            name="RefundStep",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "refund",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="federation.refund"),
                ),
                ("turn", models.PositiveIntegerField()),
                (
                    "step",
                    models.CharField(choices=[("paid-out", "Paid Out"), ("owed-again", "Owed Again"), ("voided", "Voided")], max_length=10),
                ),
                ("by", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=["refund", "turn"], name="refund_step_once")]},
        ),
    ]
