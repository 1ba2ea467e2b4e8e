"""What a gateway says in writing of a payout that it never answers: two persons, once, and never a way to pay twice."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import override_settings

from settlement import advancing
from settlement.bank.gateways.gateway_interface import CALL_LASTS
from settlement.bank.rails import rail_interface as rails
from settlement.models import PaymentLeg, PayoutAnswer
from settlement.payments import payout_answers, payouts_by_gateway
from tenants import activity_log
from tenants.acts import Act
from tenants.errors import FormReused
from tenants.models import Event
from tenants.people import permissions
from tenants.people.permissions import Principal
from tests.support.settlement import books, rounds
from tests.support.settlement.gateway_deals import GATE
from tests.support.settlement.gateway_payouts import OVERDUE, Silent, State, confirm, hear, owed_to_two, plan, propose, say, unanswered
from tests.support.settlement.rounds import APPROVER, MAKER, SECOND, T0, B, C

BOTH = Principal(uuid.UUID(int=9), frozenset({("F", "operator"), ("F", "approver")}))


class Machine:
    """A gateway that never heard of the key, and pays what it is sent."""

    def __init__(self) -> None:
        self.paid: list[str] = []

    def ask(self, key: str) -> rails.Outcome | None:
        return None

    def submit(self, instruction: rails.Instruction) -> rails.Outcome:
        self.paid.append(instruction.key)
        return rails.Outcome(state=State.SUCCEEDED, amount_rupiah=instruction.amount_rupiah, at=T0, evidence="kata gerbang")


@pytest.fixture
def leg(market, gateway) -> PaymentLeg:
    """B's payout, to which the gateway does not answer; C's has arrived."""
    owed_to_two()
    plan()
    hear(PaymentLeg.objects.get(receiver=C), State.SUCCEEDED)
    return unanswered()


def state(leg: PaymentLeg) -> str:
    return PaymentLeg.objects.get(id=leg.id).state


def test_what_the_gateway_did_not_pay_is_planned_again_like_any_that_failed(leg):
    assert advancing.advance(number=1, at=OVERDUE) == "collecting"
    answer = propose(leg, paid=0)
    assert advancing.advance(number=1, at=OVERDUE) == "collecting"

    for _tap in range(2):
        confirm(answer)

    assert state(leg) == "failed"
    assert rounds.open_items(1) == {("F", "P"): 98_000, ("P", B): 98_000}
    assert plan(at=OVERDUE) == 1
    again = PaymentLeg.objects.get(state="planned")
    assert (again.receiver, again.amount_rupiah) == (B, 98_000)
    assert again.key != leg.key
    hear(again, State.SUCCEEDED)
    assert advancing.advance(number=1, at=OVERDUE) == "closed"
    entries = [entry.action for entry in activity_log.of_subject(subject_id=answer)]
    assert entries == ["payout-answer.proposed", "payout-answer.confirmed"]
    assert Event.objects.filter(kind="payout.answered", village_code=B, subject_id=str(answer)).count() == 1


def test_what_the_gateway_did_pay_arrived(leg):
    say(leg, paid=98_000)

    assert state(leg) == "succeeded"
    assert books.net() == {}
    assert advancing.advance(number=1, at=OVERDUE) == "closed"


def test_the_one_who_entered_it_never_confirms_it_whatever_roles_he_has(leg):
    act = Act(by=BOTH, at=OVERDUE, key=uuid.uuid4().hex, reason="Kata gerbang")
    answer = payout_answers.propose(leg_id=leg.id, paid_rupiah=0, reference="UJI/7", act=act)
    with pytest.raises(payout_answers.SamePerson):
        payout_answers.confirm(answer_id=answer, act=Act(by=BOTH, at=OVERDUE + CALL_LASTS))
    with pytest.raises(permissions.Forbidden):
        payout_answers.confirm(answer_id=answer, act=Act(by=MAKER, at=OVERDUE + CALL_LASTS))
    assert state(leg) == "unknown"


def test_only_the_operator_enters_it_with_a_reason_and_a_reference(leg):
    for by, reference, reason, refusal in (
        (APPROVER, "UJI/7", "x", permissions.Forbidden),
        (MAKER, "UJI/7", " ", payout_answers.ReasonMissing),
        (MAKER, " ", "Kata gerbang", payout_answers.ReferenceMissing),
    ):
        with pytest.raises(refusal):
            payout_answers.propose(
                leg_id=leg.id, paid_rupiah=0, reference=reference, act=Act(by=by, at=OVERDUE, key=uuid.uuid4().hex, reason=reason)
            )


def test_a_gateway_that_can_be_asked_has_its_time_to_answer(leg):
    with pytest.raises(payout_answers.MayStillAnswer):
        propose(leg, paid=0, at=OVERDUE - timedelta(seconds=1))
    with override_settings(PAYMENT_GATEWAYS={}):  # taken out of the settings, nobody asks it any more
        propose(leg, paid=0, at=T0)


def test_only_what_a_gateway_was_told_can_be_answered(market, gateway):
    owed_to_two()
    plan()
    planned, arrived = PaymentLeg.objects.order_by("receiver")
    with pytest.raises(payout_answers.NotByGateway):
        propose(planned, paid=0)
    payouts_by_gateway.send(leg_id=arrived.id, gateway=Machine(), at=T0)
    with pytest.raises(payout_answers.AnsweredMeanwhile):
        propose(arrived, paid=0)


def test_the_same_form_enters_it_once_and_a_second_answer_waits_for_the_first(leg):
    key = "k" * 32
    first = propose(leg, paid=0, key=key)
    assert propose(leg, paid=0, key=key) == first
    with pytest.raises(FormReused):
        propose(leg, paid=5, key=key)
    with pytest.raises(payout_answers.ProposedAlready):
        propose(leg, paid=98_000)

    for _tap in range(2):
        payout_answers.decline(answer_id=first, act=Act(by=SECOND, at=OVERDUE, reason="Surat lain"))
    with pytest.raises(payout_answers.NoSuchAnswer):
        confirm(first)
    confirm(propose(leg, paid=98_000))
    assert state(leg) == "succeeded"
    with pytest.raises(payout_answers.NoSuchAnswer):
        payout_answers.decline(answer_id=PayoutAnswer.objects.get(confirmed_at__isnull=False).id, act=Act(by=SECOND, at=T0, reason="x y"))


def test_a_late_answer_of_the_gateways_own_counts_and_the_written_one_does_not(leg):
    answer = propose(leg, paid=0)
    hear(leg, State.SUCCEEDED)

    with pytest.raises(payout_answers.AnsweredMeanwhile):
        confirm(answer)

    assert state(leg) == "succeeded"
    assert PayoutAnswer.objects.get().confirmed_at is None
    payout_answers.decline(answer_id=answer, act=Act(by=MAKER, at=OVERDUE, reason="Sudah dijawab"))


def test_while_an_answer_waits_nothing_is_sent_under_its_key_and_no_call_is_on_its_way_when_it_counts(leg):
    """Asked, and told that it never arrived, the round would send the payout again: at that moment people say that it was not paid."""
    machine = Machine()
    answer = propose(leg, paid=0)
    payouts_by_gateway.send(leg_id=leg.id, gateway=machine, at=OVERDUE)
    assert machine.paid == []
    with pytest.raises(payout_answers.CallMayArrive):
        confirm(answer, at=OVERDUE + CALL_LASTS - timedelta(seconds=1))
    confirm(answer)
    payouts_by_gateway.send(leg_id=leg.id, gateway=machine, at=OVERDUE)
    assert (machine.paid, state(leg)) == ([], "failed")


def test_after_an_answer_was_declined_the_round_goes_on(leg):
    machine = Machine()
    payout_answers.decline(answer_id=propose(leg, paid=0), act=Act(by=APPROVER, at=OVERDUE, reason="Surat lain"))
    payouts_by_gateway.send(leg_id=leg.id, gateway=machine, at=OVERDUE)
    assert (machine.paid, state(leg)) == ([leg.key], "succeeded")


def test_a_key_that_the_gateway_knows_with_another_amount_is_decided_by_what_it_paid(leg):
    hear(leg, State.SUCCEEDED, amount=97_000)
    assert state(leg) == "unknown"

    answer = PayoutAnswer.objects.get(id=say(leg, paid=97_000))

    assert state(leg) == "failed"
    assert answer.counted_leg is not None
    assert (answer.counted_leg.state, answer.counted_leg.amount_rupiah) == ("succeeded", 97_000)
    assert books.net() == {B: 1_000}
    assert plan(at=OVERDUE) == 1
    assert PaymentLeg.objects.get(state="planned").amount_rupiah == 1_000


def test_no_more_is_said_to_be_paid_than_the_gateway_held(leg, monkeypatch):
    monkeypatch.setattr("settlement.ledger.federation_books.gateway_balances", lambda: {GATE: 50_000})
    with pytest.raises(payout_answers.GatewayHoldsLess):
        say(leg, paid=98_000)
    assert state(leg) == "unknown"


def test_what_people_answered_for_is_asked_after_for_months(leg):
    silent = Silent()
    say(leg, paid=0)
    assert payouts_by_gateway.ended(gateway=GATE, at=OVERDUE + timedelta(days=80)) == [leg.id]
    assert payouts_by_gateway.ended(gateway=GATE, at=OVERDUE + timedelta(days=91)) == []
    assert payouts_by_gateway.ask_again(leg_id=leg.id, gateway=silent, at=OVERDUE) is False
