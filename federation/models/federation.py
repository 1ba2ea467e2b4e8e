"""The federation's own terms, and what every village publishes about its shop."""

from django.db import models
from django.db.models import Q


class Federation(models.Model):
    """One row: the federation itself."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=100)
    fee_basis_points = models.PositiveIntegerField(default=200)
    default_limit_rupiah = models.BigIntegerField(default=50_000_000)
    guest_share_basis_points = models.PositiveIntegerField(default=2_000)  # of a village's limit, for unpaid goods of guests
    counter_hold_hours = models.PositiveIntegerField(default=24)
    cod_hold_hours = models.PositiveIntegerField(default=12)
    unpaid_per_phone_max = models.PositiveIntegerField(default=3)
    unpaid_per_address_max = models.PositiveIntegerField(default=10)
    unproven_unpaid_max_rupiah = models.BigIntegerField(default=2_000_000)  # of a guest, or an account without a completed order
    leaving_days = models.PositiveIntegerField(default=30)  # after a village's last order, before it may leave

    class Meta:
        constraints = [
            models.CheckConstraint(name="federation_is_one", condition=Q(id=1)),
            models.CheckConstraint(name="federation_fee_below_whole", condition=Q(fee_basis_points__lte=10_000)),
            models.CheckConstraint(name="federation_guest_share_within_whole", condition=Q(guest_share_basis_points__lte=10_000)),
            models.CheckConstraint(name="federation_unproven_buyers_may_order", condition=Q(unproven_unpaid_max_rupiah__gt=0)),
        ]


class Profile(models.Model):
    """A village as its buyers see it: published by the shop, in the same transaction as its settings."""

    village_code = models.CharField(primary_key=True, max_length=13)
    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(max_length=100)  # the village
    bumdes_name = models.CharField(max_length=100)
    about = models.TextField(blank=True, default="")
    address = models.CharField(max_length=200)  # of the counter
    hours = models.CharField(max_length=100)  # "Senin–Sabtu 08.00–15.00"
    phone = models.CharField(max_length=16, blank=True, default="")
    open_to_buyers = models.BooleanField(default=True)
    takes_cod = models.BooleanField(default=True)  # as seller: pay on delivery
    takes_transfer = models.BooleanField(default=False)  # as seller: paid to its own QRIS or bank account
    transfer_details = models.CharField(max_length=300, blank=True, default="")  # where to pay then, as the buyer reads it
    seller_courier = models.BooleanField(default=True)
    seller_courier_fee_rupiah = models.PositiveIntegerField(default=0)  # within the own village
    seller_courier_far_fee_rupiah = models.PositiveIntegerField(default=0)  # to another village
    home_pickup = models.BooleanField(default=True)  # as home: buyers fetch other villages' goods here
    home_courier = models.BooleanField(default=True)
    home_courier_fee_rupiah = models.PositiveIntegerField(default=0)
