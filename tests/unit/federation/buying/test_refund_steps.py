"""What becomes of a refund is written beside its columns, and neither a receipt nor a refund is ever written otherwise."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from federation.buying import refund_steps
from federation.models import Refund, RefundStep
from marketplace.orders import counter, reversals
from tenants import acts
from tenants.acts import Act
from tests.support import factories, shopping
from tests.support.marketplace import ordering
from tests.support.settlement import books
from tests.support.shopping import later


@pytest.fixture
def refund(market) -> Refund:
    """What Sukamaju's counter owes a buyer who cancelled."""
    placed = shopping.buy({shopping.product(factories.CIBIRU, price_rupiah=10_000, stock=10): 1})
    ordering.pay(placed)
    reversals.cancel_by_buyer(token=placed.token, order_id=ordering.only_order().id, at=later(6))
    return Refund.objects.get()


def steps() -> list[tuple[int, str, object, object]]:
    return list(RefundStep.objects.order_by("turn").values_list("turn", "step", "by", "at"))


def test_each_turn_of_a_refund_is_kept(refund):
    assert steps() == []
    for minutes in (7, 8):  # the second tap counts nothing
        counter.pay_out(village_code=factories.SUKAMAJU, refund_id=refund.id, act=Act(by=ordering.CASHIER, at=later(minutes), key="k"))
    by = ordering.CASHIER.account_id
    assert steps() == [(1, "paid-out", by, later(7))]
    assert ordering.broken_rules() == []
    with transaction.atomic():
        for _twice in range(2):
            refund_steps.owe_again(refund_id=refund.id, act=acts.by_system(at=later(9)))
    assert steps()[1:] == [(2, "owed-again", None, later(9))]
    refund.refresh_from_db()
    assert (refund.paid_out_at, refund.paid_out_by) == (None, None)
    assert ordering.broken_rules() == []


def test_a_void_is_kept_with_who_undid_the_payment(refund):
    payment = refund.order.allocations.get().payment_id
    act = Act(by=ordering.CASHIER, at=later(7), reason="Tidak ada uang")
    counter.undo(village_code=factories.SUKAMAJU, payment_id=payment, act=act)
    assert steps() == [(1, "voided", ordering.CASHIER.account_id, later(7))]
    assert ordering.broken_rules() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE federation_payment SET confirmed_by = NULL",
        "DELETE FROM federation_allocation",
        "UPDATE federation_refund SET amount_rupiah = 1, goods_rupiah = 1",
        "UPDATE federation_refund SET made_by = gen_random_uuid()",
        "DELETE FROM federation_refund",
        "UPDATE federation_refundstep SET at = now()",
        "DELETE FROM tenants_activityentry",
    ],
)
def test_the_owner_himself_changes_none_of_it(refund, market, statement):
    counter.pay_out(village_code=factories.SUKAMAJU, refund_id=refund.id, act=Act(by=ordering.CASHIER, at=later(7)))
    with pytest.raises(DatabaseError), transaction.atomic():
        books.rows_changed(statement)
    with market.as_owner(), pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        books.rows_changed(statement)
