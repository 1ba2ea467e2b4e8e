"""The states of an order and the ways of its delivery: one list, for the rows, the rules and the pages."""

from __future__ import annotations

from django.db.models import TextChoices


class State(TextChoices):
    """Where an order stands."""

    PLACED = "placed"
    ACCEPTED = "accepted"
    READY = "ready"  # packed
    UNDERWAY = "underway"  # left the seller
    DELIVERED = "delivered"  # with the buyer, not paid yet
    COMPLETED = "completed"  # with the buyer and paid
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    RETURNED = "returned"


class Delivery(TextChoices):
    """How the goods come to the buyer."""

    PICKUP_SELLER = "pickup_seller"
    PICKUP_HOME = "pickup_home"
    COURIER_SELLER = "courier_seller"
    COURIER_HOME = "courier_home"


OPEN = (State.PLACED, State.ACCEPTED, State.READY, State.UNDERWAY, State.DELIVERED)
WITH_BUYER = (State.DELIVERED, State.COMPLETED)
BROUGHT = (Delivery.COURIER_SELLER, Delivery.COURIER_HOME)  # to the buyer's door
AT_HOME = (Delivery.PICKUP_HOME, Delivery.COURIER_HOME)  # the home village hands over
