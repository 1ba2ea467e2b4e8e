"""A gateway's payout that had failed and went out all the same: set off against what is planned in its place, or owed back by name."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import override_settings

from federation.labels import payment_labels
from settlement import advancing
from settlement.models import LegEvent, Obligation, PaymentLeg, PayoutAnswer
from settlement.payments import bank_files, cash_payments, legs, paid_after_all, payout_answers, payouts_by_gateway, reconciliation
from settlement.reports import payout_answer_rows
from tenants.acts import Act
from tenants.codes import FEDERATION
from tests.support.settlement import books, leavers, paid_twice, rounds
from tests.support.settlement.gateway_deals import GATE, arrived, deposit_sale, paid
from tests.support.settlement.gateway_payouts import OVERDUE, Silent, State, hear, owed_to_two, plan, propose, say, unanswered
from tests.support.settlement.rounds import MAKER, T0, B, C


@pytest.fixture
def failed(market, gateway) -> PaymentLeg:
    """B's payout of 98,000, which failed, says the gateway; C's has arrived."""
    owed_to_two()
    plan()
    leg = unanswered()
    hear(PaymentLeg.objects.get(receiver=C), State.SUCCEEDED)
    hear(leg, State.FAILED)
    return PaymentLeg.objects.get(id=leg.id)


def went(leg: PaymentLeg) -> None:
    """Now the gateway says that it paid it."""
    hear(leg, State.SUCCEEDED)


def counted() -> PaymentLeg:
    found = PayoutAnswer.objects.get(paid_rupiah__gt=0).counted_leg
    assert found is not None
    return found


def owed() -> list[tuple[str, str, int, str]]:
    rows = Obligation.objects.filter(cause="payout", open_rupiah__gt=0).order_by("debtor")
    return list(rows.values_list("debtor", "creditor", "open_rupiah", "transfer__event"))


def test_nothing_more_is_paid_to_the_village_until_it_is_decided(failed):
    plan()
    went(failed)
    silent = Silent()
    for leg_id in payouts_by_gateway.active(gateway=GATE, at=T0):
        payouts_by_gateway.send(leg_id=leg_id, gateway=silent, at=T0)
    assert silent.asked == []
    assert reconciliation.unexplained(cycle=rounds.get())[reconciliation.AT_GATEWAYS] == 1
    assert list(paid_after_all.undecided()) == [failed]
    [said] = LegEvent.objects.filter(leg=failed, quarantined=True)
    assert payment_labels.of_evidence(text=said.evidence, quarantined=True).startswith("Pembayaran ini sudah dinyatakan gagal")

    say(failed, paid=98_000)

    assert reconciliation.unexplained(cycle=rounds.get()) == {}
    assert not paid_after_all.undecided().exists()


def test_it_is_set_off_against_the_payout_planned_at_the_gateway_in_its_place(failed):
    plan()
    instead = PaymentLeg.objects.get(state="planned")
    went(failed)

    say(failed, paid=98_000)

    instead.refresh_from_db()
    assert (instead.state, counted().state, counted().amount_rupiah) == ("failed", "succeeded", 98_000)
    assert books.net() == {}
    assert owed() == []
    assert advancing.advance(number=1, at=OVERDUE) == "closed"
    assert rounds.balances()[f"gateway:{GATE}"] == 3_000


def test_it_is_set_off_against_the_payout_planned_out_of_agent_cash(failed):
    """Other buyers' money came to the bank meanwhile, and counted for the pool: it does not any more, and nothing of it is gone."""
    paid(deposit_sale(goods=101_000))
    arrived(101_000)  # of which the federation takes its fees
    advancing.advance(number=1, at=T0)
    instead = PaymentLeg.objects.get(state="planned")
    assert (instead.receiver, instead.rail, instead.amount_rupiah) == (B, "bank", 98_000)
    assert rounds.open_items(1) == {("P", B): 98_000}
    went(failed)
    with pytest.raises(paid_after_all.Undecided):
        bank_files.make(number=1, act=Act(by=MAKER, at=T0))

    say(failed, paid=98_000)

    instead.refresh_from_db()
    assert (instead.state, counted().rail, counted().state) == ("failed", "gateway", "succeeded")
    assert (rounds.open_items(1), books.net()) == ({}, {})
    assert (rounds.balances()["agent-cash"], rounds.balances()["own-cash"]) == (98_000, 3_000)
    assert advancing.advance(number=1, at=OVERDUE) == "closed"


