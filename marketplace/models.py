"""Rows of one village's schema. No foreign key leaves it; people are User ids, villages are codes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast

from tenants import reasons, uuids


class Shop(models.Model):
    """The shop's settings, one row; published to federation.Profile in the same transaction."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    bumdes_name = models.CharField(max_length=100)
    about = models.TextField(blank=True, default="")
    address = models.CharField(max_length=200)
    hours = models.CharField(max_length=100)
    phone = models.CharField(max_length=16, blank=True, default="")
    open_to_buyers = models.BooleanField(default=True)
    takes_cod = models.BooleanField(default=True)
    takes_transfer = models.BooleanField(default=False)  # as seller: paid to its own QRIS or bank account
    transfer_details = models.CharField(max_length=300, blank=True, default="")  # where to pay then, as the buyer reads it
    seller_courier = models.BooleanField(default=True)
    seller_courier_fee_rupiah = models.PositiveIntegerField(default=0)
    seller_courier_far_fee_rupiah = models.PositiveIntegerField(default=0)
    home_pickup = models.BooleanField(default=True)
    home_courier = models.BooleanField(default=True)
    home_courier_fee_rupiah = models.PositiveIntegerField(default=0)
    carried_by = models.CharField(max_length=100, blank=True, default="")  # who usually carries goods to other villages

    class Meta:
        constraints = [models.CheckConstraint(name="shop_is_one", condition=Q(id=1))]


class Consignor(models.Model):
    """A warung, small maker or group that sells through the BUMDes; the margin is what the BUMDes keeps of the price."""

    class Kind(models.TextChoices):
        BUMDES = "bumdes"
        WARUNG = "warung"
        UMKM = "umkm"
        ELDERS = "elders"
        DISABILITY = "disability"
        FARMER = "farmer"

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    phone = models.CharField(max_length=16, blank=True, default="")
    margin_rupiah = models.PositiveIntegerField(null=True)  # per item sold
    margin_basis_points = models.PositiveIntegerField(null=True)  # of the price
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consignor_one_margin",
                condition=Q(margin_rupiah=None, margin_basis_points__isnull=False, margin_basis_points__lte=10_000)
                | Q(margin_rupiah__isnull=False, margin_basis_points=None),
            ),
        ]


class Product(models.Model):
    """Something the shop sells. on_hand is the sum of its movements, reserved that of its live order lines."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    consignor = models.ForeignKey(Consignor, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True, default="")
    unit = models.CharField(max_length=30)
    price_rupiah = models.PositiveIntegerField()
    category = models.CharField(max_length=20)
    picture = models.CharField(max_length=120, blank=True, default="")
    made_here = models.BooleanField(default=False)
    flagship = models.BooleanField(default=False)
    published = models.BooleanField(default=True)
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    version = models.PositiveIntegerField(default=1)  # raised by each edit: a form made from an older one is refused
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="product_stock", condition=Q(reserved__gte=0, reserved__lte=F("on_hand"))),
            models.CheckConstraint(name="product_price_positive", condition=Q(price_rupiah__gt=0)),
        ]


class StockMovement(models.Model):
    """Why the stock on hand changed; append-only by privilege."""

    class Kind(models.TextChoices):
        RECEIVED = "received"
        SOLD = "sold"  # handed over
        BROKEN = "broken"
        COUNTED = "counted"  # correction after counting
        RETURNED = "returned"

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=8, choices=Kind)
    quantity = models.IntegerField()  # signed
    order_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=reasons.LENGTH_MAX, blank=True, default="")
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="stock_movement_moves", condition=~Q(quantity=0))]


class Order(models.Model):
    """This seller's part of a purchase; same id, state and sums as federation.SellerOrder, in one transaction."""

    id = models.UUIDField(primary_key=True, editable=False)
    purchase_id = models.UUIDField()
    code = models.CharField(max_length=9)  # the purchase's short code
    buyer_name = models.CharField(max_length=100, blank=True, default="")  # blankable, as are phone and address
    buyer_phone = models.CharField(max_length=16, blank=True, default="")
    buyer_address = models.CharField(max_length=300, blank=True, default="")
    home_village = models.CharField(max_length=13, blank=True, default="")
    state = models.CharField(max_length=9)  # federation.buying.order_states.State
    method = models.CharField(max_length=10)
    goods_rupiah = models.BigIntegerField()
    delivery_fee_rupiah = models.BigIntegerField()
    total_rupiah = models.BigIntegerField()
    fee_rupiah = models.BigIntegerField()
    margin_rupiah = models.BigIntegerField()  # what the BUMDes keeps of the goods
    refunded_rupiah = models.BigIntegerField(default=0)
    placed_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=reasons.LENGTH_MAX, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(name="order_total", condition=Q(total_rupiah=F("goods_rupiah") + F("delivery_fee_rupiah"))),
        ]
        indexes = [models.Index(name="order_state", fields=["state", "placed_at"])]


class OrderLine(models.Model):
    """A product in an order with its frozen name, price and margin."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    consignor_id = models.UUIDField()
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=30)
    quantity = models.PositiveIntegerField()  # lowered when an unpaid order is shortened
    price_rupiah = models.PositiveIntegerField()
    margin_rupiah = models.BigIntegerField()  # for the whole line
    reserved = models.PositiveIntegerField()  # pieces still reserved: quantity while the order lives, 0 after
    broken = models.PositiveIntegerField(default=0)  # reserved pieces that broke; the order must be shortened or cancelled
    refunded = models.PositiveIntegerField(default=0)  # pieces whose price went back
    allowance_rupiah = models.BigIntegerField(
        db_default=0, default=0
    )  # what went back of the price of the other pieces, which the buyer keeps

    class Meta:
        constraints = [
            models.CheckConstraint(name="order_line_quantity", condition=Q(quantity__gte=0)),
            models.CheckConstraint(name="order_line_reserved_within", condition=Q(reserved__lte=F("quantity"))),
            models.CheckConstraint(name="order_line_refunded_within", condition=Q(refunded__lte=F("quantity"))),
            models.CheckConstraint(
                name="order_line_allowance_within",
                condition=Q(
                    allowance_rupiah__gte=0,
                    allowance_rupiah__lte=Cast("price_rupiah", models.BigIntegerField()) * (F("quantity") - F("refunded")),
                ),
            ),
            models.UniqueConstraint(name="order_line_product_once", fields=["order", "product"]),
        ]


class Delivery(models.Model):
    """How an order reaches its buyer, who brings it, and where it is."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, primary_key=True, related_name="delivery")
    kind = models.CharField(max_length=14)  # federation.buying.order_states.Delivery
    deliverer = models.CharField(max_length=13)
    fee_rupiah = models.BigIntegerField()
    carried_by = models.CharField(max_length=100, blank=True, default="")
    courier = models.UUIDField(null=True)
    left_at = models.DateTimeField(null=True)  # left the seller
    arrived_at = models.DateTimeField(null=True)  # at the home BUMDes
    handed_over_at = models.DateTimeField(null=True)
    handed_over_by = models.UUIDField(null=True)
