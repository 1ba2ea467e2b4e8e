"""Limits count the unproven: what strangers leave unpaid keeps no member from ordering, and who is refused is told whose limit it is."""

from __future__ import annotations

import dataclasses
import uuid

import pytest

from federation.models import Federation, Purchase
from marketplace.checkout import errors, place_order
from tests.support import factories, shopping
from tests.support.marketplace import dealing

WULAN, STAFF = factories.WULAN.id, factories.DARTO.id
CARRIER = "192.0.2.7"
OWN_PHONE = "081290990001"


@pytest.fixture
def chips(market) -> uuid.UUID:
    return shopping.product(factories.CIBIRU, price_rupiah=10_000, stock=900)


@pytest.fixture
def member(chips) -> uuid.UUID:
    """An account with a completed order and nothing unpaid."""
    placed = shopping.buy({chips: 1}, account_id=WULAN)
    dealing.pay(placed)
    for order_id in dealing.orders_of(placed).values():
        dealing.hand_over(order_id)
    return WULAN


def guests(chips: uuid.UUID, count: int, *, source: str = CARRIER) -> None:
    for number in range(count):
        shopping.buy({chips: 1}, phone=f"08214444{number:04}", source=source)


def test_ten_guests_behind_a_carriers_address_keep_no_member_from_ordering(chips, member):
    guests(chips, 10)

    with pytest.raises(errors.TooManyUnpaidOfAddress, match="jaringan internet.*tidak perlu Anda bayar.*Pakai jaringan lain"):
        shopping.buy({chips: 1}, phone="082144449999", source=CARRIER)
    shopping.buy({chips: 1}, account_id=member, source=CARRIER)


def test_members_behind_an_address_keep_no_guest_from_ordering(chips, member):
    for _ in range(2):
        shopping.buy({chips: 1}, account_id=member, source=CARRIER)
    assert set(Purchase.objects.filter(account_id=member).values_list("source_sha256", flat=True)) == {""}
    guests(chips, 10)


def test_whoever_orders_with_a_members_number_keeps_her_not_from_ordering(chips, member):
    for _ in range(3):
        shopping.buy({chips: 1}, phone=OWN_PHONE, source=CARRIER)
    with pytest.raises(errors.TooManyUnpaidOfPhone, match="Dengan nomor HP ini.*Bila bukan Anda"):
        shopping.buy({chips: 1}, phone=OWN_PHONE, source=CARRIER)

    for number in range(3):
        shopping.buy({chips: 1}, account_id=member, phone=f"08129099000{number + 1}", source=CARRIER)
    with pytest.raises(errors.TooManyUnpaid, match="Akun Anda"):
        shopping.buy({chips: 1}, account_id=member, phone="081290990009", source=CARRIER)


def test_what_staff_order_for_somebody_counts_by_that_persons_phone(chips):
    for _ in range(3):
        shopping.buy({chips: 1}, phone=OWN_PHONE, source=CARRIER)
    form = shopping.form(shopping.basket({chips: 1}, account_id=STAFF), account_id=STAFF, phone=OWN_PHONE, source=CARRIER)
    form = dataclasses.replace(form, ordered_by=factories.DARTO.principal)
    with pytest.raises(errors.TooManyUnpaidOfHelped, match="Terima dulu uangnya di Kas.*kosongkan nomor HP"):
        place_order.place(form=form, at=shopping.NOON)
    place_order.place(form=dataclasses.replace(form, buyer=dataclasses.replace(form.buyer, phone="")), at=shopping.NOON)


def test_an_ipv6_network_is_one_buyer_and_the_wider_one_has_room_for_eight(chips):
    Federation.objects.update(unpaid_per_address_max=2)
    for number in range(2):
        shopping.buy({chips: 1}, phone=f"08214444{number:04}", source=f"2001:db8:1::{number:x}")
    with pytest.raises(errors.TooManyUnpaidOfAddress):
        shopping.buy({chips: 1}, phone="082144449999", source="2001:db8:1::ffff")

    for number in range(2, 16):
        shopping.buy({chips: 1}, phone=f"08214444{number:04}", source=f"2001:db8:1:{number:x}::1")
    with pytest.raises(errors.TooManyUnpaidOfAddress):
        shopping.buy({chips: 1}, phone="082144449999", source="2001:db8:1:ffff::1")
    shopping.buy({chips: 1}, phone="082144449999", source="2001:db8:2::1")