def paid_again(leg: PaymentLeg) -> None:
    """The payout planned in its place was sent, and arrived."""
    plan()
    hear(PaymentLeg.objects.get(state="planned", receiver=leg.receiver), State.SUCCEEDED)


@pytest.mark.parametrize("closed", [False, True])
def test_where_another_was_sent_already_the_village_owes_what_it_got_twice(failed, closed):
    paid_again(failed)
    if closed:
        assert advancing.advance(number=1, at=T0) == "closed"
    went(failed)

    say(failed, paid=98_000)

    assert owed() == [(B, "F", 98_000, "paid-twice")]
    assert PayoutAnswer.objects.get().counted_leg is None
    assert rounds.balances()["uncovered"] == 98_000 - 3_000  # its fees cover the rest
    assert paid_twice.broken_rules() == []
    rows = payout_answer_rows.answers(most=5)
    assert [(row.payout.village_code, row.set_off_rupiah, row.owed_rupiah) for row in rows] == [(B, 0, 98_000)]
    advancing.advance(number=1, at=OVERDUE)
    rounds.collecting(number=2, at=OVERDUE)
    assert rounds.open_items(2)[B, "P"] == 98_000


def test_what_goes_beyond_what_the_village_has_coming_it_owes(failed):
    went(failed)
    say(failed, paid=100_000)
    assert counted().amount_rupiah == 98_000
    assert owed() == [(B, "F", 2_000, "paid-twice")]


def test_when_the_gateway_has_it_back_it_is_undone(failed):
    went(failed)
    say(failed, paid=98_000)
    hear(failed, State.SUCCEEDED)
    assert not paid_after_all.undecided().exists()
    hear(failed, State.RETURNED)
    assert list(paid_after_all.undecided()) == [failed]

    say(failed, paid=0)

    assert counted().state == "returned"
    assert rounds.open_items(1) == {("F", "P"): 98_000, ("P", B): 98_000}
    assert not paid_after_all.undecided().exists()
    paid_again(failed)
    assert advancing.advance(number=1, at=OVERDUE) == "closed"


def test_what_was_paid_twice_and_came_back_the_village_is_owed_in_turn(failed):
    paid_again(failed)
    went(failed)
    say(failed, paid=98_000)
    hear(failed, State.RETURNED)
    say(failed, paid=0)

    assert owed() == [(B, "F", 98_000, "paid-twice"), ("F", B, 98_000, "paid-twice-back")]
    assert books.net() == {}
    assert paid_twice.broken_rules() == []


def test_a_word_that_the_gateway_takes_back_in_writing_is_decided_and_not_asked_again(failed):
    went(failed)
    say(failed, paid=0)
    hear(failed, State.SUCCEEDED)
    assert not paid_after_all.undecided().exists()
    with pytest.raises(payout_answers.NothingNew):
        propose(failed, paid=0)
    assert books.net() == {B: 98_000}


def test_money_that_came_back_before_anybody_decided_waits_for_nobody(failed):
    hear(failed, State.RETURNED)
    assert not paid_after_all.undecided().exists()


def test_the_gateways_statement_may_show_it_while_the_gateway_itself_is_gone(failed):
    with override_settings(PAYMENT_GATEWAYS={}):
        say(failed, paid=98_000)
        with pytest.raises(payout_answers.NothingNew):
            propose(failed, paid=98_000)
    assert (counted().state, books.net()) == ("succeeded", {})


def test_cash_is_not_handed_to_a_village_that_may_have_the_money(failed):
    went(failed)
    with transaction.atomic(durable=True):
        cash = legs.plan(cycle=failed.cycle, giver="F", receiver=B, amount_rupiah=1, rail="cash", act=Act(by=MAKER, at=T0))
    with pytest.raises(paid_after_all.Undecided):
        cash_payments.give(number=1, leg_id=cash.id, party=FEDERATION, act=Act(by=MAKER, at=T0))
    cash_payments.call_off(number=1, leg_id=cash.id, party=FEDERATION, act=Act(by=MAKER, at=T0, reason="Hanya untuk dicoba"))


def test_of_a_village_that_left_the_federation_bears_it_and_keeps_what_comes_back(market, failed):
    paid_again(failed)
    assert advancing.advance(number=1, at=T0) == "closed"
    leavers.leave(market, B)
    went(failed)

    say(failed, paid=98_000)

    assert (owed(), books.net(B)) == ([], {})
    assert rounds.balances()["taken-over"] == 98_000
    hear(failed, State.RETURNED)
    say(failed, paid=0)
    assert (owed(), books.net(B)) == ([], {})
    assert "taken-over" not in rounds.balances()
