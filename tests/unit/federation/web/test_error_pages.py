"""The status of an answer follows from the kind of the refusal."""

from __future__ import annotations

import pytest

from federation.web import error_pages
from marketplace.checkout import errors as checkout_errors
from marketplace.goods import stock
from marketplace.orders import order_records
from settlement.cycles import approving
from tenants import phones, throttle
from tenants.errors import DomainError, Kind


def test_every_kind_has_its_own_status():
    assert set(error_pages.STATUS) == set(Kind)
    assert len(set(error_pages.STATUS.values())) == len(Kind)


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (phones.BadPhone, 422),
        (order_records.NoSuchOrder, 404),
        (approving.MakerCannotApprove, 403),
        (checkout_errors.SoldOut, 409),
        (throttle.TooManyTries, 429),
        (stock.TooBusy, 503),
    ],
)
def test_a_refusal_is_answered_by_its_kind(refusal: type[DomainError], status: int):
    assert error_pages.STATUS[refusal.kind] == status
