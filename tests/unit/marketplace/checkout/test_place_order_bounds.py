"""Nobody empties a shop or fills a limit by clicking: who never completed an order with an account is bound like a guest."""

from __future__ import annotations

import dataclasses
import itertools
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from federation.buying import purchases
from federation.models import BasketLine, Federation, SellerOrder
from marketplace.checkout import errors, place_order
from marketplace.orders import reversals
from settlement.ledger import positions
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, shopping
from tests.support.marketplace import dealing, ordering

HOME, CIBIRU = factories.SUKAMAJU, factories.CIBIRU
WULAN, STAFF = factories.WULAN.id, factories.DARTO.id
DEFAULT = 2_000_000


@pytest.fixture
def chips(market) -> uuid.UUID:
    return shopping.product(CIBIRU, price_rupiah=500_000, stock=900)


def guests_pending() -> int:
    return positions.of(village_code=HOME).guest_pending_rupiah


def complete(placed: place_order.Placed) -> uuid.UUID:
    """Paid at the home counter and handed over; gives the payment."""
    payment_id = dealing.pay(placed)
    for order_id in dealing.orders_of(placed).values():
        dealing.hand_over(order_id)
    return payment_id


def open_ways(product: uuid.UUID, pieces: int, **who: object) -> set[str]:
    """The methods that the checkout page offers for a basket."""
    token = shopping.basket({product: pieces}, account_id=WULAN)
    [offer] = shopping.offered(token, account_id=WULAN, home=HOME, **who)
    return {choice.method for choice in offer.choices if not choice.refused}


def test_an_account_counts_as_a_guest_until_an_order_of_it_is_completed(chips):
    first = shopping.buy({chips: 1}, account_id=WULAN)
    assert guests_pending() == 500_000

    payment_id = dealing.pay(first)
    assert guests_pending() == 0  # that money is in the box
    shopping.buy({chips: 1}, account_id=WULAN, phone="081290990002")
    assert guests_pending() == 500_000  # paid is not yet received

    for order_id in dealing.orders_of(first).values():
        dealing.hand_over(order_id)
    shopping.buy({chips: 9}, account_id=WULAN, phone="081290990003")
    assert guests_pending() == 500_000

    dealing.undo(payment_id)  # the goods turn out to be unpaid
    with pytest.raises(errors.UnpaidSumTooLarge):
        shopping.buy({chips: 1}, account_id=WULAN, phone="081290990005")
    assert ordering.broken_rules() == []


def test_what_a_guest_completed_with_the_same_phone_proves_no_account(chips):
    """Any number can be typed."""
    complete(shopping.buy({chips: 1}))

    shopping.buy({chips: 1}, account_id=WULAN)

    assert guests_pending() == 500_000


def test_new_accounts_fill_no_more_of_a_limit_than_guests(chips):
    accounts = [uuid.uuid4() for _ in range(6)]
    for number, account_id in enumerate(accounts[:5]):
        shopping.buy({chips: 4}, account_id=account_id, phone=f"08129099000{number}")

    with pytest.raises(errors.GuestLimitReached) as caught:
        shopping.buy({chips: 1}, account_id=accounts[5], phone="081290990009")

    assert "akun baru" in str(caught.value)
    assert (guests_pending(), positions.of(village_code=HOME).guest_limit_rupiah) == (10_000_000, 10_000_000)
    shopping.buy({chips: 1}, account_id=accounts[5], phone="081290990009", method="cod_seller", delivery="courier_seller")
    assert open_ways(chips, 1) == {"cod_seller"}
    assert "counter" in open_ways(chips, 1, on_behalf=True)


def test_the_page_offers_a_proven_account_what_checkout_takes(chips):
    complete(shopping.buy({chips: 1}, account_id=WULAN))
    for number in range(5):
        shopping.buy({chips: 4}, phone=f"08129099000{number}")

    assert purchases.is_proven(account_id=WULAN)
    assert "counter" in open_ways(chips, 1)
    shopping.buy({chips: 1}, account_id=WULAN, phone="081290990009")
    assert guests_pending() == 10_000_000


def test_nobody_empties_a_shop_with_one_purchase_that_is_paid_at_the_door(chips):
    with pytest.raises(errors.UnpaidSumTooLarge) as caught:
        shopping.buy({chips: 5}, method="cod_seller", delivery="pickup_seller")

    assert "Rp 2.000.000" in str(caught.value)
    assert not SellerOrder.objects.exists()
    shopping.buy({chips: 4}, method="cod_seller", delivery="pickup_seller")
    with pytest.raises(errors.UnpaidSumTooLarge):
        shopping.buy({chips: 1}, method="cod_seller", delivery="pickup_seller")


def test_staff_order_on_behalf_of_anybody_as_much_as_they_are_asked_for(chips):
    form = shopping.form(shopping.basket({chips: 30}, account_id=STAFF), account_id=STAFF)

    place_order.place(form=dataclasses.replace(form, ordered_by=factories.DARTO.principal), at=shopping.NOON)

    assert (guests_pending(), SellerOrder.objects.get().total_rupiah) == (0, 15_000_000)


def test_the_bound_is_the_federations(chips):
    Federation.objects.update(unproven_unpaid_max_rupiah=499_999)
    with pytest.raises(errors.UnpaidSumTooLarge):
        shopping.buy({chips: 1})

    Federation.objects.update(unproven_unpaid_max_rupiah=500_000)
    shopping.buy({chips: 1})


runs = itertools.count()
steps = st.tuples(
    st.sampled_from(["buy", "buy", "buy", "pay", "cancel"]), st.integers(0, 1), st.sampled_from(["guest", "account"]), st.integers(1, 3)
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=6, max_size=12))
def test_unpaid_purchases_of_a_phone_or_a_new_account_never_pass_the_bound(chips, steps):
    """Two phones and an account in any order: an account's purchase counts for its phone, and for the account on the other phone."""
    Federation.objects.update(unpaid_per_phone_max=1_000)
    run, account = next(runs), uuid.uuid4()
    phones = [f"0812909{run:03}{phone:03}" for phone in (1, 2)]
    unpaid: list[tuple[int, str, int, place_order.Placed]] = []
    for step, phone, who, pieces in steps:
        if step == "buy":
            mine = [had[2] for had in unpaid if had[0] == phone or (who == had[1] == "account")]
            fits = sum(mine) + pieces * 500_000 <= DEFAULT
            wish = {"account_id": account if who == "account" else None, "phone": phones[phone], "home": CIBIRU}
            try:
                unpaid.append((phone, who, pieces * 500_000, shopping.buy({chips: pieces}, **wish)))
            except errors.UnpaidSumTooLarge:
                BasketLine.objects.all().delete()  # it keeps what was refused
                assert not fits
            else:
                assert fits
        elif unpaid:
            _phone, _who, _rupiah, placed = unpaid.pop(phone % len(unpaid))
            if step == "pay":
                dealing.pay(placed, where=CIBIRU)
                continue
            [order_id] = dealing.orders_of(placed).values()
            with context.inside(CIBIRU):
                reversals.cancel(order_id=order_id, act=Act(by=factories.SARI.principal, at=shopping.later(30), reason="Batal"))
