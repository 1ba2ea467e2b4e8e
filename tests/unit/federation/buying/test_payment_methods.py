"""The table of payment methods is complete, and what must know holders apart from it knows the same."""

from __future__ import annotations

import dataclasses

import pytest
from django.utils import translation

from deploy.audit import market_invariants
from federation.buying import payment_methods
from federation.buying.payment_methods import METHODS, Hold, Method
from federation.models import SellerOrder
from tenants.codes import VillageCode

SELLER, HOME = VillageCode("34.02.90.2002"), VillageCode("34.02.90.2001")


@dataclasses.dataclass(frozen=True)
class HoldTerms:
    counter_hold_hours: int = 24
    cod_hold_hours: int = 12


def test_every_method_has_its_row_and_an_order_may_have_no_other():
    assert list(METHODS) == list(Method)
    assert SellerOrder._meta.get_field("method").choices == Method.choices


def test_the_audit_knows_the_same_holders_by_a_table_of_its_own():
    assert {method.value: (row.holder.value, row.tender.value) for method, row in METHODS.items()} == market_invariants.METHODS


@pytest.mark.parametrize("method", Method)
def test_every_sentence_of_a_method_has_its_english(method):
    row = METHODS[method]
    assert row.goods_wait == bool(row.waiting_label)
    sentences = (row.choice_label, row.buyer_label, row.office_label, row.waiting_label, row.refund_label, row.receipt_label)
    for sentence in filter(None, sentences):
        with translation.override("en"):
            assert translation.gettext(sentence) != sentence


def test_a_code_that_is_no_method_is_refused():
    with pytest.raises(ValueError, match="is not a valid"):
        payment_methods.of(method="cheque")


def test_what_is_paid_before_waits_as_long_as_the_counter_and_what_is_paid_on_delivery_for_its_seller():
    assert Hold.UNTIL_PAID.hours(terms=HoldTerms()) == 24
    assert Hold.UNTIL_ACCEPTED.hours(terms=HoldTerms()) == 12
