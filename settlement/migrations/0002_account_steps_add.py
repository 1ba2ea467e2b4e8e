"""What was done about a bank account, step by step, and the accounts that a payment was sent from and to."""

import datetime

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import tenants.uuids

STEPS = [
    ("kept", "Kept"),
    ("proposed", "Proposed"),
    ("confirmed", "Confirmed"),
    ("withdrawn", "Withdrawn"),
    ("stopped", "Stopped"),
    ("resumed", "Resumed"),
]
NAMED = ["kept", "proposed"]


def _account():
    return models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="settlement.bankaccountstep")


class Migration(migrations.Migration):
    dependencies = [("settlement", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="BankAccountStep",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("party", models.CharField(max_length=13)),
                ("turn", models.PositiveIntegerField()),
                ("step", models.CharField(choices=STEPS, max_length=9)),
                ("bank", models.CharField(blank=True, default="", max_length=60)),
                ("bank_code", models.CharField(blank=True, default="", max_length=7)),
                ("bic", models.CharField(blank=True, default="", max_length=11)),
                ("number", models.CharField(blank=True, default="", max_length=34)),
                ("holder", models.CharField(blank=True, default="", max_length=70)),
                ("proposal", _account()),
                ("in_force_at", models.DateTimeField(null=True)),
                ("by", models.UUIDField(null=True)),
                ("village_code", models.CharField(blank=True, default="", max_length=13)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["party", "turn"], name="bank_account_step_once"),
                    models.CheckConstraint(
                        condition=Q(step__in=NAMED, number__gt="") | (~Q(step__in=NAMED) & Q(number="")),
                        name="bank_account_step_names_account",
                    ),
                    models.CheckConstraint(
                        condition=Q(step="confirmed", proposal__isnull=False, in_force_at__gte=F("at") + datetime.timedelta(hours=24))
                        | (~Q(step="confirmed") & Q(proposal=None, in_force_at=None)),
                        name="bank_account_step_confirms_for_later",
                    ),
                ],
            },
        ),
        migrations.AddField(model_name="paymentleg", name="from_account", field=_account()),
        migrations.AddField(model_name="paymentleg", name="to_account", field=_account()),
    ]
