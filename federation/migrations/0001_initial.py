"""The market of all villages: what it shows, baskets, purchases, turnover, and the federation's one row."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import tenants.models
import tenants.uuids

# Search forgives accents and misspellings. Both are trusted extensions: the owner of the database may make them.
EXTENSIONS = ["CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public", "CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public"]


def add_federation(apps, schema_editor):
    """The federation's one row, with terms that it may change later: a checkout never has to ask whether it is there."""
    apps.get_model("federation", "Federation").objects.get_or_create(id=1, defaults={"name": "Pasarsama"})


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(EXTENSIONS, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Basket",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("token", models.CharField(default=tenants.models.new_token, max_length=32, unique=True)),
                ("account_id", models.UUIDField(null=True, unique=True)),
                ("home_village", models.CharField(blank=True, default="", max_length=13)),
                ("home_chosen", models.BooleanField(default=False)),
                ("line_count", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Profile",
            fields=[
                ("village_code", models.CharField(max_length=13, primary_key=True, serialize=False)),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=100)),
                ("bumdes_name", models.CharField(max_length=100)),
                ("about", models.TextField(blank=True, default="")),
                ("address", models.CharField(max_length=200)),
                ("hours", models.CharField(max_length=100)),
                ("phone", models.CharField(blank=True, default="", max_length=16)),
                ("open_to_buyers", models.BooleanField(default=True)),
                ("takes_cod", models.BooleanField(default=True)),
                ("takes_transfer", models.BooleanField(default=False)),
                ("transfer_details", models.CharField(blank=True, default="", max_length=300)),
                ("seller_courier", models.BooleanField(default=True)),
                ("seller_courier_fee_rupiah", models.PositiveIntegerField(default=0)),
                ("seller_courier_far_fee_rupiah", models.PositiveIntegerField(default=0)),
                ("home_pickup", models.BooleanField(default=True)),
                ("home_courier", models.BooleanField(default=True)),
                ("home_courier_fee_rupiah", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ReceiptCounter",
            fields=[
                ("village_code", models.CharField(max_length=13, primary_key=True, serialize=False)),
                ("last_number", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("reference", models.CharField(max_length=100, unique=True)),
                ("village_code", models.CharField(max_length=13)),
                ("goods_rupiah", models.BigIntegerField()),
                ("delivery_rupiah", models.BigIntegerField(default=0)),
                ("amount_rupiah", models.BigIntegerField()),
                ("fee_rupiah", models.BigIntegerField()),
                ("reason", models.CharField(max_length=300)),
                ("made_by", models.UUIDField(null=True)),
                ("made_at", models.DateTimeField()),
                ("paid_out_at", models.DateTimeField(null=True)),
                ("paid_out_by", models.UUIDField(null=True)),
                ("voided_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Federation",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
                ("fee_basis_points", models.PositiveIntegerField(default=200)),
                ("default_limit_rupiah", models.BigIntegerField(default=50000000)),
                ("guest_share_basis_points", models.PositiveIntegerField(default=2000)),
                ("counter_hold_hours", models.PositiveIntegerField(default=24)),
                ("cod_hold_hours", models.PositiveIntegerField(default=12)),
                ("unpaid_per_phone_max", models.PositiveIntegerField(default=3)),
                ("unpaid_per_address_max", models.PositiveIntegerField(default=10)),
                ("unproven_unpaid_max_rupiah", models.BigIntegerField(default=2000000)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="federation_is_one"),
                    models.CheckConstraint(condition=models.Q(("fee_basis_points__lte", 10000)), name="federation_fee_below_whole"),
                    models.CheckConstraint(
                        condition=models.Q(("guest_share_basis_points__lte", 10000)), name="federation_guest_share_within_whole"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unproven_unpaid_max_rupiah__gt", 0)), name="federation_unproven_buyers_may_order"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Listing",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("village_code", models.CharField(max_length=13)),
                ("village_name", models.CharField(max_length=100)),
                ("village_slug", models.CharField(max_length=60)),
                ("consignor_name", models.CharField(blank=True, default="", max_length=100)),
                ("name", models.CharField(max_length=120)),
                ("description", models.TextField(blank=True, default="")),
                ("unit", models.CharField(max_length=30)),
                ("price_rupiah", models.PositiveIntegerField()),
                ("category", models.CharField(max_length=20)),
                ("picture", models.CharField(blank=True, default="", max_length=120)),
                ("made_here", models.BooleanField(default=False)),
                ("flagship", models.BooleanField(default=False)),
                ("in_stock", models.BooleanField(default=True)),
                ("published", models.BooleanField(default=True)),
                ("shop_open", models.BooleanField(default=True)),
                ("listed_at", models.DateTimeField()),
                ("search_words", django.contrib.postgres.search.SearchVectorField(null=True)),
                ("search_name", models.CharField(default="", max_length=240)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("published", True), ("shop_open", True)), fields=["-listed_at", "-id"], name="listing_newest"
                    ),
                    models.Index(
                        condition=models.Q(("published", True), ("shop_open", True)),
                        fields=["category", "-listed_at", "-id"],
                        name="listing_category",
                    ),
                    models.Index(
                        condition=models.Q(("published", True), ("shop_open", True)),
                        fields=["village_code", "-listed_at", "-id"],
                        name="listing_village",
                    ),
                    django.contrib.postgres.indexes.GinIndex(fields=["search_words"], name="listing_words"),
                    django.contrib.postgres.indexes.GinIndex(fields=["search_name"], name="listing_trigrams", opclasses=["gin_trgm_ops"]),
                ],
                "constraints": [models.CheckConstraint(condition=models.Q(("price_rupiah__gt", 0)), name="listing_price_positive")],
            },
        ),
        migrations.CreateModel(
            name="Purchase",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("form_key", models.CharField(max_length=64, unique=True)),
                ("request_sha256", models.CharField(blank=True, default="", max_length=64)),
                ("token", models.CharField(default=tenants.models.new_token, max_length=32, unique=True)),
                ("code", models.CharField(max_length=9)),
                ("account_id", models.UUIDField(null=True)),
                ("ordered_by", models.UUIDField(null=True)),
                ("buyer_name", models.CharField(blank=True, default="", max_length=100)),
                ("buyer_phone", models.CharField(blank=True, default="", max_length=16)),
                ("buyer_address", models.CharField(blank=True, default="", max_length=300)),
                ("source_sha256", models.CharField(blank=True, default="", max_length=64)),
                ("home_village", models.CharField(blank=True, default="", max_length=13)),
                ("total_rupiah", models.BigIntegerField()),
                ("language", models.CharField(default="id", max_length=2)),
                ("placed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["buyer_phone", "-placed_at"], name="purchase_phone"),
                    models.Index(fields=["source_sha256", "-placed_at"], name="purchase_source"),
                    models.Index(fields=["account_id", "-placed_at"], name="purchase_account"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("code",), name="purchase_code_once"),
                    models.CheckConstraint(condition=models.Q(("total_rupiah__gt", 0)), name="purchase_total_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("reference", models.CharField(max_length=100, unique=True)),
                ("village_code", models.CharField(max_length=13)),
                ("tender", models.CharField(choices=[("cash", "Cash"), ("account", "Account"), ("gateway", "Gateway")], max_length=7)),
                ("receipt_number", models.PositiveIntegerField()),
                ("amount_rupiah", models.BigIntegerField()),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("confirmed_by", models.UUIDField(null=True)),
                ("confirmed_at", models.DateTimeField()),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="reversal", to="federation.payment"
                    ),
                ),
                (
                    "purchase",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="federation.purchase"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("event_id", models.UUIDField()),
                ("village_code", models.CharField(blank=True, default="", max_length=13)),
                ("kind", models.CharField(max_length=60)),
                ("order_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "purchase",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="federation.purchase"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GatewayPayment",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("gateway", models.CharField(max_length=30)),
                (
                    "channel",
                    models.CharField(choices=[("card", "card"), ("wallet", "wallet"), ("va", "va"), ("qris", "qris")], max_length=6),
                ),
                ("amount_rupiah", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("starting", "Starting"),
                            ("pending", "Pending"),
                            ("processing", "Processing"),
                            ("succeeded", "Succeeded"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="starting",
                        max_length=10,
                    ),
                ),
                ("external_id", models.CharField(blank=True, default="", max_length=100)),
                ("url", models.CharField(blank=True, default="", max_length=2000)),
                ("return_url", models.CharField(max_length=500)),
                ("started_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("next_read_at", models.DateTimeField(null=True)),
                ("received_rupiah", models.BigIntegerField(null=True)),
                ("charge_rupiah", models.BigIntegerField(null=True)),
                ("stated_rupiah", models.BigIntegerField(default=0)),
                ("is_taken_back", models.BooleanField(default=False)),
                ("difference_rupiah", models.BigIntegerField(default=0)),
                ("problem", models.CharField(blank=True, default="", max_length=100)),
                ("closed_problem", models.CharField(blank=True, default="", max_length=100)),
                (
                    "payment",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="gateway_payment", to="federation.payment"
                    ),
                ),
                (
                    "purchase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="gateway_payments", to="federation.purchase"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GatewayRefund",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("cause_id", models.UUIDField()),
                ("amount_rupiah", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("pending", "Pending"),
                            ("action", "Requires Action"),
                            ("succeeded", "Succeeded"),
                            ("failed", "Failed"),
                            ("by-hand", "By Hand"),
                            ("by-dispute", "By Dispute"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("external_id", models.CharField(blank=True, default="", max_length=100)),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("called_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("next_read_at", models.DateTimeField(null=True)),
                ("sent_rupiah", models.BigIntegerField(default=0)),
                ("by_dispute_rupiah", models.BigIntegerField(default=0)),
                ("problem", models.CharField(blank=True, default="", max_length=100)),
                ("closed_problem", models.CharField(blank=True, default="", max_length=100)),
                (
                    "gateway_payment",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="federation.gatewaypayment"),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="gateway_refunds", to="federation.refund"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SellerOrder",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("seller", models.CharField(max_length=13)),
                ("home_village", models.CharField(blank=True, default="", max_length=13)),
                ("holder", models.CharField(max_length=13)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("placed", "Placed"),
                            ("accepted", "Accepted"),
                            ("ready", "Ready"),
                            ("underway", "Underway"),
                            ("delivered", "Delivered"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                            ("expired", "Expired"),
                            ("returned", "Returned"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("counter", "Counter"),
                            ("cod_home", "Cod Home"),
                            ("cod_seller", "Cod Seller"),
                            ("transfer", "Transfer"),
                            ("card", "Card"),
                            ("wallet", "Wallet"),
                            ("va", "Virtual Account"),
                            ("qris", "Qris"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "delivery",
                    models.CharField(
                        choices=[
                            ("pickup_seller", "Pickup Seller"),
                            ("pickup_home", "Pickup Home"),
                            ("courier_seller", "Courier Seller"),
                            ("courier_home", "Courier Home"),
                        ],
                        max_length=14,
                    ),
                ),
                ("deliverer", models.CharField(max_length=13)),
                ("carried_by", models.CharField(blank=True, default="", max_length=100)),
                ("lines", models.JSONField()),
                ("goods_rupiah", models.BigIntegerField()),
                ("delivery_fee_rupiah", models.BigIntegerField()),
                ("total_rupiah", models.BigIntegerField()),
                ("fee_basis_points", models.PositiveIntegerField()),
                ("fee_rupiah", models.BigIntegerField()),
                ("refunded_rupiah", models.BigIntegerField(default=0)),
                ("placed_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("paid_at", models.DateTimeField(null=True)),
                ("arrived_at", models.DateTimeField(null=True)),
                ("handed_over_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, default="", max_length=300)),
                (
                    "purchase",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="federation.purchase"),
                ),
            ],
        ),
        migrations.AddField(
            model_name="refund",
            name="order",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="federation.sellerorder"),
        ),
        migrations.CreateModel(
            name="GatewayShare",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("amount_rupiah", models.BigIntegerField()),
                (
                    "gateway_payment",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="federation.gatewaypayment"),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="gateway_shares", to="federation.sellerorder"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("amount_rupiah", models.BigIntegerField()),
                (
                    "payment",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="allocations", to="federation.payment"),
                ),
                (
                    "order",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="allocations", to="federation.sellerorder"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TurnoverFact",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("reference", models.CharField(max_length=100, unique=True)),
                ("order_id", models.UUIDField()),
                ("day", models.DateField()),
                ("buyer_village", models.CharField(blank=True, default="", max_length=13)),
                ("seller", models.CharField(max_length=13)),
                ("goods_rupiah", models.BigIntegerField()),
                ("delivery_rupiah", models.BigIntegerField()),
                ("fee_rupiah", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["day", "buyer_village", "seller"], name="turnover_day")],
            },
        ),
        migrations.CreateModel(
            name="BasketLine",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("village_code", models.CharField(max_length=13)),
                ("product_id", models.UUIDField()),
                ("quantity", models.PositiveIntegerField()),
                ("price_rupiah", models.PositiveIntegerField()),
                ("added_at", models.DateTimeField()),
                ("basket", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="federation.basket")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("basket", "product_id"), name="basket_line_once"),
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0), ("quantity__lte", 999)), name="basket_line_quantity"),
                ],
            },
        ),
        migrations.CreateModel(
            name="GatewayDispute",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("external_id", models.CharField(max_length=100)),
                (
                    "state",
                    models.CharField(choices=[("inquiry", "Inquiry"), ("open", "Open"), ("won", "Won"), ("lost", "Lost")], max_length=7),
                ),
                ("withdrawn_rupiah", models.BigIntegerField(default=0)),
                ("returned_rupiah", models.BigIntegerField(default=0)),
                ("fee_rupiah", models.BigIntegerField(default=0)),
                ("fee_returned_rupiah", models.BigIntegerField(default=0)),
                ("learned_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "gateway_payment",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="federation.gatewaypayment"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("gateway_payment", "external_id"), name="gateway_dispute_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(condition=models.Q(("amount_rupiah__gt", 0)), name="payment_amount_positive"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(fields=("village_code", "receipt_number"), name="receipt_number_once"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["village_code", "-at"], name="notice_village"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(fields=("event_id", "purchase", "village_code"), name="notice_once", nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name="gatewaypayment",
            index=models.Index(
                condition=models.Q(("next_read_at__isnull", False)), fields=["next_read_at"], name="gateway_payment_to_read"
            ),
        ),
        migrations.AddIndex(
            model_name="gatewaypayment",
            index=models.Index(
                condition=models.Q(
                    models.Q(("problem", ""), _negated=True), models.Q(("difference_rupiah", 0), _negated=True), _connector="OR"
                ),
                fields=["started_at"],
                name="gateway_payment_problem",
            ),
        ),
        migrations.AddConstraint(
            model_name="gatewaypayment",
            constraint=models.CheckConstraint(condition=models.Q(("amount_rupiah__gt", 0)), name="gateway_payment_positive"),
        ),
        migrations.AddConstraint(
            model_name="gatewaypayment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("starting", "pending", "processing"))),
                fields=("purchase",),
                name="gateway_payment_one_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="gatewaypayment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True), fields=("gateway", "external_id"), name="gateway_payment_once"
            ),
        ),
        migrations.AddIndex(
            model_name="gatewayrefund",
            index=models.Index(condition=models.Q(("next_read_at__isnull", False)), fields=["next_read_at"], name="gateway_refund_to_read"),
        ),
        migrations.AddIndex(
            model_name="gatewayrefund",
            index=models.Index(condition=models.Q(("problem", ""), _negated=True), fields=["made_at"], name="gateway_refund_problem"),
        ),
        migrations.AddConstraint(
            model_name="gatewayrefund",
            constraint=models.CheckConstraint(condition=models.Q(("amount_rupiah__gt", 0)), name="gateway_refund_positive"),
        ),
        migrations.AddConstraint(
            model_name="gatewayrefund",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "failed"), _negated=True), fields=("cause_id",), name="gateway_refund_one_in_force"
            ),
        ),
        migrations.AddIndex(
            model_name="sellerorder",
            index=models.Index(condition=models.Q(("ended_at", None)), fields=["home_village", "state"], name="seller_order_home"),
        ),
        migrations.AddIndex(
            model_name="sellerorder",
            index=models.Index(
                condition=models.Q(("ended_at", None), ("expires_at__isnull", False)), fields=["expires_at"], name="seller_order_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="sellerorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total_rupiah",
                        django.db.models.expressions.CombinedExpression(models.F("goods_rupiah"), "+", models.F("delivery_fee_rupiah")),
                    )
                ),
                name="seller_order_total",
            ),
        ),
        migrations.AddConstraint(
            model_name="sellerorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("refunded_rupiah__gte", 0), ("refunded_rupiah__lte", models.F("total_rupiah"))),
                name="seller_order_refund_within",
            ),
        ),
        migrations.AddConstraint(
            model_name="sellerorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("fee_rupiah__gte", 0), ("fee_rupiah__lte", models.F("goods_rupiah"))),
                name="seller_order_fee_within_goods",
            ),
        ),
        migrations.AddConstraint(
            model_name="sellerorder",
            constraint=models.UniqueConstraint(fields=("purchase", "seller"), name="seller_once_per_purchase"),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(
                condition=models.Q(("paid_out_at", None), ("voided_at", None)), fields=["village_code", "made_at"], name="refund_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("paid_out_at", None), ("voided_at", None), _connector="OR"), name="refund_paid_out_or_voided"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount_rupiah",
                        django.db.models.expressions.CombinedExpression(models.F("goods_rupiah"), "+", models.F("delivery_rupiah")),
                    ),
                    ("amount_rupiah__gt", 0),
                ),
                name="refund_sum",
            ),
        ),
        migrations.AddConstraint(
            model_name="gatewayshare",
            constraint=models.CheckConstraint(condition=models.Q(("amount_rupiah__gt", 0)), name="gateway_share_positive"),
        ),
        migrations.AddConstraint(
            model_name="gatewayshare",
            constraint=models.UniqueConstraint(fields=("gateway_payment", "order"), name="gateway_share_once"),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(condition=models.Q(("amount_rupiah__gt", 0)), name="allocation_amount_positive"),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.UniqueConstraint(fields=("payment", "order"), name="allocation_once"),
        ),
        migrations.RunPython(add_federation, migrations.RunPython.noop, elidable=False),
    ]
