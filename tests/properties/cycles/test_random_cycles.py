"""Random villages trade, settle and pay, several cycles in a row: after each step every invariant of ledger and cycles holds, and in the
end everything can be brought to zero.

    PASARSAMA_STEPS=100000 python -m pytest -s tests/properties/cycles/test_random_cycles.py

runs a longer programme. In parts, so that several processes share it.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import FlakyStrategyDefinition, StopTest, UnsatisfiedAssumption
from hypothesis.stateful import invariant, run_state_machine_as_test

from deploy.audit import examination
from tenants import wake_ups
from tests.support.settlement import rounds
from tests.support.settlement.random_leavers import Leavers
from tests.support.settlement.random_payments import WITH_ACCOUNTS
from tests.support.settlement.random_trade import MARKET, VILLAGES

PARTS = 4
STEPS = int(os.environ.get("PASARSAMA_STEPS", "5000")) // PARTS
STEPS_EACH = 80
OUT_OF_STEP = (FlakyStrategyDefinition, StopTest, UnsatisfiedAssumption)  # by which Hypothesis ends a run itself


class Village(Leavers):
    """The whole of it, and what must hold after each step."""

    steps = 0
    ended = 0  # cycles that were closed by steps
    leavers = 0  # villages that left by steps
    taken_over = 0  # refunds that the federation took over
    broken = False  # a promise was not kept in some run

    @invariant()
    def everything_holds(self):
        Village.steps += 1
        self.look()
        self.books_are_as_the_model_says()
        self.gateway_is_as_the_model_says()
        self.pool_keeps_its_word()
        self.nothing_is_left_of_those_who_left()
        assert examination.broken_books() == {}

    def teardown(self):
        Village.ended += self.closed
        Village.leavers += len(self.left)
        Village.taken_over += len(self.taken)
        failure = sys.exc_info()[1]
        if failure is not None:
            Village.broken |= not isinstance(failure, OUT_OF_STEP)
            return
        try:
            self.settle_everything()
            self.everything_holds()
        except BaseException:
            Village.broken = True
            raise


@contextlib.contextmanager
def goes_on_where_keys_differ():
    """Keys are random, so a beginning that Hypothesis takes up again may go on otherwise, which ends its run of examples. Whatever is wrong
    with the market is another error, raised by a step or found after it."""
    try:
        yield
    except FlakyStrategyDefinition:
        assert not Village.broken


@pytest.mark.parametrize("part", range(PARTS))
def test_random_cycles_keep_every_promise(market, monkeypatch, capsys, part):
    Village.steps = Village.ended = Village.leavers = Village.taken_over = 0
    Village.broken = False
    MARKET[:] = [market.database]
    monkeypatch.setattr(wake_ups, "send", lambda **_: None)  # no worker listens here
    for number, village in enumerate(VILLAGES[3:], start=1):
        market.add_village(code=village, name=f"Sidamulya {number}")
    rounds.bank_accounts(*WITH_ACCOUNTS)
    begun, round_ = time.monotonic(), 0
    while Village.steps < STEPS:
        with goes_on_where_keys_differ():
            run_state_machine_as_test(
                hypothesis.seed(PARTS * round_ + part)(Village),
                settings=settings(
                    max_examples=max(1, min(40, (STEPS - Village.steps) // STEPS_EACH)),
                    stateful_step_count=STEPS_EACH,
                    deadline=None,
                    database=None,
                    phases=[Phase.generate],  # a run of eighty steps can be read; making it shorter takes minutes
                    report_multiple_bugs=False,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        round_ += 1
    assert Village.ended > Village.steps // 200  # beside the two by which each run is settled
    with capsys.disabled():
        counts = f"{Village.ended} cycles closed by them, {Village.leavers} villages left, {Village.taken_over} orders taken over"
        print(f"\n{Village.steps} steps in part {part}, {counts}, {time.monotonic() - begun:.0f} s")
