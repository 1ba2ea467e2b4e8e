"""What a visitor has put aside."""

from django.db import models
from django.db.models import Q

from tenants import models as tenants_models
from tenants import uuids


class Basket(models.Model):
    """A basket of a guest (known by the token in a cookie) or of an account."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    token = models.CharField(max_length=32, unique=True, default=tenants_models.new_token)
    account_id = models.UUIDField(null=True, unique=True)
    home_village = models.CharField(max_length=13, blank=True, default="")  # "" = outside the federation
    home_chosen = models.BooleanField(default=False)
    line_count = models.PositiveIntegerField(default=0)  # so that a page shows it without counting
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField()


class BasketLine(models.Model):
    """One product in a basket, with the price that the buyer was shown."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    basket = models.ForeignKey(Basket, on_delete=models.CASCADE, related_name="lines")
    village_code = models.CharField(max_length=13)
    product_id = models.UUIDField()
    quantity = models.PositiveIntegerField()
    price_rupiah = models.PositiveIntegerField()  # when it was put in
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="basket_line_once", fields=["basket", "product_id"]),
            models.CheckConstraint(name="basket_line_quantity", condition=Q(quantity__gt=0, quantity__lte=999)),
        ]
