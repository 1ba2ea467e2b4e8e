"""A leg only moves forward, whatever a bank says, however often and in whichever order."""

from __future__ import annotations

import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.bank.rails import account_rules, calls, progress
from settlement.bank.rails import rail_interface as rails
from settlement.bank.rails.progress import LegState
from settlement.bank.rails.rail_interface import OutcomeState

AT = datetime.datetime(2026, 8, 3, 9, 0, tzinfo=datetime.UTC)
AMOUNT = 20_600
# How far along: nothing goes to a smaller number.
RANK = {LegState.PLANNED: 0, LegState.SUBMITTED: 1, LegState.UNKNOWN: 2, LegState.FAILED: 3, LegState.SUCCEEDED: 3, LegState.RETURNED: 4}


def outcome(state: OutcomeState, amount_rupiah: int | None = AMOUNT, account: str = "") -> rails.Outcome:
    return rails.Outcome(state=state, amount_rupiah=amount_rupiah, at=AT, evidence="kata bank", account=account)


def after(state: LegState, reported: rails.Outcome, *, account: str = "") -> progress.Step:
    return progress.after(state=state, outcome=reported, amount_rupiah=AMOUNT, account=account)


def run(*reported: OutcomeState, start: LegState = LegState.SUBMITTED) -> progress.Step:
    step = progress.Step(start)
    for one in reported:
        step = after(step.state, outcome(one))
    return step


outcomes = st.builds(
    outcome, st.sampled_from(OutcomeState), st.sampled_from([AMOUNT, AMOUNT, None, AMOUNT - 1, 0]), st.sampled_from(["", "0123", "0124"])
)


def test_every_pair_has_its_step() -> None:
    assert set(progress.TABLE) == set(itertools.product(LegState, OutcomeState))
    assert {step.quarantined for step in progress.TABLE.values()} - {""} <= set(progress.REASONS)


@given(state=st.sampled_from(LegState), reported=st.lists(outcomes, max_size=8))
def test_states_only_move_forward_and_a_quarantined_outcome_changes_nothing(state, reported):
    for one in reported:
        step = after(state, one, account="0123")
        assert step.state is state or RANK[step.state] > RANK[state]
        if step.quarantined:
            assert step.state is state
            assert step.quarantined in progress.REASONS
        state = step.state


@given(state=st.sampled_from(LegState), one=outcomes)
def test_reported_twice_counts_once(state, one):
    first = after(state, one)

    assert after(first.state, one).state is first.state


@given(one=outcomes)
def test_returned_is_final(one):
    assert after(LegState.RETURNED, one).state is LegState.RETURNED


@given(reported=st.lists(outcomes, max_size=8))
def test_what_succeeded_can_only_come_back(reported):
    state = LegState.SUCCEEDED
    for one in reported:
        state = after(state, one).state
        assert state in {LegState.SUCCEEDED, LegState.RETURNED}


@given(
    state=st.sampled_from(LegState),
    reported=st.sampled_from(OutcomeState),
    amount=st.integers(0, 10**12).filter(lambda amount: amount != AMOUNT),
)
def test_another_amount_is_never_applied(state, reported, amount):
    assert after(state, outcome(reported, amount)) == progress.Step(state, "wrong-amount")


@pytest.mark.parametrize("state", LegState)
@pytest.mark.parametrize("reported", [OutcomeState.SUCCEEDED, OutcomeState.RETURNED])
def test_money_that_nobody_counted_is_never_applied(state, reported):
    assert after(state, outcome(reported, None)) == progress.Step(state, "no-amount")


@pytest.mark.parametrize("state", LegState)
@pytest.mark.parametrize("reported", OutcomeState)
def test_another_account_is_never_applied(state, reported):
    assert after(state, outcome(reported, account="0124"), account="0123") == progress.Step(state, "wrong-account")


@pytest.mark.parametrize("written", ["0123-45 6.x", "012345 6X", ""])
def test_an_account_may_be_written_otherwise_or_not_at_all(written):
    assert after(LegState.SUBMITTED, outcome(OutcomeState.SUCCEEDED, account=written), account="0123456x").state is LegState.SUCCEEDED


def test_the_usual_ways():
    assert run(OutcomeState.ACCEPTED, OutcomeState.SUCCEEDED) == progress.Step(LegState.SUCCEEDED)
    assert run(OutcomeState.UNKNOWN, OutcomeState.ACCEPTED) == progress.Step(LegState.UNKNOWN)
    assert run(OutcomeState.UNKNOWN, OutcomeState.SUCCEEDED) == progress.Step(LegState.SUCCEEDED)
    assert run(OutcomeState.UNKNOWN, OutcomeState.FAILED) == progress.Step(LegState.FAILED)
    assert run(OutcomeState.ACCEPTED, start=LegState.PLANNED) == progress.Step(LegState.SUBMITTED)


def test_a_failure_after_a_success_counts():
    assert run(OutcomeState.SUCCEEDED, OutcomeState.FAILED) == progress.Step(LegState.RETURNED)
    assert run(OutcomeState.SUCCEEDED, OutcomeState.RETURNED) == progress.Step(LegState.RETURNED)


def test_a_return_before_its_success_ends_the_same():
    assert run(OutcomeState.RETURNED, OutcomeState.SUCCEEDED) == run(OutcomeState.SUCCEEDED, OutcomeState.RETURNED)


@pytest.mark.parametrize("late", [OutcomeState.SUCCEEDED, OutcomeState.RETURNED])
def test_money_after_a_failure_goes_to_a_person(late):
    assert run(OutcomeState.FAILED, late) == progress.Step(LegState.FAILED, "after-failure")


def test_what_was_never_sent_cannot_come_back():
    assert run(OutcomeState.RETURNED, start=LegState.PLANNED) == progress.Step(LegState.PLANNED, "before-submission")


class _Silent:
    def submit(self, instruction: rails.Instruction) -> rails.Outcome:
        raise TimeoutError("30 s")

    def ask(self, key: str) -> rails.Outcome | None:
        raise ConnectionResetError(104, "reset")


def test_silence_is_unknown():
    account = account_rules.BankAccount(holder="BUMDes", number="1", bank_code="002")
    instruction = rails.Instruction(key="K-1", payer=account, payee=account, amount_rupiah=1, remittance="", village="Cibiru")

    submitted = calls.submit(gateway=_Silent(), instruction=instruction, at=AT)
    asked = calls.ask(gateway=_Silent(), key="K-1", at=AT)

    assert (submitted.state, submitted.evidence) == (OutcomeState.UNKNOWN, "TimeoutError: 30 s")
    assert asked is not None
    assert (asked.state, asked.at) == (OutcomeState.UNKNOWN, AT)


@pytest.mark.parametrize("key", ["", "-1", "K 1", "K_1", "x" * 36, "é", "K1\n"])
def test_a_key_is_what_every_bank_takes(key):
    account = account_rules.BankAccount(holder="BUMDes", number="1", bank_code="002")
    with pytest.raises(ValueError, match="key of a payment leg"):
        rails.Instruction(key=key, payer=account, payee=account, amount_rupiah=1, remittance="", village="Cibiru")
