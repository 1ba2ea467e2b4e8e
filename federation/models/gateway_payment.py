"""Payments at gateways, with what goes back of them and what is disputed: a row for each call that moves money, before the call."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from federation.models.payment import Payment, Refund
from federation.models.purchase import Purchase, SellerOrder
from settlement.bank.gateways import gateway_interface as gateways
from tenants import uuids

_CHANNELS = [(channel.value, channel.value) for channel in gateways.Channel]


class GatewayPayment(models.Model):
    """A payment for orders of a purchase at a gateway, which knows it by `key`. A purchase has at most one that is live."""

    class State(models.TextChoices):
        STARTING = "starting"  # committed before the gateway is called: it may know of it or not
        PENDING = "pending"  # it waits for the buyer
        PROCESSING = "processing"  # the buyer has done everything, and it is not decided
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELLED = "cancelled"

    LIVE = (State.STARTING, State.PENDING, State.PROCESSING)

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="gateway_payments")
    gateway = models.CharField(max_length=30)
    channel = models.CharField(max_length=6, choices=_CHANNELS)
    amount_rupiah = models.BigIntegerField()  # that we asked for
    state = models.CharField(max_length=10, choices=State, default=State.STARTING)
    external_id = models.CharField(max_length=100, blank=True, default="")  # the gateway's own; empty until it answered
    url = models.CharField(max_length=2_000, blank=True, default="")  # where the buyer pays; empty where nowhere
    return_url = models.CharField(max_length=500)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # until when the gateway lets it be paid
    ended_at = models.DateTimeField(null=True)  # when it stopped being live
    next_read_at = models.DateTimeField(null=True)  # when the gateway is asked for it again; null: never
    received_rupiah = models.BigIntegerField(null=True)  # what the gateway took, as booked; null: nothing
    charge_rupiah = models.BigIntegerField(null=True)  # what it keeps of that, as booked; null: it has not said
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, null=True, related_name="gateway_payment")
    stated_rupiah = models.BigIntegerField(default=0)  # what it brought by the gateway's last word: sum, charge and disputes, no refunds
    is_taken_back = models.BooleanField(default=False)  # the last word after success is that it failed: stated_rupiah is all that is left
    difference_rupiah = models.BigIntegerField(default=0)  # what the gateway has of it by its word beyond the books: a person decides
    problem = models.CharField(max_length=100, blank=True, default="")  # why a person must look, words; federation.buying.gateway_problems
    closed_problem = models.CharField(max_length=100, blank=True, default="")  # what a person closed: it is not raised again

    class Meta:
        constraints = [
            models.CheckConstraint(name="gateway_payment_positive", condition=Q(amount_rupiah__gt=0)),
            models.UniqueConstraint(
                name="gateway_payment_one_live", fields=["purchase"], condition=Q(state__in=("starting", "pending", "processing"))
            ),
            models.UniqueConstraint(name="gateway_payment_once", fields=["gateway", "external_id"], condition=~Q(external_id="")),
        ]
        indexes = [
            models.Index(name="gateway_payment_to_read", fields=["next_read_at"], condition=Q(next_read_at__isnull=False)),
            models.Index(name="gateway_payment_problem", fields=["started_at"], condition=~Q(problem="") | ~Q(difference_rupiah=0)),
        ]

    @property
    def key(self) -> str:
        """By which the gateway knows it; the same key means the same payment."""
        return self.id.hex

    @property
    def is_live(self) -> bool:
        """Whether it may still be paid, as far as we know."""
        return self.state in self.LIVE


class GatewayShare(models.Model):
    """What of a payment is to pay one order: its total when the payment began."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    gateway_payment = models.ForeignKey(GatewayPayment, on_delete=models.PROTECT, related_name="shares")
    order = models.ForeignKey(SellerOrder, on_delete=models.PROTECT, related_name="gateway_shares")
    amount_rupiah = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="gateway_share_positive", condition=Q(amount_rupiah__gt=0)),
            models.UniqueConstraint(name="gateway_share_once", fields=["gateway_payment", "order"]),
        ]


class GatewayRefund(models.Model):
    """One attempt to send money of a payment back. `refund`: what is owed for an order; without one, money that paid nothing.

    cause_id: the same in all attempts to send the same money.
    """

    class State(models.TextChoices):
        WAITING = "waiting"  # committed before the gateway is called
        PENDING = "pending"
        REQUIRES_ACTION = "action"  # the buyer must say to the gateway where the money shall go
        SUCCEEDED = "succeeded"
        FAILED = "failed"  # also after it succeeded, and where the gateway refused: a person decides how the money goes back
        BY_HAND = "by-hand"  # the federation paid it another way
        BY_DISPUTE = "by-dispute"  # the buyer had the money by a dispute that was lost

    OPEN = (State.WAITING, State.PENDING, State.REQUIRES_ACTION)
    PAID = (State.SUCCEEDED, State.BY_HAND, State.BY_DISPUTE)

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    gateway_payment = models.ForeignKey(GatewayPayment, on_delete=models.PROTECT, related_name="refunds")
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, related_name="gateway_refunds")
    cause_id = models.UUIDField()
    amount_rupiah = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    external_id = models.CharField(max_length=100, blank=True, default="")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)  # when the gateway was first told to send it
    called_at = models.DateTimeField(null=True)  # when it was last told so
    ended_at = models.DateTimeField(null=True)
    next_read_at = models.DateTimeField(null=True)
    sent_rupiah = models.BigIntegerField(default=0)  # what the gateway has sent by its last word
    by_dispute_rupiah = models.BigIntegerField(default=0)  # what of it the buyer had by a dispute that was lost
    problem = models.CharField(max_length=100, blank=True, default="")
    closed_problem = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(name="gateway_refund_positive", condition=Q(amount_rupiah__gt=0)),
            models.UniqueConstraint(name="gateway_refund_one_in_force", fields=["cause_id"], condition=~Q(state="failed")),
        ]
        indexes = [
            models.Index(name="gateway_refund_to_read", fields=["next_read_at"], condition=Q(next_read_at__isnull=False)),
            models.Index(name="gateway_refund_problem", fields=["made_at"], condition=~Q(problem="")),
        ]

    @property
    def key(self) -> str:
        """By which the gateway knows it."""
        return self.id.hex


class GatewayDispute(models.Model):
    """A dispute of a payment, with the money that it moved as far as that is booked. An inquiry moves none."""

    class State(models.TextChoices):
        INQUIRY = "inquiry"
        OPEN = "open"
        WON = "won"
        LOST = "lost"

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    gateway_payment = models.ForeignKey(GatewayPayment, on_delete=models.PROTECT, related_name="disputes")
    external_id = models.CharField(max_length=100)
    state = models.CharField(max_length=7, choices=State)
    withdrawn_rupiah = models.BigIntegerField(default=0)
    returned_rupiah = models.BigIntegerField(default=0)
    fee_rupiah = models.BigIntegerField(default=0)
    fee_returned_rupiah = models.BigIntegerField(default=0)
    learned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="gateway_dispute_once", fields=["gateway_payment", "external_id"])]
