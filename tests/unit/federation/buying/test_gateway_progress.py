"""Readings only move a payment or refund forward; money that moved counts whenever it is told, and contradictions go to a person."""

from __future__ import annotations

import itertools

import pytest

from federation.buying.gateway_progress import Effect, Step, after_payment, after_refund
from federation.models import GatewayPayment, GatewayRefund
from settlement.bank.gateways.gateway_interface import PaymentState, RefundState

State, Back = GatewayPayment.State, GatewayRefund.State


@pytest.mark.parametrize("reading", PaymentState)
def test_a_live_payment_becomes_what_is_read(reading):
    for known in GatewayPayment.LIVE:
        step = after_payment(known=known, reading=reading)
        assert step.state == State(reading.value)
        assert (step.effect is Effect.BOOK) == (reading is PaymentState.SUCCEEDED)


def test_an_older_reading_changes_nothing():
    for known in (State.SUCCEEDED, State.FAILED, State.CANCELLED):
        for reading in (PaymentState.PENDING, PaymentState.PROCESSING):
            assert after_payment(known=known, reading=reading) == Step(known)


def test_money_counts_although_the_payment_had_ended_and_counts_once():
    for known in (State.FAILED, State.CANCELLED):
        assert after_payment(known=known, reading=PaymentState.SUCCEEDED) == Step(State.SUCCEEDED, Effect.BOOK)
    assert after_payment(known=State.SUCCEEDED, reading=PaymentState.SUCCEEDED) == Step(State.SUCCEEDED)


def test_what_takes_money_back_goes_to_a_person():
    for reading in (PaymentState.FAILED, PaymentState.CANCELLED):
        assert after_payment(known=State.SUCCEEDED, reading=reading) == Step(State.SUCCEEDED, Effect.ASK_A_PERSON)


def test_every_state_and_reading_of_a_payment_has_a_step():
    for known, reading in itertools.product(State, PaymentState):
        assert after_payment(known=known, reading=reading).state in set(State)


def test_a_refund_is_booked_when_it_succeeded_and_owed_again_when_it_failed_after_that():
    for known in GatewayRefund.OPEN:
        assert after_refund(known=known, reading=RefundState.SUCCEEDED) == Step(Back.SUCCEEDED, Effect.BOOK)
        assert after_refund(known=known, reading=RefundState.CANCELLED) == Step(Back.FAILED, Effect.ASK_A_PERSON)
        assert after_refund(known=known, reading=RefundState.REQUIRES_ACTION) == Step(Back.REQUIRES_ACTION)
    assert after_refund(known=Back.SUCCEEDED, reading=RefundState.SUCCEEDED) == Step(Back.SUCCEEDED)
    assert after_refund(known=Back.SUCCEEDED, reading=RefundState.FAILED) == Step(Back.FAILED, Effect.UNBOOK)
    assert after_refund(known=Back.SUCCEEDED, reading=RefundState.PENDING) == Step(Back.SUCCEEDED)


def test_a_refund_that_was_sent_after_it_had_failed_is_not_booked_by_itself():
    assert after_refund(known=Back.FAILED, reading=RefundState.SUCCEEDED) == Step(Back.FAILED, Effect.ASK_A_PERSON)


def test_what_was_paid_another_way_stays_so():
    for known, reading in itertools.product((Back.BY_HAND, Back.BY_DISPUTE), RefundState):
        effect = Effect.ASK_A_PERSON if reading is RefundState.SUCCEEDED else Effect.NONE  # the buyer has it twice
        assert after_refund(known=known, reading=reading) == Step(known, effect)


def test_every_state_and_reading_of_a_refund_has_a_step():
    for known, reading in itertools.product(Back, RefundState):
        assert after_refund(known=known, reading=reading).state in set(Back)
