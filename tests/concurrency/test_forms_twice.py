"""The same form of the back office, sent by several taps at once to one web process: it counts once, and every tap is led on."""

from __future__ import annotations

import threading

import pytest
from django.conf import settings

from federation.models import Refund, SellerOrder
from marketplace.goods import stock
from marketplace.models import Product, StockMovement
from marketplace.orders import counter, reversals
from tenants import idempotency, villages
from tenants.acts import Act
from tenants.db import context
from tenants.models import TradeHoldStep
from tests.support import desks, factories, holding, page_text, shopping
from tests.support.concurrency.threads import PATIENCE_SECONDS, Threads

pytestmark = pytest.mark.slow


@pytest.fixture
def chips(static_files, market):
    return shopping.product(factories.CIBIRU, stock=100)


def taps(url: str, sent: dict[str, str], *, times: int) -> list[tuple[int, str]]:
    """Send a form so often at once, each from a tab of its own: the answers' status and where they lead."""
    tabs = [desks.browser(factories.SARI) for _ in range(times)]
    together = threading.Barrier(times)

    def tap(number: int) -> tuple[int, str]:
        together.wait(PATIENCE_SECONDS)
        answer = tabs[number].post(url, sent)
        return answer.status_code, answer.headers.get("Location", "")

    with Threads() as threads:
        running = [threads.start(lambda number=number: tap(number)) for number in range(times)]
        return [outcome() for outcome in running]  # type: ignore[misc]


def on_hand(product_id) -> int:
    with context.inside(factories.CIBIRU):
        return Product.objects.get(id=product_id).on_hand


def test_five_taps_count_once_and_lead_to_the_same_page(chips, monkeypatch):
    monkeypatch.setattr(settings, "PASARSAMA_WEB_THREADS", 10)
    url = desks.path("office-stock-receive", chips)
    answers = taps(url, {"quantity": "5", "form_key": "k" * 32}, times=5)
    assert {status for status, _ in answers} == {303}
    assert len({place for _, place in answers}) == 1
    assert on_hand(chips) == 105
    with context.inside(factories.CIBIRU):
        assert StockMovement.objects.filter(product_id=chips, quantity=5).count() == 1


def test_taps_beyond_half_of_the_threads_are_told_to_look_again(chips, monkeypatch):
    """While the first is slow, one waits and three are told so at once; whoever is told so has done nothing."""
    monkeypatch.setattr(settings, "PASARSAMA_WEB_THREADS", 2)
    told, move = threading.Semaphore(0), stock.move

    def slowly(**terms):
        for _ in range(3):
            assert told.acquire(timeout=PATIENCE_SECONDS)
        move(**terms)

    class Counted(idempotency.StillBeingDone):
        def __init__(self) -> None:
            super().__init__()
            told.release()

    monkeypatch.setattr(stock, "move", slowly)
    monkeypatch.setattr(idempotency, "StillBeingDone", Counted)
    url = desks.path("office-stock-receive", chips)
    answers = taps(url, {"quantity": "5", "form_key": "k" * 32}, times=5)
    assert sorted(status for status, _ in answers) == [303, 303, 409, 409, 409]
    assert on_hand(chips) == 105


def test_five_taps_open_a_held_shop_once(chips, monkeypatch):
    monkeypatch.setattr(settings, "PASARSAMA_WEB_THREADS", 10)
    placed = shopping.buy({chips: 2}, home=factories.CIBIRU)
    by = {"village_code": factories.CIBIRU, "purchase_id": placed.purchase_id, "amount_rupiah": 20_000}
    counter.confirm(**by, act=Act(by=factories.ASEP.principal, at=shopping.later(1), key="k"))
    with context.inside(factories.CIBIRU):
        order_id = SellerOrder.objects.get().id
        reversals.cancel(order_id=order_id, act=Act(by=factories.SARI.principal, at=shopping.later(2), reason="Habis"))
    holding.hold()
    sari, url, refund = desks.browser(factories.SARI), desks.path("office-reopening"), Refund.objects.get()
    form = desks.filled(sari, url, url)
    asked = page_text.send(sari, form, paid=str(refund.id), lost_orders_rupiah="0", stock_looked_at="on")
    answers = taps(url, desks.question(asked).values, times=5)
    assert {status for status, _ in answers} == {303}
    assert factories.CIBIRU not in villages.held()
    assert TradeHoldStep.objects.filter(step="released").count() == 1
    assert [step.step for step in refund.steps.all()] == ["paid-out"]
