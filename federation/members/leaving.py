"""What must be finished before a village may leave: orders that somebody waits for, refunds that nobody has paid out."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_noop

from federation.buying import order_payments, order_states
from federation.models import SellerOrder
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.db import context
from tenants.errors import DomainError, Kind


class NotFinished(DomainError):
    """The village still has living orders, or refunds that are due."""

    kind = Kind.CONFLICT
    code = "village-not-finished"
    sentence = gettext_noop(
        "Desa ini masih punya %(orders)s pesanan berjalan dan %(refunds)s pengembalian uang yang belum dibayarkan. Selesaikan dulu."
    )


def refuse_unfinished(*, village_code: VillageCode, act: Act) -> None:
    """Say no while a village that is to be archived sells, takes the cash for, brings or is the home of a living order, or while
    money of its counter or its goods is still to go back. In the caller's transaction, which lets no order in until it ends.

    :raises NotFinished: with the numbers of both
    """
    # A checkout locks its basket first and a change of an order its order: both are waited for here, and counted below once they are
    # committed.
    with context.public(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE federation_basket, federation_sellerorder IN EXCLUSIVE MODE")
    party = Q(seller=village_code) | Q(holder=village_code) | Q(deliverer=village_code) | Q(home_village=village_code)
    orders = SellerOrder.objects.filter(party, state__in=order_states.OPEN).count()
    refunds = order_payments.refunds_due().filter(Q(village_code=village_code) | Q(order__seller=village_code)).count()
    if orders or refunds:
        raise NotFinished(orders=orders, refunds=refunds)
