"""The fake bank behaves as it is told, and legs that follow it end where the money is."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.bank.rails import calls, pain001, portal_csv, progress
from settlement.bank.rails import rail_interface as rails
from settlement.bank.rails.progress import LegState
from settlement.bank.rails.rail_interface import OutcomeState
from settlement.bank.statement_files import SEN_PER_RUPIAH, camt053, csv_lines, references
from tests.support.bank import bank_statements, payments
from tests.support.bank.fake_bank import Bank, Behaviour
from tests.support.bank.payments import CIBIRU, FEDERATION, TO_CIBIRU

KEY = TO_CIBIRU.key
AMOUNT = TO_CIBIRU.amount_rupiah
BEGIN = 1_000_000
SEN = SEN_PER_RUPIAH
TODAY = datetime.date(2026, 8, 3)


@pytest.fixture
def bank() -> Bank:
    return new_bank()


def new_bank(seed: int = 0) -> Bank:
    bank = Bank(now=payments.AT, seed=seed)
    bank.open(FEDERATION, balance_rupiah=BEGIN)
    bank.open(CIBIRU, balance_rupiah=0)
    return bank


def received(bank: Bank) -> int:
    return bank.books.balance(CIBIRU.number)


def reported(bank: Bank) -> list[OutcomeState]:
    return [outcome.state for _key, outcome in bank.notices()]


def pain(*instructions: rails.Instruction) -> bytes:
    return pain001.document(
        message_id="M-1", created_at=payments.AT, debtor=FEDERATION, instructions=instructions or [TO_CIBIRU], execute_on=payments.ON
    )


def test_a_payment_is_made_once_however_often_it_is_sent(bank: Bank) -> None:
    first = bank.submit(TO_CIBIRU)

    assert bank.submit(TO_CIBIRU) == first
    assert (first.state, first.amount_rupiah, received(bank)) == (OutcomeState.SUCCEEDED, AMOUNT, AMOUNT)
    with pytest.raises(rails.KeyReused, match=KEY):
        bank.submit(payments.changed(amount_rupiah=AMOUNT + 1))
    assert received(bank) == AMOUNT


def test_success_after_a_timeout(bank: Bank) -> None:
    bank.behaviours[KEY] = Behaviour.SILENT

    with pytest.raises(TimeoutError):
        bank.submit(TO_CIBIRU)

    assert bank.ask(KEY).state is OutcomeState.SUCCEEDED
    assert bank.submit(TO_CIBIRU) == bank.ask(KEY)
    assert received(bank) == AMOUNT


def test_a_timeout_that_never_arrived(bank: Bank) -> None:
    bank.behaviours[KEY] = Behaviour.LOST

    with pytest.raises(TimeoutError):
        bank.submit(TO_CIBIRU)

    assert bank.ask(KEY) is None
    assert bank.submit(TO_CIBIRU).state is OutcomeState.SUCCEEDED
    assert received(bank) == AMOUNT


def test_refused_or_not_covered_moves_nothing(bank: Bank) -> None:
    bank.behaviours[KEY] = Behaviour.REFUSED | Behaviour.RETURNED

    assert bank.submit(TO_CIBIRU).state is OutcomeState.FAILED
    assert bank.submit(payments.changed(key="K-2", amount_rupiah=BEGIN + 1)).state is OutcomeState.FAILED
    assert bank.submit(payments.changed(key="K-3", payee=dataclasses.replace(CIBIRU, number="999999"))).state is OutcomeState.FAILED
    bank.wait(days=9)
    assert (received(bank), bank.ask(KEY).state) == (0, OutcomeState.FAILED)


def test_three_days_late(bank: Bank) -> None:
    bank.behaviours[KEY] = Behaviour.LATE

    assert bank.submit(TO_CIBIRU).state is OutcomeState.ACCEPTED
    bank.wait(days=2)
    assert (bank.ask(KEY).state, received(bank)) == (OutcomeState.ACCEPTED, 0)
    bank.wait(days=1)
    assert (bank.ask(KEY).state, received(bank)) == (OutcomeState.SUCCEEDED, AMOUNT)
    assert bank.submit(TO_CIBIRU).state is OutcomeState.ACCEPTED  # the first answer again


def test_a_wrong_amount_is_told_as_it_is(bank: Bank) -> None:
    bank.behaviours[KEY] = Behaviour.WRONG_AMOUNT

    assert bank.submit(TO_CIBIRU).amount_rupiah == AMOUNT - 1 == received(bank)


def test_a_success_that_comes_back(bank: Bank) -> None:
    bank.behaviours[KEY] = Behaviour.RETURNED

    assert bank.submit(TO_CIBIRU).state is OutcomeState.SUCCEEDED
    bank.wait(hours=23)
    assert received(bank) == AMOUNT
    bank.wait(hours=1)
    assert (received(bank), bank.books.balance("001201000345301")) == (0, BEGIN)
    assert bank.ask(KEY).state is OutcomeState.RETURNED


def test_notices_in_order_twice_and_backwards(bank: Bank) -> None:
    bank.submit(TO_CIBIRU)
    assert reported(bank) == [OutcomeState.ACCEPTED, OutcomeState.SUCCEEDED]
    assert reported(bank) == []

    bank.behaviours["K-2"] = Behaviour.REPORTED_TWICE
    bank.submit(payments.changed(key="K-2"))
    assert reported(bank) == [OutcomeState.ACCEPTED, OutcomeState.ACCEPTED, OutcomeState.SUCCEEDED, OutcomeState.SUCCEEDED]

    bank.behaviours["K-3"] = Behaviour.RETURNED | Behaviour.REPORTED_BACKWARDS
    bank.submit(payments.changed(key="K-3"))
    assert reported(bank) == []
    bank.wait(days=1)
    assert reported(bank) == [OutcomeState.RETURNED, OutcomeState.SUCCEEDED, OutcomeState.ACCEPTED]


def test_files_are_done_once_or_lost_or_refused_whole(bank: Bank) -> None:
    bank.take_pain001(pain(), lost=True)
    assert (received(bank), bank.ask(KEY)) == (0, None)

    bank.take_pain001(pain())
    bank.take_pain001(pain())
    bank.take_table(portal_csv.document(debtor=FEDERATION, instructions=[TO_CIBIRU]), payer=FEDERATION)
    assert received(bank) == AMOUNT

    with pytest.raises(rails.KeyReused):
        bank.take_pain001(pain(payments.changed(key="K-2"), payments.changed(amount_rupiah=1)))
    assert (received(bank), bank.ask("K-2")) == (AMOUNT, None)


@pytest.mark.parametrize(("right", "wrong"), [(b"20600.00</CtrlSum", b"20601.00</CtrlSum"), (b">1</NbOf", b">2</NbOf"), (b"IDR", b"Rp")])
def test_a_file_that_does_not_add_up_is_refused(bank: Bank, right: bytes, wrong: bytes) -> None:
    with pytest.raises(ValueError, match="not valid|not the sums"):
        bank.take_pain001(pain().replace(right, wrong))


@pytest.mark.parametrize("collective", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_the_days_statements_say_what_happened(seed: int, collective: bool) -> None:
    bank = new_bank(seed)
    bank.behaviours["PSL" + "0" * 26] = Behaviour.RETURNED
    pay_ins = [references.pay_in(cycle_number=7, village_code=code) for code in ("34.02.15.2004", "34.02.15.2005")]
    bank.take_pain001(pain(TO_CIBIRU, payments.changed(key="PSL" + "0" * 26, amount_rupiah=700)))
    for number, reference in enumerate(pay_ins):
        bank.transfer(payer=CIBIRU, payee=FEDERATION, amount_rupiah=500 + number, text=f"bayar {reference} & terima kasih")
    bank.wait(days=2)

    first = camt053.read(bank.camt053(FEDERATION, on=TODAY, collective=collective))
    second = camt053.read(bank.camt053(FEDERATION, on=TODAY + datetime.timedelta(days=1)))

    balances = (first.opening_in_sen, first.closing_in_sen, second.closing_in_sen)
    assert balances == (BEGIN * SEN, (BEGIN - 20_299) * SEN, (BEGIN - 19_599) * SEN)
    by_amount = {entry.moved_in_sen: entry for entry in first.entries}
    assert sorted(entry.moved_in_sen for entry in first.entries) == [-20_600 * SEN, -700 * SEN, 500 * SEN, 501 * SEN]
    assert [references.find(by_amount[moved * SEN].remittance) for moved in (500, 501, -20_600)] == [[pay_ins[0]], [pay_ins[1]], [KEY]]
    assert (by_amount[-20_600 * SEN].end_to_end_id, by_amount[-20_600 * SEN].counterparty_account) == (KEY, CIBIRU.number)
    [back] = second.entries
    assert (back.moved_in_sen, back.reversal) == (700 * SEN, True)
    assert (back.end_to_end_id, back.counterparty_account) == ("PSL" + "0" * 26, CIBIRU.number)

    table = csv_lines.read(bank.table(FEDERATION, on=TODAY), {**bank_statements.MAPPING, "rekening": first.account})
    assert {(entry.moved_in_sen, entry.remittance) for entry in table.entries} == {
        (entry.moved_in_sen, entry.remittance) for entry in first.entries
    }
    assert (table.opening_in_sen, table.closing_in_sen) == (first.opening_in_sen, first.closing_in_sen)


def test_the_same_seed_and_clock_give_the_same_bytes() -> None:
    def story(seed: int) -> bytes:
        bank = new_bank(seed)
        for number in range(8):
            bank.transfer(payer=FEDERATION, payee=CIBIRU, amount_rupiah=number + 1, text="ps0007-3402152004 dari desa kami untuk pasar")
        return bank.camt053(CIBIRU, on=TODAY)

    assert story(1) == story(1)
    assert story(1) != story(2)


@settings(max_examples=60, deadline=None)
@given(behaviours=st.lists(st.sets(st.sampled_from(list(Behaviour))), min_size=1, max_size=5), seed=st.integers(0, 9))
def test_legs_end_where_the_money_is_and_nothing_is_paid_twice(behaviours, seed):
    bank = new_bank(seed)
    legs = {f"K-{number}": LegState.SUBMITTED for number in range(len(behaviours))}
    put_aside: dict[str, str] = {}

    def learn(key: str, outcome: rails.Outcome) -> None:
        step = progress.after(state=legs[key], outcome=outcome, amount_rupiah=AMOUNT, account=CIBIRU.number)
        legs[key] = step.state
        if step.quarantined:
            put_aside[key] = step.quarantined

    for key, chosen in zip(legs, behaviours, strict=True):
        for behaviour in chosen:
            bank.behaviours[key] |= behaviour
        learn(key, calls.submit(gateway=bank, instruction=payments.changed(key=key), at=bank.now))
    for _day in range(5):
        bank.wait(days=1)
        for key, outcome in bank.notices():
            learn(key, outcome)
        for key in [key for key, state in legs.items() if state in (LegState.SUBMITTED, LegState.UNKNOWN)]:
            outcome = calls.ask(gateway=bank, key=key, at=bank.now)
            learn(key, outcome or calls.submit(gateway=bank, instruction=payments.changed(key=key), at=bank.now))

    for key, state in legs.items():
        moved = [line.moved_rupiah for line in bank.books.bookings if line.key == key and line.account == CIBIRU.number]
        if Behaviour.WRONG_AMOUNT in bank.behaviours[key] and moved:
            assert put_aside[key] == "wrong-amount"
            assert state not in (LegState.SUCCEEDED, LegState.RETURNED, LegState.FAILED)
        else:
            assert key not in put_aside
            assert moved == {LegState.SUCCEEDED: [AMOUNT], LegState.RETURNED: [AMOUNT, -AMOUNT], LegState.FAILED: []}[state]
