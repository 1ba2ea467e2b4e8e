"""The ledger, cycles, payments and the bank. The ledger's functions and triggers come from settlement/sql after all migrations."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import tenants.uuids

# Django's constraints know no index on an expression: every unfinished cycle has the same key here, so there is one at most.
ONE_UNFINISHED = """
CREATE UNIQUE INDEX cycle_one_unfinished ON settlement_cycle ((true)) WHERE state NOT IN ('open', 'closed', 'aborted')
"""
# Fewer writes for each posting, and vacuum by number where rows live for a minute.
STORAGE = [
    # A position is updated in place all day: room in its page keeps the updates out of the index.
    "ALTER TABLE settlement_position SET (fillfactor = 40)",
    # Increments live for a minute: vacuum by their number, not by a share of the table.
    "ALTER TABLE settlement_positionincrement SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)",
]


def leave_out_like_index(apps, schema_editor):
    """References are looked up whole, never by their beginning: Django's index for that would only cost each posting a write."""
    schema_editor.deferred_sql = [sql for sql in schema_editor.deferred_sql if "settlement_reference_reference" not in str(sql)]


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=24)),
                ("village_code", models.CharField(blank=True, default="", max_length=13)),
                ("created_at", models.DateTimeField()),
            ],
        ),
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
            name="GatewayPayout",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("gateway", models.CharField(max_length=30)),
                ("external_id", models.CharField(max_length=100)),
                ("amount_rupiah", models.BigIntegerField()),
                ("reference", models.CharField(max_length=100)),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "Pending"), ("paid", "Paid"), ("failed", "Failed")], default="pending", max_length=7
                    ),
                ),
                ("learned_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="InstalledFunction",
            fields=[
                ("identifier", models.CharField(max_length=63, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=8)),
                ("file_sha256", models.BinaryField(max_length=32)),
                ("catalogue_sha256", models.BinaryField(max_length=32)),
                ("installed_at", models.DateTimeField()),
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
            name="Obligation",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("debtor", models.CharField(max_length=13)),
                ("creditor", models.CharField(max_length=13)),
                ("amount_rupiah", models.BigIntegerField()),
                ("open_rupiah", models.BigIntegerField()),
                ("cause", models.CharField(max_length=8)),
                ("cause_id", models.UUIDField()),
                ("cycle_number", models.PositiveIntegerField()),
                ("happened_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PaymentLeg",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("giver", models.CharField(max_length=13)),
                ("receiver", models.CharField(max_length=13)),
                ("amount_rupiah", models.BigIntegerField()),
                ("rail", models.CharField(choices=[("bank", "Bank"), ("cash", "Cash"), ("gateway", "Gateway")], max_length=7)),
                ("gateway", models.CharField(blank=True, default="", max_length=30)),
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
                (
                    "given_up",
                    models.CharField(blank=True, choices=[("refused", "Refused"), ("in-cash", "In Cash")], default="", max_length=7),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reference",
            fields=[
                ("reference", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("terms_sha256", models.BinaryField(max_length=32)),
                ("created_at", models.DateTimeField()),
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
                ("bank_reference", models.CharField(blank=True, default="", max_length=100)),
                ("booked_on", models.DateField()),
                ("incoming", models.BooleanField()),
                ("amount_rupiah", models.BigIntegerField()),
                ("sen", models.PositiveSmallIntegerField(default=0)),
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
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("explained", "Explained"),
                            ("held", "Held"),
                            ("pay-in", "Pay In"),
                            ("paid-back", "Paid Back"),
                            ("returned", "Returned"),
                            ("gateway", "Gateway"),
                        ],
                        default="",
                        max_length=9,
                    ),
                ),
                ("decided_village", models.CharField(blank=True, default="", max_length=13)),
                ("decided_source", models.UUIDField(null=True)),
                ("decided_gateway", models.CharField(blank=True, default="", max_length=30)),
                ("decided_cycle", models.PositiveIntegerField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("phase", models.CharField(choices=[("pending", "Pending"), ("posted", "Posted"), ("voided", "Voided")], max_length=7)),
                ("event", models.CharField(max_length=24)),
                ("amount_rupiah", models.BigIntegerField()),
                ("delivery_rupiah", models.BigIntegerField(default=0)),
                ("reference", models.CharField(max_length=100)),
                ("cause_id", models.UUIDField()),
                ("by_guest", models.BooleanField(default=False)),
                ("limit_rupiah", models.BigIntegerField(null=True)),
                ("exposure_rupiah", models.BigIntegerField(null=True)),
                ("happened_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        db_column="account",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="settlement.account",
                    ),
                ),
                ("debit_pending_rupiah", models.BigIntegerField(default=0)),
                ("debit_posted_rupiah", models.BigIntegerField(default=0)),
                ("credit_pending_rupiah", models.BigIntegerField(default=0)),
                ("credit_posted_rupiah", models.BigIntegerField(default=0)),
                ("guest_pending_rupiah", models.BigIntegerField(default=0)),
                ("limit_rupiah", models.BigIntegerField(null=True)),
                ("guest_limit_rupiah", models.BigIntegerField(null=True)),
            ],
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
                ("maker", models.UUIDField()),
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
        migrations.CreateModel(
            name="CarryTerm",
            fields=[
                ("village_code", models.CharField(max_length=13, primary_key=True, serialize=False)),
                ("debtor_limit_rupiah", models.BigIntegerField(default=0)),
                ("creditor_agreed_rupiah", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("creditor_agreed_rupiah__gte", 0), ("debtor_limit_rupiah__gte", 0)),
                        name="carry_terms_not_negative",
                    )
                ],
            },
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
        migrations.CreateModel(
            name="PositionIncrement",
            fields=[
                ("pk", models.CompositePrimaryKey("account", "transfer_id", blank=True, editable=False, primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_column="account",
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="settlement.account",
                    ),
                ),
                ("transfer_id", models.UUIDField()),
                ("debit_pending_rupiah", models.BigIntegerField(default=0)),
                ("debit_posted_rupiah", models.BigIntegerField(default=0)),
                ("credit_pending_rupiah", models.BigIntegerField(default=0)),
                ("credit_posted_rupiah", models.BigIntegerField(default=0)),
                ("guest_pending_rupiah", models.BigIntegerField(default=0)),
            ],
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
        migrations.AddField(
            model_name="gatewaypayout",
            name="line",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="gateway_payout", to="settlement.statementline"
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="credit",
            field=models.ForeignKey(
                db_column="credit", db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="settlement.account"
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="debit",
            field=models.ForeignKey(
                db_column="debit", db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="settlement.account"
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="pending",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="resolutions", to="settlement.transfer"
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="reverses",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="reversals", to="settlement.transfer"
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="transfer",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="obligation", to="settlement.transfer"
            ),
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("limit_rupiah", None), ("limit_rupiah__gte", 0), _connector="OR"),
                    models.Q(("guest_limit_rupiah", None), ("guest_limit_rupiah__gte", 0), _connector="OR"),
                ),
                name="position_limits_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(("approver", models.F("maker")), _negated=True), name="approval_by_another"
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
        migrations.AddConstraint(
            model_name="paymentleg",
            constraint=models.CheckConstraint(
                condition=models.Q(("given_up", ""), models.Q(("giver", "F"), ("rail", "bank"), ("state", "failed")), _connector="OR"),
                name="leg_given_up_failed",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentleg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("gateway__gt", ""), ("giver", "F"), ("rail", "gateway")),
                    models.Q(models.Q(("rail", "gateway"), _negated=True), ("gateway", "")),
                    _connector="OR",
                ),
                name="leg_names_its_gateway",
            ),
        ),
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(condition=models.Q(("state__in", ["open", "suspense"])), fields=["booked_on"], name="statement_line_open"),
        ),
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(django.db.models.functions.text.Left("identity", 64), name="statement_line_likeness"),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_rupiah__gt", 0), models.Q(("amount_rupiah", 0), ("sen__gt", 0)), _connector="OR"),
                name="statement_line_amount_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(condition=models.Q(("sen__lt", 100)), name="statement_line_sen_below_rupiah"),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision", ""), ("decided_by__isnull", False), _connector="XOR"),
                name="statement_line_decided_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="gatewaypayout",
            index=models.Index(condition=models.Q(("line", None)), fields=["reference"], name="gateway_payout_expected"),
        ),
        migrations.AddConstraint(
            model_name="gatewaypayout",
            constraint=models.UniqueConstraint(fields=("gateway", "external_id"), name="gateway_payout_once"),
        ),
        migrations.AddConstraint(
            model_name="gatewaypayout",
            constraint=models.CheckConstraint(condition=models.Q(("amount_rupiah__gt", 0)), name="gateway_payout_positive"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["cause_id"], name="transfer_cause"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(condition=models.Q(("reverses__isnull", False)), fields=["reverses"], name="transfer_reversed"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["debit", "happened_at", "id"], name="transfer_debit_journal"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["credit", "happened_at", "id"], name="transfer_credit_journal"),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(condition=models.Q(("amount_rupiah__gt", 0)), name="transfer_amount_positive"),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("delivery_rupiah__gte", 0), ("delivery_rupiah__lte", models.F("amount_rupiah"))),
                name="transfer_delivery_within",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("debit", models.F("credit")), _negated=True), name="transfer_between_two_accounts"
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("limit_rupiah", None), ("exposure_rupiah__lte", models.F("limit_rupiah")), _connector="OR"),
                name="transfer_within_limit",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("phase", "pending"), _negated=True), models.Q(("pending", None), ("reverses", None)), _connector="OR"
                ),
                name="transfer_pending_resolves_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("phase", "voided"), _negated=True), ("pending__isnull", False), _connector="OR"),
                name="transfer_voided_resolves",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("pending__isnull", False)), fields=("pending",), name="transfer_resolved_once"
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(fields=["cause_id"], name="obligation_cause"),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(condition=models.Q(("open_rupiah__gt", 0)), fields=["debtor"], name="obligation_debtor_open"),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(condition=models.Q(("open_rupiah__gt", 0)), fields=["cycle_number"], name="obligation_open_by_cycle"),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(condition=models.Q(("open_rupiah__gt", 0)), fields=["creditor"], name="obligation_creditor_open"),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(("open_rupiah__gte", 0), ("open_rupiah__lte", models.F("amount_rupiah"))),
                name="obligation_open_within_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(condition=models.Q(("amount_rupiah__gt", 0)), name="obligation_amount_positive"),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(("debtor", models.F("creditor")), _negated=True), name="obligation_between_two"
            ),
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
        migrations.RunSQL(ONE_UNFINISHED, migrations.RunSQL.noop),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        migrations.RunPython(leave_out_like_index, migrations.RunPython.noop, elidable=False),
    ]
