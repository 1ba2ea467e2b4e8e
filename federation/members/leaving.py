"""What must be finished before a village may leave: orders that somebody waits for, money that may still have to go back.

Nothing here holds up other villages: what is on its way is waited for, and only the village's own orders are locked.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from federation.buying import gateway_problems, order_payments, order_states
from federation.members import terms
from federation.models import GatewayDispute, GatewayPayment, GatewayRefund, SellerOrder, TakeOver
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.db import context
from tenants.errors import DomainError, Kind

WAIT_SECONDS = 60  # for orders that are being placed or changed anywhere; none takes that long
_LOOK_AGAIN_SECONDS = 0.05
_UNDER_WAY = """
SELECT DISTINCT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND pid <> pg_backend_pid() AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND relation IN ('public.federation_basket'::regclass, 'public.federation_sellerorder'::regclass)
"""
_STILL_UNDER_WAY = "SELECT pg_sleep(%s) FROM (SELECT FROM pg_locks WHERE virtualtransaction = ANY (%s) LIMIT 1) AS one"


class NotFinished(DomainError):
    """The village still has living orders, or refunds that are due."""

    kind = Kind.CONFLICT
    code = "village-not-finished"
    sentence = gettext_noop(
        "Desa ini masih punya %(orders)s pesanan berjalan dan %(refunds)s pengembalian uang yang belum dibayarkan. Selesaikan dulu."
    )


class GatewayNotFinished(DomainError):
    """Money of the village's orders is still on its way at a payment gateway, disputed, or waits for a person's decision."""

    kind = Kind.CONFLICT
    code = "village-gateway-not-finished"
    sentence = gettext_noop(
        "Pesanan desa ini masih punya %(payments)s pembayaran, %(refunds)s uang kembali, dan %(disputes)s sengketa di gerbang pembayaran "
        "yang belum selesai. Selesaikan dulu."
    )


class RefundsStillPossible(DomainError):
    """Buyers of its last orders may still bring goods back, or want money back."""

    kind = Kind.CONFLICT
    code = "village-refunds-still-possible"
    sentence = gettext_noop(
        "Pembeli masih bisa meminta uang kembali: pesanan terakhir desa ini selesai %(ended_on)s, dan waktunya %(days)s hari. Desa ini "
        "boleh keluar mulai %(from_on)s."
    )


class OrdersUnderWay(DomainError):
    """Somewhere an order was being placed or changed, and it did not end."""

    kind = Kind.CONFLICT
    code = "orders-under-way"
    sentence = gettext_noop("Masih ada pesanan yang sedang dicatat. Coba lagi sebentar lagi.")


def refuse_unfinished(*, village_code: VillageCode, act: Act) -> None:
    """Say no while a village that is to be archived sells, takes the cash for, brings or is the home of a living order, or while
    money of its counter or its goods is still to go back, or may have to. In the caller's transaction, which lets nobody change its
    orders until it ends.

    :raises NotFinished: with the numbers of orders and refunds
    :raises GatewayNotFinished: with what is undecided at gateways
    :raises RefundsStillPossible: until the federation's days after the last order that it sold, or took the money for, are over
    :raises OrdersUnderWay: if what is on its way does not end
    """
    with context.public():
        _wait_for_those_under_way()
        part = Q(seller=village_code) | Q(holder=village_code) | Q(deliverer=village_code) | Q(home_village=village_code)
        _lock_orders(village_code)
        orders = SellerOrder.objects.filter(part, state__in=order_states.OPEN).count()
        refunds = order_payments.refunds_due().filter(Q(village_code=village_code) | Q(order__seller=village_code)).count()
        refunds += TakeOver.objects.filter(payer=village_code, paid_out_at=None).count()
        if orders or refunds:
            raise NotFinished(orders=orders, refunds=refunds)
        _refuse_at_gateways(village_code)
        _refuse_before_its_days(village_code, act=act)


def _wait_for_those_under_way() -> None:
    """Whoever is placing or changing an order at this moment ends first; whoever begins later knows that the village is suspended."""
    with connection.cursor() as cursor:
        cursor.execute(_UNDER_WAY)
        others = [name for (name,) in cursor.fetchall()]
        for _look in range(int(WAIT_SECONDS / _LOOK_AGAIN_SECONDS)):
            cursor.execute(_STILL_UNDER_WAY, [_LOOK_AGAIN_SECONDS, others])
            if cursor.fetchone() is None:
                return
    raise OrdersUnderWay


def _lock_orders(village_code: VillageCode) -> None:
    """Nobody changes an order of this village until the commit; those of others stay free. A change locks its order before the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM federation_sellerorder WHERE %(village)s IN (seller, holder, deliverer, home_village)"
            " ORDER BY id FOR SHARE) AS locked",
            {"village": village_code},
        )


def _refuse_at_gateways(village_code: VillageCode) -> None:
    ours = Q(shares__order__seller=village_code) | Q(shares__order__deliverer=village_code)
    payments = GatewayPayment.objects.filter(ours).distinct()
    undecided = payments.filter(Q(state__in=GatewayPayment.LIVE) | gateway_problems.WAITS).count()
    back = GatewayRefund.objects.filter(Q(state__in=GatewayRefund.OPEN) | ~Q(problem=""), gateway_payment__in=payments).count()
    open_states = (GatewayDispute.State.INQUIRY, GatewayDispute.State.OPEN)
    disputes = GatewayDispute.objects.filter(state__in=open_states, gateway_payment__in=payments).count()
    if undecided or back or disputes:
        raise GatewayNotFinished(payments=undecided, refunds=back, disputes=disputes)


def _refuse_before_its_days(village_code: VillageCode, *, act: Act) -> None:
    days = terms.current().leaving_days
    ours = SellerOrder.objects.filter(Q(seller=village_code) | Q(holder=village_code))
    last = ours.aggregate(last=Max("ended_at"))["last"]
    if last is not None and act.at < last + timedelta(days=days):
        ended_on, from_on = timezone.localdate(last), timezone.localdate(last + timedelta(days=days))
        raise RefundsStillPossible(ended_on=ended_on, days=days, from_on=from_on)
