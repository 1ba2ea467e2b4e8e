"""A village's shop: goods and orders."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
from django.db import migrations, models

import tenants.uuids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("purchase_id", models.UUIDField()),
                ("code", models.CharField(max_length=9)),
                ("buyer_name", models.CharField(blank=True, default="", max_length=100)),
                ("buyer_phone", models.CharField(blank=True, default="", max_length=16)),
                ("buyer_address", models.CharField(blank=True, default="", max_length=300)),
                ("home_village", models.CharField(blank=True, default="", max_length=13)),
                ("state", models.CharField(max_length=9)),
                ("method", models.CharField(max_length=10)),
                ("goods_rupiah", models.BigIntegerField()),
                ("delivery_fee_rupiah", models.BigIntegerField()),
                ("total_rupiah", models.BigIntegerField()),
                ("fee_rupiah", models.BigIntegerField()),
                ("margin_rupiah", models.BigIntegerField()),
                ("refunded_rupiah", models.BigIntegerField(default=0)),
                ("placed_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("paid_at", models.DateTimeField(null=True)),
                ("handed_over_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, default="", max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("consignor_id", models.UUIDField()),
                ("name", models.CharField(max_length=120)),
                ("unit", models.CharField(max_length=30)),
                ("quantity", models.PositiveIntegerField()),
                ("price_rupiah", models.PositiveIntegerField()),
                ("margin_rupiah", models.BigIntegerField()),
                ("reserved", models.PositiveIntegerField()),
                ("broken", models.PositiveIntegerField(default=0)),
                ("refunded", models.PositiveIntegerField(default=0)),
                ("allowance_rupiah", models.BigIntegerField(db_default=0, default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("description", models.TextField(blank=True, default="")),
                ("unit", models.CharField(max_length=30)),
                ("price_rupiah", models.PositiveIntegerField()),
                ("category", models.CharField(max_length=20)),
                ("picture", models.CharField(blank=True, default="", max_length=120)),
                ("made_here", models.BooleanField(default=False)),
                ("flagship", models.BooleanField(default=False)),
                ("published", models.BooleanField(default=True)),
                ("on_hand", models.IntegerField(default=0)),
                ("reserved", models.IntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Shop",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
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
                ("carried_by", models.CharField(blank=True, default="", max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name="StockMovement",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("sold", "Sold"),
                            ("broken", "Broken"),
                            ("counted", "Counted"),
                            ("returned", "Returned"),
                        ],
                        max_length=8,
                    ),
                ),
                ("quantity", models.IntegerField()),
                ("order_id", models.UUIDField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("by", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Consignor",
            fields=[
                ("id", models.UUIDField(default=tenants.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("bumdes", "Bumdes"),
                            ("warung", "Warung"),
                            ("umkm", "Umkm"),
                            ("elders", "Elders"),
                            ("disability", "Disability"),
                            ("farmer", "Farmer"),
                        ],
                        max_length=10,
                    ),
                ),
                ("phone", models.CharField(blank=True, default="", max_length=16)),
                ("margin_rupiah", models.PositiveIntegerField(null=True)),
                ("margin_basis_points", models.PositiveIntegerField(null=True)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("margin_basis_points__isnull", False), ("margin_basis_points__lte", 10000), ("margin_rupiah", None)),
                            models.Q(("margin_basis_points", None), ("margin_rupiah__isnull", False)),
                            _connector="OR",
                        ),
                        name="consignor_one_margin",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="delivery",
                        serialize=False,
                        to="marketplace.order",
                    ),
                ),
                ("kind", models.CharField(max_length=14)),
                ("deliverer", models.CharField(max_length=13)),
                ("fee_rupiah", models.BigIntegerField()),
                ("carried_by", models.CharField(blank=True, default="", max_length=100)),
                ("courier", models.UUIDField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
                ("arrived_at", models.DateTimeField(null=True)),
                ("handed_over_at", models.DateTimeField(null=True)),
                ("handed_over_by", models.UUIDField(null=True)),
            ],
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["state", "placed_at"], name="order_state"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total_rupiah",
                        django.db.models.expressions.CombinedExpression(models.F("goods_rupiah"), "+", models.F("delivery_fee_rupiah")),
                    )
                ),
                name="order_total",
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="order",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="marketplace.order"),
        ),
        migrations.AddField(
            model_name="product",
            name="consignor",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="products", to="marketplace.consignor"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="product",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="marketplace.product"),
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="shop_is_one"),
        ),
        migrations.AddField(
            model_name="stockmovement",
            name="product",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="movements", to="marketplace.product"),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("reserved__gte", 0), ("reserved__lte", models.F("on_hand"))), name="product_stock"
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(condition=models.Q(("price_rupiah__gt", 0)), name="product_price_positive"),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(condition=models.Q(("quantity__gte", 0)), name="order_line_quantity"),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("reserved__lte", models.F("quantity"))), name="order_line_reserved_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("refunded__lte", models.F("quantity"))), name="order_line_refunded_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("allowance_rupiah__gte", 0),
                    (
                        "allowance_rupiah__lte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.functions.comparison.Cast("price_rupiah", models.BigIntegerField()),
                            "*",
                            django.db.models.expressions.CombinedExpression(models.F("quantity"), "-", models.F("refunded")),
                        ),
                    ),
                ),
                name="order_line_allowance_within",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.UniqueConstraint(fields=("order", "product"), name="order_line_product_once"),
        ),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=models.CheckConstraint(condition=models.Q(("quantity", 0), _negated=True), name="stock_movement_moves"),
        ),
    ]
