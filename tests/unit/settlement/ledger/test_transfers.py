"""Transfers that are no sale: each with its obligation where it has a debtor, and once for each reference."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from django.db import transaction

from settlement.ledger import function_calls, parties, transfers
from settlement.ledger.transfers import PlannedTransfer
from settlement.models import Transfer
from tests.support.settlement import books
from tests.support.settlement.books import NOON, B

PAYOUT = PlannedTransfer(
    event="returned",
    debit=parties.FEE_INCOME,
    credit=f"clearing:{B}",
    amount_rupiah=9_000,
    delivery_rupiah=1_000,
    debtor="F",
    creditor=B,
)
MOVED = PlannedTransfer(event="own-share", debit=parties.OWN_CASH, credit=parties.AGENT_CASH, amount_rupiah=500)


def record(*entries: PlannedTransfer, reference: str = "leg:1:returned") -> bool:
    with transaction.atomic(durable=True):
        return transfers.record(entries=entries, reference=reference, cause_id=uuid.uuid4(), happened_at=NOON)


def test_a_transfer_with_a_debtor_makes_its_obligation_and_one_of_nothing_makes_nothing(market):
    assert record(PAYOUT, MOVED, replace(PAYOUT, amount_rupiah=0, delivery_rupiah=0))
    assert books.obligations() == [("F", B, 9_000, 9_000)]
    rows = Transfer.objects.order_by("event").values_list("event", "amount_rupiah", "delivery_rupiah")
    assert list(rows) == [("own-share", 500, 0), ("returned", 9_000, 1_000)]


def test_repeated_it_is_quiet(market):
    assert record(PAYOUT)
    assert not record(PAYOUT)
    assert books.sums(f"clearing:{B}") == {"credit_posted": 9_000}


@pytest.mark.parametrize(
    "other",
    [
        {"event": "payout"},
        {"debit": parties.OWN_CASH},
        {"credit": parties.AGENT_CASH},
        {"amount_rupiah": 9_001},
        {"delivery_rupiah": 0},
        {"debtor": "", "creditor": ""},
    ],
    ids=lambda other: next(iter(other)),
)
def test_with_any_other_terms_it_is_refused(market, other):
    record(PAYOUT)
    with pytest.raises(function_calls.ReferenceReused):
        record(replace(PAYOUT, **other))


def test_its_text_names_every_field_in_its_place():
    assert str(PAYOUT) == f"returned fee-income clearing:{B} 9000 1000 F {B}"
    assert str(MOVED) == "own-share own-cash agent-cash 500 0  "
