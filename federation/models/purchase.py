"""A purchase and the public row of each of its orders."""

from django.db import models
from django.db.models import F, Q

from federation.buying import order_states, payment_methods
from tenants import models as tenants_models
from tenants import reasons, uuids


class Purchase(models.Model):
    """What one buyer ordered at once, from any number of villages. Here stands the buyer's personal data, blankable."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    form_key = models.CharField(max_length=64, unique=True)  # the checkout form that made it: sent again, it finds this purchase
    request_sha256 = models.CharField(max_length=64, blank=True, default="")  # keyed hash of all that the form said
    token = models.CharField(max_length=32, unique=True, default=tenants_models.new_token)  # the buyer's link
    code = models.CharField(max_length=9)  # short, to say at a counter: "K7M-42P"; unique for ever, see constraint
    account_id = models.UUIDField(null=True)
    ordered_by = models.UUIDField(null=True)  # staff who ordered on behalf of someone without a phone
    buyer_name = models.CharField(max_length=100, blank=True, default="")
    buyer_phone = models.CharField(max_length=16, blank=True, default="")
    buyer_address = models.CharField(max_length=300, blank=True, default="")
    source_sha256 = models.CharField(max_length=64, blank=True, default="")  # keyed hash of the network address, against hoarding
    home_village = models.CharField(max_length=13, blank=True, default="")  # "" = outside the federation
    total_rupiah = models.BigIntegerField()
    language = models.CharField(max_length=2, default="id")
    placed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="purchase_code_once", fields=["code"]),
            models.CheckConstraint(name="purchase_total_positive", condition=Q(total_rupiah__gt=0)),
        ]
        indexes = [
            models.Index(name="purchase_phone", fields=["buyer_phone", "-placed_at"]),
            models.Index(name="purchase_source", fields=["source_sha256", "-placed_at"]),
            models.Index(name="purchase_account", fields=["account_id", "-placed_at"]),
        ]


class SellerOrder(models.Model):
    """One seller's part of a purchase: the public row. The order with the same id stands in the seller's schema."""

    id = models.UUIDField(primary_key=True, editable=False)
    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="orders")
    seller = models.CharField(max_length=13)
    home_village = models.CharField(max_length=13, blank=True, default="")
    holder = models.CharField(max_length=13)  # who takes the money, as the method says
    state = models.CharField(max_length=9, choices=order_states.State)
    method = models.CharField(max_length=10, choices=payment_methods.Method.choices)
    delivery = models.CharField(max_length=14, choices=order_states.Delivery)
    deliverer = models.CharField(max_length=13)  # the village that brings or hands over; the delivery fee is its
    carried_by = models.CharField(max_length=100, blank=True, default="")  # who carries the goods between villages
    lines = models.JSONField()  # as federation.buying.order_lines reads and writes them; margin and cost are the seller's alone
    goods_rupiah = models.BigIntegerField()
    delivery_fee_rupiah = models.BigIntegerField()
    total_rupiah = models.BigIntegerField()
    fee_basis_points = models.PositiveIntegerField()  # frozen
    fee_rupiah = models.BigIntegerField()  # the federation's; computed again when an unpaid order is shortened
    refunded_rupiah = models.BigIntegerField(default=0)  # after payment
    placed_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)  # null once paid, or accepted where the method allows
    paid_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)  # at the home BUMDes, from another village
    handed_over_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=reasons.LENGTH_MAX, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(name="seller_order_total", condition=Q(total_rupiah=F("goods_rupiah") + F("delivery_fee_rupiah"))),
            models.CheckConstraint(
                name="seller_order_refund_within", condition=Q(refunded_rupiah__gte=0, refunded_rupiah__lte=F("total_rupiah"))
            ),
            models.CheckConstraint(name="seller_order_fee_within_goods", condition=Q(fee_rupiah__gte=0, fee_rupiah__lte=F("goods_rupiah"))),
            models.UniqueConstraint(name="seller_once_per_purchase", fields=["purchase", "seller"]),
        ]
        indexes = [
            models.Index(name="seller_order_home", fields=["home_village", "state"], condition=Q(ended_at=None)),
            models.Index(name="seller_order_due", fields=["expires_at"], condition=Q(ended_at=None, expires_at__isnull=False)),
        ]


class Notice(models.Model):
    """News for a buyer (purchase set) or for a village's staff; one per event and recipient. It outlives the event."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    event_id = models.UUIDField()
    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, null=True, related_name="notices")
    village_code = models.CharField(max_length=13, blank=True, default="")
    kind = models.CharField(max_length=60)  # as the event's
    order_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="notice_once", fields=["event_id", "purchase", "village_code"], nulls_distinct=False)]
        indexes = [models.Index(name="notice_village", fields=["village_code", "-at"])]
