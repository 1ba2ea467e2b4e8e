"""News reach the buyer and exactly those villages whom an event concerns, once each."""

from __future__ import annotations

import uuid

import pytest

from federation.buying import notices
from federation.members import account_notices
from federation.models import Notice, Purchase, SellerOrder
from tenants import events
from tenants.events import EventKind
from tests.support import factories, shopping
from tests.support.factories import CIBIRU, MELATI, SUKAMAJU

ONE_ORDER = [kind for kind in EventKind if kind != EventKind.PURCHASE_PLACED and kind not in account_notices.CONCERNS]


@pytest.fixture
def orders(market) -> dict[str, SellerOrder]:
    """A purchase of Sukamaju at Cibiru and Melati, paid at the counter of Sukamaju."""
    shopping.buy({shopping.product(CIBIRU): 1, shopping.product(MELATI, name="Beras"): 1})
    return {order.seller: order for order in SellerOrder.objects.all()}


def event(kind: EventKind, subject_id: uuid.UUID) -> events.Event:
    return events.Event(id=uuid.uuid4(), kind=kind, subject_id=subject_id, village_code=CIBIRU, payload={}, happened_at=factories.START)


def villages_reached() -> list[str]:
    return sorted(Notice.objects.filter(purchase=None).values_list("village_code", flat=True))


def test_a_purchase_is_news_for_its_buyer_and_for_every_seller(orders) -> None:
    purchase = Purchase.objects.get()

    notices.deliver(event=event(EventKind.PURCHASE_PLACED, purchase.id))

    assert villages_reached() == [CIBIRU, MELATI]
    of_buyer = Notice.objects.get(purchase=purchase)
    assert (of_buyer.kind, of_buyer.order_id, of_buyer.at) == ("purchase.placed", None, factories.START)
    assert [row.order_id for row in notices.of_village(village_code=MELATI)] == [orders[MELATI].id]


@pytest.mark.parametrize("kind", ONE_ORDER)
def test_what_happens_to_one_order_is_no_news_for_another_seller(orders, kind) -> None:
    order = orders[CIBIRU]

    notices.deliver(event=event(kind, order.id))

    concerned = {"seller": CIBIRU, "home": SUKAMAJU, "holder": SUKAMAJU}
    assert villages_reached() == sorted({concerned[place] for place in notices.CONCERNS[kind]})
    of_buyer = Notice.objects.get(purchase=order.purchase_id)
    assert (of_buyer.kind, of_buyer.order_id) == (kind, order.id)


def test_delivered_twice_it_is_written_once(orders) -> None:
    twice = event(EventKind.ORDER_CANCELLED, orders[CIBIRU].id)

    for _ in range(2):
        notices.deliver(event=twice)

    assert Notice.objects.count() == 3


def test_a_village_reads_its_news_with_the_code_of_the_purchase(orders) -> None:
    notices.deliver(event=event(EventKind.ORDER_CANCELLED, orders[CIBIRU].id))

    [row] = notices.of_village(village_code=CIBIRU)
    assert (row.kind, row.code, row.order_id) == ("order.cancelled", Purchase.objects.get().code, orders[CIBIRU].id)
