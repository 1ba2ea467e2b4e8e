"""The federated catalogue: a copy of what the shops publish."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q


class Listing(models.Model):
    """A product on offer. Its id is the product's id in the seller's schema."""

    id = models.UUIDField(primary_key=True)
    village_code = models.CharField(max_length=13)
    village_name = models.CharField(max_length=100)  # copied, so that a list needs one table
    village_slug = models.CharField(max_length=60)
    consignor_name = models.CharField(max_length=100, blank=True, default="")
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True, default="")
    unit = models.CharField(max_length=30)
    price_rupiah = models.PositiveIntegerField()
    category = models.CharField(max_length=20)
    picture = models.CharField(max_length=120, blank=True, default="")  # stored key, without size and ending
    made_here = models.BooleanField(default=False)
    flagship = models.BooleanField(default=False)
    in_stock = models.BooleanField(default=True)
    published = models.BooleanField(default=True)
    shop_open = models.BooleanField(default=True)  # copied from the shop
    listed_at = models.DateTimeField()
    search_words = SearchVectorField(null=True)  # filled by the verb that publishes
    search_name = models.CharField(max_length=240, default="")  # lower case, unaccented name and maker, for trigrams

    class Meta:
        constraints = [models.CheckConstraint(name="listing_price_positive", condition=Q(price_rupiah__gt=0))]
        indexes = [
            models.Index(name="listing_newest", fields=["-listed_at", "-id"], condition=Q(published=True, shop_open=True)),
            models.Index(name="listing_category", fields=["category", "-listed_at", "-id"], condition=Q(published=True, shop_open=True)),
            models.Index(name="listing_village", fields=["village_code", "-listed_at", "-id"], condition=Q(published=True, shop_open=True)),
            GinIndex(name="listing_words", fields=["search_words"]),
            GinIndex(name="listing_trigrams", fields=["search_name"], opclasses=["gin_trgm_ops"]),
        ]
