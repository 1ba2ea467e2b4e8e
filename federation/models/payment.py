"""Money that was taken, what it pays for, and what goes back."""

from django.db import models
from django.db.models import F, Q

from federation.buying import payment_methods
from federation.models.purchase import Purchase, SellerOrder
from tenants import reasons, uuids


class ReceiptCounter(models.Model):
    """The last receipt number of a village; its row lock makes numbers gapless."""

    village_code = models.CharField(primary_key=True, max_length=13)
    last_number = models.PositiveIntegerField(default=0)


class Payment(models.Model):
    """Money taken for a purchase by its holder. A wrong confirmation is reversed by a row of its own, never removed."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="payments")
    reference = models.CharField(max_length=100, unique=True)  # the form that made it: sent again, it finds this payment
    village_code = models.CharField(max_length=13)  # the holder
    tender = models.CharField(max_length=7, choices=payment_methods.Tender.choices)
    receipt_number = models.PositiveIntegerField()
    amount_rupiah = models.BigIntegerField()
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversal")
    reason = models.CharField(max_length=reasons.LENGTH_MAX, blank=True, default="")
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="payment_amount_positive", condition=Q(amount_rupiah__gt=0)),
            models.UniqueConstraint(name="receipt_number_once", fields=["village_code", "receipt_number"]),
        ]


class Allocation(models.Model):
    """The part of a payment that pays one order."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    order = models.ForeignKey(SellerOrder, on_delete=models.PROTECT, related_name="allocations")
    amount_rupiah = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="allocation_amount_positive", condition=Q(amount_rupiah__gt=0)),
            models.UniqueConstraint(name="allocation_once", fields=["payment", "order"]),
        ]


class CashHandIn(models.Model):
    """Cash that a courier brought to the counter, and the cashier who took it."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    village_code = models.CharField(max_length=13)
    courier = models.UUIDField()
    amount_rupiah = models.BigIntegerField()
    received_by = models.UUIDField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="hand_in_amount_positive", condition=Q(amount_rupiah__gt=0))]


class CourierCash(models.Model):
    """The money of a payment that was taken at a buyer's door: its courier has it until it was handed in."""

    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, primary_key=True, related_name="courier_cash")
    village_code = models.CharField(max_length=13)  # the payment's
    courier = models.UUIDField()
    hand_in = models.ForeignKey(CashHandIn, on_delete=models.PROTECT, null=True, related_name="parts")

    class Meta:
        indexes = [models.Index(name="courier_cash_held", fields=["village_code", "courier"], condition=Q(hand_in=None))]


class Refund(models.Model):
    """Money that goes back to the buyer at the counter that took it: due, until its cashier confirms the payout."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    order = models.ForeignKey(SellerOrder, on_delete=models.PROTECT, related_name="refunds")
    reference = models.CharField(max_length=100, unique=True)
    village_code = models.CharField(max_length=13)  # the counter that pays it out
    goods_rupiah = models.BigIntegerField()
    delivery_rupiah = models.BigIntegerField(default=0)
    amount_rupiah = models.BigIntegerField()
    fee_rupiah = models.BigIntegerField()  # the part of the federation's fee that goes back
    reason = models.CharField(max_length=reasons.LENGTH_MAX)
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    paid_out_at = models.DateTimeField(null=True)
    paid_out_by = models.UUIDField(null=True)
    voided_at = models.DateTimeField(null=True)  # the payment was confirmed wrongly and undone: nothing is owed back

    class Meta:
        constraints = [
            models.CheckConstraint(name="refund_paid_out_or_voided", condition=Q(paid_out_at=None) | Q(voided_at=None)),
            models.CheckConstraint(
                name="refund_sum", condition=Q(amount_rupiah=F("goods_rupiah") + F("delivery_rupiah"), amount_rupiah__gt=0)
            ),
        ]
        indexes = [models.Index(name="refund_due", fields=["village_code", "made_at"], condition=Q(paid_out_at=None, voided_at=None))]


class RefundStep(models.Model):
    """What became of a refund, in its order. Append-only; the refund's own columns say what the last one left."""

    class Step(models.TextChoices):
        PAID_OUT = "paid-out"  # the buyer has the money
        OWED_AGAIN = "owed-again"  # it came back
        VOIDED = "voided"  # nothing is owed back

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="steps")
    turn = models.PositiveIntegerField()  # 1, 2, ... of this refund
    step = models.CharField(max_length=10, choices=Step)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="refund_step_once", fields=["refund", "turn"])]
