"""An order moved along by its people, and what is then true of it: for the tests of orders."""

from __future__ import annotations

from django.db.models import Sum

from deploy import audit
from federation.models import SellerOrder
from marketplace.orders import counter, counter_queries, steps
from settlement.models import Obligation
from tenants.acts import Act
from tenants.db import context
from tests.support import factories
from tests.support.shopping import later

CASHIER, SELLER = factories.DARTO.principal, factories.SARI.principal


def broken_rules() -> list[str]:
    """What the audit finds."""
    return [result.name for result in audit.run() if result.count]


def only_order() -> SellerOrder:
    return SellerOrder.objects.get()


def tap(step: str, state: str, *, minutes: int, cash: bool = False) -> None:
    order = only_order()
    with context.inside(order.seller):
        steps.take(
            order_id=order.id,
            step=step,
            form_state=state,
            cash_rupiah=order.total_rupiah if cash else None,
            act=Act(by=SELLER, at=later(minutes)),
        )


def pay(placed, *, minutes: int = 5, key: str = "form-1") -> counter.Receipt:
    due = counter_queries.find(village_code=factories.SUKAMAJU, code=placed.code).due_rupiah
    return counter.confirm(
        village_code=factories.SUKAMAJU, purchase_id=placed.purchase_id, amount_rupiah=due, act=Act(by=CASHIER, at=later(minutes), key=key)
    )


def to_home(*, cash: bool = False) -> None:
    tap("accept", "placed", minutes=10)
    tap("pack", "accepted", minutes=20)
    tap("send", "ready", minutes=30)
    order = only_order()
    for step in ("arrived", "hand_over"):
        steps.take_at_home(
            village_code=factories.SUKAMAJU,
            order_id=order.id,
            step=step,
            cash_rupiah=order.total_rupiah if cash else None,
            act=Act(by=factories.UJANG.principal, at=later(40)),
        )


def owed() -> dict[tuple[str, str], int]:
    open_ones = Obligation.objects.filter(open_rupiah__gt=0).values_list("debtor", "creditor")
    return {(debtor, creditor): rupiah for debtor, creditor, rupiah in open_ones.annotate(Sum("open_rupiah"))}
