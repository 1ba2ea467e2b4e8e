"""Facts for reports: what was bought by whom from whom."""

from django.db import models

from tenants import uuids


class TurnoverFact(models.Model):
    """One paid and handed-over order, or (negative) a refund of it."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    reference = models.CharField(max_length=100, unique=True)  # "order:<order>:<payment>", "unpaid:<order>:<payment>" or "refund:<refund>"
    order_id = models.UUIDField()
    day = models.DateField()  # in the federation's time zone
    buyer_village = models.CharField(max_length=13, blank=True, default="")  # "" = outside: inflow
    seller = models.CharField(max_length=13)
    goods_rupiah = models.BigIntegerField()
    delivery_rupiah = models.BigIntegerField()
    fee_rupiah = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(name="turnover_day", fields=["day", "buyer_village", "seller"])]
