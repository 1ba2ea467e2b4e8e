"""A shop trades again on its manager's word: refunds paid in the lost time are written, lost orders' money is stated, once."""

from __future__ import annotations

import pytest
from django.db import transaction

from federation.models import Refund, SellerOrder
from federation.reports import cash_book
from marketplace import reopening
from marketplace.orders import counter, reversals
from tenants import activity_log, models, trade_holds, villages
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.db import context
from tenants.errors import FormReused
from tenants.people import permissions
from tests.support import factories, holding, shopping
from tests.support.marketplace import ordering
from tests.support.shopping import later

SUKAMAJU, RATNA = VillageCode(factories.SUKAMAJU), factories.RATNA.principal


@pytest.fixture
def refunds(market) -> list[Refund]:
    """Two refunds of 10,000 and 20,000 that wait at Sukamaju's counter; the market is restored then."""
    chips = shopping.product(factories.CIBIRU, price_rupiah=10_000)
    for pieces in (1, 2):
        placed = shopping.buy({chips: pieces}, phone=f"08129009000{pieces}")
        ordering.pay(placed, key=f"form-{pieces}")
    with context.inside(factories.CIBIRU):
        for order in SellerOrder.objects.all():
            reversals.cancel(order_id=order.id, act=Act(by=ordering.SELLER, at=later(5), reason="Habis"))
    holding.hold(at=later(10))
    return list(Refund.objects.order_by("amount_rupiah"))


def reopen(*, paid=(), lost=0, by=RATNA, seen=None, looked=True, key="form", reason="", minutes=20):
    statement = reopening.Statement(stock_looked_at=looked, paid=frozenset(paid), lost_orders_rupiah=lost)
    found = reopening.sheet(village_code=SUKAMAJU)
    mark = seen if seen is not None else found.mark if found else ""
    act = Act(by=by, at=later(minutes), key=key, reason=reason)
    reopening.reopen(village_code=SUKAMAJU, statement=statement, seen=mark, act=act)


def test_what_was_paid_before_is_written_and_the_rest_still_waits(refunds):
    small, large = refunds
    mark = reopening.sheet(village_code=SUKAMAJU).mark
    for _tap in range(2):
        reopen(paid=[large.id], lost=45_000, reason="Pak Darno, gudeg", seen=mark)
    assert SUKAMAJU not in villages.held()
    for row in refunds:
        row.refresh_from_db()
    assert (large.paid_out_at, large.paid_out_by, small.paid_out_at) == (later(20), RATNA.account_id, None)
    assert [row.id for row in cash_book.refunds_waiting(village_code=SUKAMAJU)] == [small.id]
    [entry] = activity_log.of_subject(subject_id=large.order_id, action="refund.paid_out")
    assert "dipulihkan dari cadangan 09/06/2026 22.00" in entry.reason
    step = models.TradeHoldStep.objects.get(village_code=SUKAMAJU, step="released")
    assert (step.lost_orders_rupiah, step.reason, step.by, step.stock_looked_at) == (45_000, "Pak Darno, gudeg", RATNA.account_id, True)
    counter.pay_out(village_code=SUKAMAJU, refund_id=small.id, act=Act(by=ordering.CASHIER, at=later(30), key="k"))
    assert ordering.broken_rules() == []


def test_a_list_that_changed_behind_the_form_changes_nothing(refunds):
    mark = reopening.sheet(village_code=SUKAMAJU).mark
    act = Act(by=ordering.CASHIER, at=later(11), key="x")
    with transaction.atomic():
        counter.hand_back(village_code=SUKAMAJU, refund_id=refunds[0].id, act=act)
    with pytest.raises(reopening.ChangedMeanwhile):
        reopen(paid=[refunds[1].id], seen=mark)
    with pytest.raises(reopening.ChangedMeanwhile):
        reopen(paid=[refunds[0].id])  # it does not wait any more
    assert SUKAMAJU in villages.held()
    assert Refund.objects.get(id=refunds[1].id).paid_out_at is None
    reopen()
    assert SUKAMAJU not in villages.held()


def test_what_must_be_said(refunds):
    with pytest.raises(reopening.StockNotLookedAt):
        reopen(looked=False)
    with pytest.raises(reopening.OrdersNotNamed):
        reopen(lost=1)
    assert SUKAMAJU in villages.held()


def test_only_the_manager_and_only_once(refunds):
    for who in (factories.DARTO, factories.SARI, factories.OPERATOR):
        with pytest.raises(permissions.Forbidden):
            reopen(by=who.principal)
    reopen()
    with pytest.raises(FormReused):
        reopen(lost=5, reason="x")
    with pytest.raises(trade_holds.NotHeld):
        reopen(key="another")
    assert reopening.sheet(village_code=SUKAMAJU) is None
