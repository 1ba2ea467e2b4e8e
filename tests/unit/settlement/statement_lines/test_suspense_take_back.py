"""A booking by which the bank takes a pay-in back, where only a person can tell: the village owes it again, and no other pays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deploy import audit
from settlement.bank.statement_files import references
from settlement.models import LegEvent, PaymentLeg, StatementLine
from settlement.payments import pool_items
from settlement.statement_lines import line_decisions, matching, suspense
from tenants.acts import Act
from tenants.people import permissions
from tests.support import factories
from tests.support.settlement import bank_days, races, rounds
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C

OWN = references.pay_in(cycle_number=1, village_code=A)
SAID = Act(by=SECOND, at=T0, reason="kata bank: salah buku")
Leg = PaymentLeg.State


@pytest.fixture
def corrected(market):
    """A's pay-in, and a correction of it on the same day whose table numbers nothing: it waits for a person. Gives both lines."""
    rounds.worked_example()
    rounds.bank_accounts(A, B, C)
    rounds.collecting()
    mapping = {word: column for word, column in bank_days.MAPPING.items() if word != "referensi"}
    for rows in (f"02/07/2026;{OWN};;20000", f"02/07/2026;{OWN};20000;"):
        contents = f"Tanggal;Keterangan;Debit;Kredit\n{rows}\n".encode()
        matching.import_statement(contents=contents, file="mutasi.csv", mapping=mapping, act=Act(by=MAKER, at=T0))
    back = StatementLine.objects.get(incoming=False)
    assert (back.state, back.why) == ("open", "read-otherwise")
    return StatementLine.objects.get(incoming=True), back


def broken() -> set[str]:
    """What the audit finds wrong, but for the orders, of which the worked example has none."""
    return {result.name for result in audit.run() if result.count} - {"order-has-exactly-its-obligations", "obligation-has-its-cause"}


def test_the_pay_in_is_owed_again(corrected):
    pay_in, back = corrected

    for _tap in range(2):
        suspense.take_back(line_id=back.id, pay_in_id=pay_in.id, act=SAID)

    back.refresh_from_db()
    assert (back.state, back.decision, back.decided_source, back.leg_id, back.text) == ("matched", "returned", pay_in.id, pay_in.leg_id, "")
    assert PaymentLeg.objects.get().state == Leg.RETURNED
    assert LegEvent.objects.filter(state=Leg.RETURNED).get().evidence == SAID.reason
    assert pool_items.pool(cycle=rounds.get()).open_debts == {A: 41_200}
    assert "agent-cash" not in rounds.balances()
    assert not broken()
    with pytest.raises(line_decisions.AlreadyDecided):
        suspense.take_back(line_id=back.id, pay_in_id=pay_in.id, act=replace(SAID, reason="lain"))


def test_only_the_whole_pay_in_of_a_line_that_came(corrected):
    pay_in, back = corrected
    bank_days.read(("ditarik", -19_999), ("bunga", 70), first=5)
    smaller, interest = (StatementLine.objects.get(amount_rupiah=amount) for amount in (19_999, 70))

    for line, source, refusal in (
        (smaller, pay_in, suspense.NoSuchPayIn),
        (back, interest, suspense.NoSuchPayIn),
        (back, back, suspense.WrongDirection),
        (interest, pay_in, suspense.WrongDirection),
        (back, smaller, suspense.WrongDirection),
    ):
        with pytest.raises(refusal):
            suspense.take_back(line_id=line.id, pay_in_id=source.id, act=SAID)
    with pytest.raises(line_decisions.ReasonMissing):
        suspense.take_back(line_id=back.id, pay_in_id=pay_in.id, act=replace(SAID, reason=" "))
    for stranger in (factories.AUDITOR, factories.RATNA):
        with pytest.raises(permissions.Forbidden):
            suspense.take_back(line_id=back.id, pay_in_id=pay_in.id, act=replace(SAID, by=stranger.principal))
    assert PaymentLeg.objects.get().state == Leg.SUCCEEDED


def test_two_bookings_take_one_pay_in_back_once(corrected):
    pay_in, back = corrected
    bank_days.read(("ditarik", -20_000), first=5)
    lines = [back, StatementLine.objects.exclude(id=back.id).get(incoming=False)]

    outcomes = races.run(2, lambda number: suspense.take_back(line_id=lines[number].id, pay_in_id=pay_in.id, act=SAID))

    assert sorted(outcomes) == ["NoSuchPayIn", "done"]
    assert pool_items.pool(cycle=rounds.get()).open_debts == {A: 41_200}
    assert not broken()
