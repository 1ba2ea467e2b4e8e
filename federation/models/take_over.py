"""What the federation takes over of a village that left."""

from django.db import models
from django.db.models import F, Q

from federation.models.purchase import SellerOrder
from tenants import reasons, uuids


class TakeOver(models.Model):
    """Money that goes back to the buyer of an order whose seller or counter has left: proposed by one person, approved by another."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    form_key = models.CharField(max_length=64, unique=True)  # the form that proposed it: sent again, it finds this
    order = models.ForeignKey(SellerOrder, on_delete=models.PROTECT, related_name="take_overs")
    amount_rupiah = models.BigIntegerField()  # of the goods
    reason = models.CharField(max_length=reasons.LENGTH_MAX)
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    fee_rupiah = models.BigIntegerField(default=0)  # what of its fee the federation gave back
    payer = models.CharField(max_length=13, blank=True, default="")  # once approved: whose counter pays the buyer, or F
    paid_out_at = models.DateTimeField(null=True)
    paid_out_by = models.UUIDField(null=True)
    declined_by = models.UUIDField(null=True)
    declined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="take_over_positive", condition=Q(amount_rupiah__gt=0, fee_rupiah__gte=0)),
            models.CheckConstraint(name="take_over_by_two", condition=~Q(approved_by=F("proposed_by"))),
            models.CheckConstraint(
                name="take_over_approved_or_declined",
                condition=Q(approved_at=None, payer="", paid_out_at=None) | Q(approved_at__isnull=False, declined_at=None, payer__gt=""),
            ),
        ]
        indexes = [models.Index(name="take_over_at_counter", fields=["payer", "approved_at"], condition=Q(paid_out_at=None))]
