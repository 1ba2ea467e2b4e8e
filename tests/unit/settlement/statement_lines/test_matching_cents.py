"""Interest, tax and charges on the account have cents: they are read, matched with nothing, and what is booked of them is rupiah."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from settlement import advancing
from settlement.bank.statement_files import references
from settlement.models import PaymentLeg, StatementLine
from settlement.payments import bank_files, payouts
from settlement.reports import payment_overview
from settlement.statement_lines import explaining, line_reasons, matching, suspense
from tenants import uuids
from tenants.acts import Act
from tests.support.settlement import bank_days, books, rounds
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C

STATE = StatementLine.State
PAY_IN = references.pay_in(cycle_number=1, village_code=A)


@pytest.fixture
def collecting(market):
    """The worked example, waiting for A's 41,200; everybody has an account."""
    rounds.worked_example()
    rounds.bank_accounts(A, B, C)
    rounds.collecting()


def waiting() -> list[payment_overview.Line]:
    return sorted(payment_overview.waiting_lines(most=100), key=lambda line: (line.amount_rupiah, line.sen))


def test_what_has_cents_is_never_matched_and_is_explained(collecting):
    bank_days.read((PAY_IN, 41_200))
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    sent = {leg.receiver: leg for leg in PaymentLeg.objects.filter(giver="F")}
    bank_days.read(*((leg.key, -leg.amount_rupiah) for leg in sent.values()), first=2)

    read = bank_days.read(
        ("PEMBULATAN", Decimal("0.44")),
        (PAY_IN, Decimal("5.50")),
        ("PAJAK", Decimal("-246.91")),
        ("BUNGA", Decimal("1234.56")),
        (f"RETUR {sent[B].key}", Decimal("18000.01")),
        (f"KOREKSI {PAY_IN}", Decimal("-41200.01")),
        first=10,
    )

    assert (read.new, read.matched) == (6, 0)
    assert {line.why for line in waiting()} == {"has-cents"} <= set(line_reasons.REASONS)
    assert [(line.amount_rupiah, line.sen, line.incoming) for line in waiting()] == [
        (0, 44, True),
        (5, 50, True),
        (246, 91, False),
        (1_234, 56, True),
        (18_000, 1, True),
        (41_200, 1, False),
    ]
    assert PaymentLeg.objects.get(id=sent[B].id).state == PaymentLeg.State.SUCCEEDED
    assert advancing.advance(number=1, at=T0) == "reconciling"
    for line in waiting():
        explaining.explain(line_id=line.id, act=Act(by=SECOND, at=T0, reason="bunga dan pajak"))
    assert advancing.advance(number=1, at=T0) == "closed"
    cost = 246 + 41_200 - 5 - 1_234 - 18_000  # whole rupiah are booked, sen are not
    short = {"agent-cash": 4_800 - cost, "uncovered": cost - 4_800, "between-funds": 4_800 - cost}
    assert rounds.balances() == {"fee-income": -4_800, "own-costs": cost, **short}


def test_of_a_line_with_cents_the_rupiah_can_be_counted(collecting):
    bank_days.read((PAY_IN, Decimal("41200.99")), ("entah", Decimal("500.01")), ("kembali", Decimal("-500.02")))
    unclear, back, paid = waiting()

    suspense.count_as_pay_in(line_id=paid.id, village_code=A, act=Act(by=SECOND, at=T0, reason="sen dari bank"))
    suspense.hold(line_id=unclear.id, act=Act(by=SECOND, at=T0, reason="belum tahu"))
    assert rounds.balances() == {"agent-cash": 41_700, "suspense": -500, "fee-income": -4_800}
    suspense.pay_back(line_id=back.id, source_id=unclear.id, act=Act(by=SECOND, at=T0, reason="salah kirim"))

    assert rounds.balances() == {"agent-cash": 41_200, "fee-income": -4_800}
    assert sorted(StatementLine.objects.values_list("amount_rupiah", "sen", "state")) == [
        (500, 1, STATE.EXPLAINED),
        (500, 2, STATE.EXPLAINED),
        (41_200, 99, STATE.MATCHED),
    ]


def test_sen_alone_are_not_booked(collecting):
    bank_days.read(("PAJAK", Decimal("-0.09")), ("BUNGA", Decimal("0.44")), ("entah", 500))
    tax, interest, unclear = waiting()
    suspense.hold(line_id=unclear.id, act=Act(by=SECOND, at=T0, reason="belum tahu"))

    with pytest.raises(suspense.LessThanOneRupiah):
        suspense.hold(line_id=interest.id, act=Act(by=SECOND, at=T0, reason="bunga"))
    with pytest.raises(suspense.LessThanOneRupiah):
        suspense.count_as_pay_in(line_id=interest.id, village_code=A, act=Act(by=SECOND, at=T0, reason="bunga"))
    with pytest.raises(suspense.LessThanOneRupiah):
        suspense.pay_back(line_id=tax.id, source_id=unclear.id, act=Act(by=SECOND, at=T0, reason="pajak"))

    assert rounds.balances() == {"agent-cash": 500, "suspense": -500, "fee-income": -4_800}
    assert StatementLine.objects.filter(state=STATE.OPEN).count() == 2


def test_a_statement_with_cents_again_changes_nothing(collecting):
    bank_days.read(("BUNGA", Decimal("70.56")))

    assert bank_days.read(("BUNGA", Decimal("70.56")), ("lain", 5)) == matching.Imported(new=1, matched=0, known=1)


def test_a_line_moves_something_and_its_sen_are_less_than_a_rupiah(collecting):
    bank_days.read(("BUNGA", Decimal("70.56")))
    line = StatementLine.objects.get()
    line.pk, line.identity = uuids.uuid7(), "another"

    for rupiah, sen in ((0, 0), (5, 100), (5, -1), (-1, 50)):
        line.amount_rupiah, line.sen = rupiah, sen
        with pytest.raises(IntegrityError), transaction.atomic():
            line.save(force_insert=True)
    with pytest.raises(ProgrammingError, match="permission denied"):
        books.rows_changed("UPDATE settlement_statementline SET sen = 0")
