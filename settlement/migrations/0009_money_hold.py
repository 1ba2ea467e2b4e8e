"""What holds the federation's money after a restore, and which days a statement of the bank shows."""

import django.db.models.deletion
from django.db import migrations, models

from tenants import uuids


class Migration(migrations.Migration):
    dependencies = [
        ("settlement", "0008_payout_answers"),
    ]

    operations = [
        migrations.CreateModel(
            name="HoldList",
            fields=[
                ("id", models.UUIDField(default=uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("sha256", models.CharField(max_length=64)),
                ("line_count", models.PositiveIntegerField()),
                ("in_rupiah", models.BigIntegerField()),
                ("out_rupiah", models.BigIntegerField()),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("confirmed_by", models.UUIDField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="LineOwner",
            fields=[
                ("id", models.UUIDField(default=uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("village_code", models.CharField(max_length=13)),
                ("by", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="MoneyHold",
            fields=[
                ("id", models.UUIDField(default=uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("state", models.CharField(choices=[("held", "Held"), ("released", "Released")], default="held", max_length=8)),
                ("backup_at", models.DateTimeField()),
                ("restored_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="StatedCash",
            fields=[
                ("id", models.UUIDField(default=uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("village_code", models.CharField(max_length=13)),
                ("handed_over_rupiah", models.BigIntegerField()),
                ("received_rupiah", models.BigIntegerField()),
                ("by_village", models.BooleanField()),
                ("stated_by", models.UUIDField()),
                ("stated_at", models.DateTimeField()),
                ("confirmed_by", models.UUIDField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("declined_by", models.UUIDField(null=True)),
                ("declined_at", models.DateTimeField(null=True)),
                ("adopted_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="bankstatement",
            name="account",
            field=models.CharField(blank=True, default="", max_length=34),
        ),
        migrations.AddField(
            model_name="bankstatement",
            name="covers_from_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="bankstatement",
            name="covers_until_on",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="bankaccountstep",
            name="step",
            field=models.CharField(
                choices=[
                    ("kept", "Kept"),
                    ("proposed", "Proposed"),
                    ("confirmed", "Confirmed"),
                    ("withdrawn", "Withdrawn"),
                    ("stopped", "Stopped"),
                    ("resumed", "Resumed"),
                    ("restored", "Restored"),
                ],
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="statementline",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[
                    ("explained", "Explained"),
                    ("misread", "Misread"),
                    ("unbooked", "Unbooked"),
                    ("payout", "Payout"),
                    ("held", "Held"),
                    ("pay-in", "Pay In"),
                    ("paid-back", "Paid Back"),
                    ("returned", "Returned"),
                    ("gateway", "Gateway"),
                    ("adopted", "Adopted"),
                ],
                default="",
                max_length=9,
            ),
        ),
        migrations.AddConstraint(
            model_name="bankstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("covers_from_on", None), ("covers_until_on", None)),
                    ("covers_from_on__lte", models.F("covers_until_on")),
                    _connector="OR",
                ),
                name="bank_statement_days_in_order",
            ),
        ),
        migrations.AddField(
            model_name="lineowner",
            name="line",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="owners", to="settlement.statementline"),
        ),
        migrations.AddConstraint(
            model_name="moneyhold",
            constraint=models.UniqueConstraint(condition=models.Q(("state", "held")), fields=("state",), name="money_hold_one"),
        ),
        migrations.AddConstraint(
            model_name="moneyhold",
            constraint=models.CheckConstraint(
                condition=models.Q(("restored_at__gte", models.F("backup_at"))), name="money_hold_after_backup"
            ),
        ),
        migrations.AddConstraint(
            model_name="moneyhold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("released_at", None), ("state", "held")),
                    models.Q(("released_at__isnull", False), ("state", "released")),
                    _connector="OR",
                ),
                name="money_hold_released_then",
            ),
        ),
        migrations.AddField(
            model_name="holdlist",
            name="hold",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lists", to="settlement.moneyhold"),
        ),
        migrations.AddField(
            model_name="statedcash",
            name="hold",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="stated_cash", to="settlement.moneyhold"),
        ),
        migrations.AddConstraint(
            model_name="holdlist",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirmed_by", models.F("proposed_by")), _negated=True), name="hold_list_by_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="holdlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at", None), ("confirmed_by", None)),
                    models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                    _connector="OR",
                ),
                name="hold_list_confirmed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="statedcash",
            constraint=models.CheckConstraint(
                condition=models.Q(("handed_over_rupiah__gte", 0), ("received_rupiah__gte", 0)), name="stated_cash_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="statedcash",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirmed_by", models.F("stated_by")), _negated=True), name="stated_cash_by_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="statedcash",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("adopted_at", None), ("confirmed_at", None), ("confirmed_by", None)),
                    models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False), ("declined_at", None)),
                    _connector="OR",
                ),
                name="stated_cash_confirmed_or_declined",
            ),
        ),
        migrations.AddConstraint(
            model_name="statedcash",
            constraint=models.UniqueConstraint(
                condition=models.Q(("declined_at", None)), fields=("hold", "village_code"), name="stated_cash_once"
            ),
        ),
    ]
