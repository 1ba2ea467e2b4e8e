"""Cycles, what they freeze and compute, and the payments that end them."""

import django.db.models.deletion
from django.db import migrations, models

import tenants.uuids

# Django's constraints know no index on an expression: every unfinished cycle has the same key here, so there is one at most.
ONE_UNFINISHED = """
CREATE UNIQUE INDEX cycle_one_unfinished ON settlement_cycle ((true)) WHERE state NOT IN ('open', 'closed', 'aborted')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("settlement", "0002_give_the_ledger_room"),
    ]

    operations = [
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField()),
                ("item_count", models.PositiveIntegerField()),
                ("gross_rupiah", models.BigIntegerField()),
                ("carry_limits", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("taken_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="BankAccount",
            fields=[
                ("party", models.CharField(max_length=13, primary_key=True, serialize=False)),
                ("bank", models.CharField(max_length=60)),
                ("bank_code", models.CharField(blank=True, default="", max_length=7)),
                ("bic", models.CharField(blank=True, default="", max_length=11)),
                ("number", models.CharField(max_length=34)),
                ("holder", models.CharField(max_length=70)),
                ("csv_mapping", models.JSONField(blank=True, default=dict)),
                ("changed_by", models.UUIDField(null=True)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="BankFile",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("message_id", models.CharField(max_length=35, unique=True)),
                ("leg_count", models.PositiveIntegerField()),
                ("amount_rupiah", models.BigIntegerField()),
                ("pain001", models.BinaryField()),
                ("portal_csv", models.BinaryField()),
                ("made_by", models.UUIDField(null=True)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="BankStatement",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("file", models.CharField(max_length=120)),
                ("line_count", models.PositiveIntegerField()),
                ("imported_by", models.UUIDField(null=True)),
                ("imported_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="CarryTerm",
            fields=[
                ("village_code", models.CharField(max_length=13, primary_key=True, serialize=False)),
                ("debtor_limit_rupiah", models.BigIntegerField(default=0)),
                ("creditor_agreed_rupiah", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Cycle",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("cutoff", "Cutoff"),
                            ("snapshot", "Snapshot"),
                            ("computed", "Computed"),
                            ("proposed", "Proposed"),
                            ("approved", "Approved"),
                            ("setoff_posted", "Setoff Posted"),
                            ("collecting", "Collecting"),
                            ("paying", "Paying"),
                            ("reconciling", "Reconciling"),
                            ("closed", "Closed"),
                            ("aborted", "Aborted"),
                        ],
                        default="open",
                        max_length=13,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("cutoff_at", models.DateTimeField(null=True)),
                ("made_by", models.UUIDField(null=True)),
                ("objection_days", models.PositiveIntegerField(default=0)),
                ("collection_days", models.PositiveIntegerField(default=0)),
                ("snapshot_id", models.UUIDField(null=True)),
                ("objections_until_at", models.DateTimeField(null=True)),
                ("collect_until_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, default="", max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="CycleEdge",
            fields=[
                ("pk", models.CompositePrimaryKey("snapshot_id", "place", blank=True, editable=False, primary_key=True, serialize=False)),
                ("snapshot_id", models.UUIDField()),
                ("place", models.PositiveIntegerField()),
                ("obligation_id", models.UUIDField()),
                ("debtor", models.CharField(max_length=13)),
                ("creditor", models.CharField(max_length=13)),
                ("open_rupiah", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="CycleParty",
            fields=[
                ("pk", models.CompositePrimaryKey("snapshot_id", "party", blank=True, editable=False, primary_key=True, serialize=False)),
                ("snapshot_id", models.UUIDField()),
                ("party", models.CharField(max_length=13)),
                ("owed_rupiah", models.BigIntegerField()),
                ("claimed_rupiah", models.BigIntegerField()),
                ("setoff_rupiah", models.BigIntegerField()),
                ("net_rupiah", models.BigIntegerField()),
                ("carried_rupiah", models.BigIntegerField()),
                ("cash_rupiah", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="LegEvent",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("state", models.CharField(max_length=9)),
                ("evidence", models.CharField(max_length=300)),
                ("quarantined", models.BooleanField(default=False)),
                ("by", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("cycle_number", models.PositiveIntegerField()),
                ("village_code", models.CharField(max_length=13)),
                ("reason", models.CharField(max_length=300)),
                ("made_by", models.UUIDField(null=True)),
                ("made_at", models.DateTimeField()),
                ("released_by", models.UUIDField(null=True)),
                ("released_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, default="", max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="PaymentLeg",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("giver", models.CharField(max_length=13)),
                ("receiver", models.CharField(max_length=13)),
                ("amount_rupiah", models.BigIntegerField()),
                ("rail", models.CharField(choices=[("bank", "Bank"), ("cash", "Cash")], max_length=4)),
                ("key", models.CharField(max_length=35, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("submitted", "Submitted"),
                            ("succeeded", "Succeeded"),
                            ("failed", "Failed"),
                            ("unknown", "Unknown"),
                            ("returned", "Returned"),
                        ],
                        default="planned",
                        max_length=9,
                    ),
                ),
                ("given_by", models.UUIDField(null=True)),
                ("given_at", models.DateTimeField(null=True)),
                ("planned_by", models.UUIDField(null=True)),
                ("planned_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(unique=True)),
                ("day", models.DateField()),
                ("sealed_at", models.DateTimeField()),
                ("row_count", models.PositiveIntegerField()),
                ("content_sha256", models.CharField(max_length=64)),
                ("before_sha256", models.CharField(max_length=64)),
                ("sha256", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="SealedRow",
            fields=[
                ("pk", models.CompositePrimaryKey("kind", "row_id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("row_id", models.UUIDField()),
                ("seal_number", models.PositiveIntegerField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Setoff",
            fields=[
                ("pk", models.CompositePrimaryKey("snapshot_id", "place", blank=True, editable=False, primary_key=True, serialize=False)),
                ("snapshot_id", models.UUIDField()),
                ("place", models.PositiveIntegerField()),
                ("amount_rupiah", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="StatementLine",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("identity", models.CharField(max_length=100, unique=True)),
                ("booked_on", models.DateField()),
                ("incoming", models.BooleanField()),
                ("amount_rupiah", models.BigIntegerField()),
                ("text", models.CharField(blank=True, default="", max_length=300)),
                ("key", models.CharField(blank=True, default="", max_length=35)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("matched", "Matched"), ("suspense", "Suspense"), ("explained", "Explained")],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("why", models.CharField(blank=True, default="", max_length=300)),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="obligation",
            name="cycle_number",
            field=models.PositiveIntegerField(default=1),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="obligation",
            name="transfer",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="obligation", to="settlement.transfer"
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(condition=models.Q(("open_rupiah__gt", 0)), fields=["cycle_number"], name="obligation_open_by_cycle"),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cause", "cycle"), ("transfer__isnull", True)),
                    models.Q(models.Q(("cause", "cycle"), _negated=True), ("transfer__isnull", False)),
                    _connector="OR",
                ),
                name="obligation_from_transfer_or_cycle",
            ),
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "snapshot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="approval",
                        serialize=False,
                        to="settlement.snapshot",
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("maker", models.UUIDField(null=True)),
                ("approver", models.UUIDField()),
                ("approved_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Solution",
            fields=[
                (
                    "snapshot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="solution",
                        serialize=False,
                        to="settlement.snapshot",
                    ),
                ),
                ("gross_rupiah", models.BigIntegerField()),
                ("setoff_bilateral_rupiah", models.BigIntegerField()),
                ("setoff_cycles_rupiah", models.BigIntegerField()),
                ("residual_rupiah", models.BigIntegerField()),
                ("net_internal_debt_rupiah", models.BigIntegerField()),
                ("carried_rupiah", models.BigIntegerField()),
                ("cash_rupiah", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("computed_at", models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="carryterm",
            constraint=models.CheckConstraint(
                condition=models.Q(("creditor_agreed_rupiah__gte", 0), ("debtor_limit_rupiah__gte", 0)), name="carry_terms_not_negative"
            ),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="cycle",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="snapshots", to="settlement.cycle"),
        ),
        migrations.AddConstraint(
            model_name="cycle",
            constraint=models.UniqueConstraint(condition=models.Q(("state", "open")), fields=("state",), name="cycle_one_open"),
        ),
        migrations.AddField(
            model_name="bankfile",
            name="cycle",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="bank_files", to="settlement.cycle"),
        ),
        migrations.AddIndex(
            model_name="cycleedge",
            index=models.Index(fields=["obligation_id"], name="cycle_edge_obligation"),
        ),
        migrations.AddField(
            model_name="objection",
            name="obligation",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="objections", to="settlement.obligation"),
        ),
        migrations.AddField(
            model_name="paymentleg",
            name="bank_file",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="legs", to="settlement.bankfile"),
        ),
        migrations.AddField(
            model_name="paymentleg",
            name="cycle",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="legs", to="settlement.cycle"),
        ),
        migrations.AddField(
            model_name="legevent",
            name="leg",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="events", to="settlement.paymentleg"),
        ),
        migrations.AddConstraint(
            model_name="setoff",
            constraint=models.CheckConstraint(condition=models.Q(("amount_rupiah__gt", 0)), name="setoff_positive"),
        ),
        migrations.AddField(
            model_name="statementline",
            name="leg",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="settlement.paymentleg"
            ),
        ),
        migrations.AddField(
            model_name="statementline",
            name="statement",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="settlement.bankstatement"),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(("maker", None), models.Q(("approver", models.F("maker")), _negated=True), _connector="OR"),
                name="approval_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.UniqueConstraint(fields=("cycle", "version"), name="snapshot_version_once"),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("released_at", None)), fields=("obligation",), name="objection_one_at_a_time"
            ),
        ),
        migrations.AddIndex(
            model_name="paymentleg",
            index=models.Index(fields=["cycle", "state"], name="leg_by_cycle"),
        ),
        migrations.AddConstraint(
            model_name="paymentleg",
            constraint=models.CheckConstraint(condition=models.Q(("amount_rupiah__gt", 0)), name="leg_amount_positive"),
        ),
        migrations.AddConstraint(
            model_name="paymentleg",
            constraint=models.CheckConstraint(condition=models.Q(("giver", models.F("receiver")), _negated=True), name="leg_between_two"),
        ),
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(condition=models.Q(("state__in", ["open", "suspense"])), fields=["booked_on"], name="statement_line_open"),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(condition=models.Q(("amount_rupiah__gt", 0)), name="statement_line_amount_positive"),
        ),
        migrations.RunSQL(ONE_UNFINISHED, migrations.RunSQL.noop),
    ]
