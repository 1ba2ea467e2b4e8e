"""Villages paid out of what a gateway holds: pro rata, within what it holds and the federation owes, and once."""

from __future__ import annotations

import pytest

from federation.labels import payment_labels
from settlement import advancing
from settlement.bank.rails import rail_interface as rails
from settlement.cycles import lifecycle
from settlement.models import LegEvent, PaymentLeg
from settlement.payments import bank_files, bank_payouts, payouts, payouts_by_gateway, pool_items
from tenants.acts import Act
from tests.support.settlement import bank_days, books, restoring, rounds
from tests.support.settlement.gateway_deals import GATE, arrived, deposit_sale, handed_over
from tests.support.settlement.restoring import NOW
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C

State = rails.OutcomeState


class Machine:
    """A gateway's way of paying out that answers as it is told to, and remembers what it was asked."""

    def __init__(self, *answers: State | None | OSError | rails.KeyReused) -> None:
        self.answers = list(answers)
        self.heard: list[tuple[str, str]] = []

    def _answer(self, key: str, amount: int | None) -> rails.Outcome | None:
        answer = self.answers.pop(0)
        if isinstance(answer, (OSError, rails.KeyReused)):
            raise answer
        return None if answer is None else rails.Outcome(state=answer, amount_rupiah=amount, at=T0, evidence="kata gerbang")

    def submit(self, instruction: rails.Instruction) -> rails.Outcome:
        self.heard.append(("submit", instruction.key))
        found = self._answer(instruction.key, instruction.amount_rupiah)
        assert found is not None
        return found

    def ask(self, key: str) -> rails.Outcome | None:
        self.heard.append(("ask", key))
        return self._answer(key, PaymentLeg.objects.get(key=key).amount_rupiah)


def owed_to_two() -> None:
    """F owes B 98,000 and C 49,000 out of what the gateway holds, and the cycle collects."""
    rounds.bank_accounts(B, C)
    handed_over(deposit_sale())
    handed_over(deposit_sale(home=B, seller=C, goods=50_000, fee=1_000))
    rounds.collecting()


def plan() -> list[tuple[str, int]]:
    payouts_by_gateway.plan(number=1, gateway=GATE, act=Act(by=MAKER, at=T0))
    rows = PaymentLeg.objects.filter(rail="gateway", state__in=PaymentLeg.ACTIVE).order_by("receiver")
    return list(rows.values_list("receiver", "amount_rupiah"))


def hear(leg: PaymentLeg, state: State) -> None:
    outcome = rails.Outcome(state=state, amount_rupiah=leg.amount_rupiah, at=T0, evidence="kata gerbang")
    payouts_by_gateway.learn(leg_id=leg.id, outcome=outcome, at=T0)


def test_what_the_federation_owes_is_paid_without_waiting_for_the_bank(market):
    owed_to_two()
    assert plan() == [(B, 98_000), (C, 49_000)]
    assert plan() == [(B, 98_000), (C, 49_000)]
    assert pool_items.pool(cycle=rounds.get()).room("F") == 0

    for leg_id in payouts_by_gateway.active(gateway=GATE, at=T0):
        machine = Machine(State.SUCCEEDED)
        for _ in range(2):
            payouts_by_gateway.send(leg_id=leg_id, gateway=machine, at=T0)
        assert len(machine.heard) == 1

    assert books.net() == {}
    assert advancing.advance(number=1, at=T0) == "closed"
    assert rounds.balances() == {f"gateway:{GATE}": 3_000, "fee-income": -3_000, "fees-untaken": -3_000, "between-funds": 3_000}


def refused_and_on_the_statement() -> None:
    """The bank is said to have refused its payout to B, and then its statement shows it."""
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    leg = PaymentLeg.objects.get(receiver=B, rail="bank")
    bank_payouts.refuse(number=1, leg_id=leg.id, act=Act(by=SECOND, at=T0, reason="kata bank"))
    bank_days.read((leg.key, -leg.amount_rupiah), first=5)


@pytest.mark.parametrize("planned_before", [True, False])
def test_who_may_have_the_money_by_a_statement_is_not_paid_at_the_gateway(market, planned_before):
    rounds.bank_accounts(B, C)
    handed_over(deposit_sale())
    handed_over(deposit_sale(home=B, seller=C, goods=50_000, fee=1_000))
    arrived(120_000)
    rounds.collecting()
    if planned_before:
        assert plan() == [(B, 20_000), (C, 10_000)]
    refused_and_on_the_statement()

    if not planned_before:
        with pytest.raises(bank_payouts.FailedPayoutOnStatement):
            plan()
        return
    heard = []
    for leg_id in payouts_by_gateway.active(gateway=GATE, at=T0):
        machine = Machine(State.SUCCEEDED)
        payouts_by_gateway.send(leg_id=leg_id, gateway=machine, at=T0)
        heard.append(len(machine.heard))
    assert sorted(heard) == [0, 1]
    assert PaymentLeg.objects.get(receiver=B, rail="gateway").state == "planned"


def test_nobody_gets_ahead_and_who_has_no_account_waits_for_its_share(market):
    rounds.bank_accounts(B)
    handed_over(deposit_sale())
    handed_over(deposit_sale(home=B, seller=C, goods=50_000, fee=1_000))
    arrived(120_000)
    rounds.collecting()
    assert pool_items.pool(cycle=rounds.get()).room("F") == 30_000  # which lie at the gateway

    assert plan() == [(B, 20_000)]
    hear(PaymentLeg.objects.get(rail="gateway"), State.SUCCEEDED)
    assert pool_items.pool(cycle=rounds.get()).due() == {B: 71_333, C: 45_667}


def test_silence_is_asked_after_under_the_same_key_and_what_never_arrived_is_sent_again(market):
    owed_to_two()
    plan()
    leg_id = payouts_by_gateway.active(gateway=GATE, at=T0)[0]
    key = PaymentLeg.objects.get(id=leg_id).key
    machine = Machine(TimeoutError(), TimeoutError(), None, State.SUCCEEDED)
    for expected in ("unknown", "unknown", "succeeded"):
        payouts_by_gateway.send(leg_id=leg_id, gateway=machine, at=T0)
        assert PaymentLeg.objects.get(id=leg_id).state == expected
    assert machine.heard == [("submit", key), ("ask", key), ("ask", key), ("submit", key)]
    assert rounds.balances()[f"gateway:{GATE}"] == 52_000


def test_a_key_that_is_known_with_other_terms_waits_for_a_person_and_is_asked_after(market):
    owed_to_two()
    plan()
    leg_id = payouts_by_gateway.active(gateway=GATE, at=T0)[0]
    key = PaymentLeg.objects.get(id=leg_id).key
    reused = rails.KeyReused(key=key)
    machine = Machine(reused, None, reused, State.SUCCEEDED)
    for _ in range(2):
        with pytest.raises(rails.KeyReused):
            payouts_by_gateway.send(leg_id=leg_id, gateway=machine, at=T0)
        assert PaymentLeg.objects.get(id=leg_id).state == "submitted"
    [said] = LegEvent.objects.filter(leg_id=leg_id, quarantined=True)
    label = payment_labels.of_evidence(text=said.evidence, quarantined=True)
    assert label.startswith("Gerbang sudah mengenal nomor pembayaran ini dengan isi lain.")
    assert books.net() == {B: 98_000, C: 49_000}

    payouts_by_gateway.send(leg_id=leg_id, gateway=machine, at=T0)
    assert PaymentLeg.objects.get(id=leg_id).state == "succeeded"
    assert machine.heard == [("submit", key), ("ask", key), ("submit", key), ("ask", key)]


def test_what_failed_is_owed_to_the_pool_again_and_what_comes_back_after_the_end_to_the_village(market):
    owed_to_two()
    plan()
    first, second = PaymentLeg.objects.filter(rail="gateway").order_by("receiver")
    hear(first, State.FAILED)
    hear(second, State.SUCCEEDED)
    assert rounds.open_items(1) == {("F", "P"): 98_000, ("P", B): 98_000}
    assert plan() == [(B, 98_000)]
    hear(PaymentLeg.objects.get(rail="gateway", state="planned"), State.SUCCEEDED)
    assert advancing.advance(number=1, at=T0) == "closed"

    for _ in range(2):
        hear(second, State.RETURNED)

    assert rounds.open_items(2) == {("F", C): 49_000}
    assert rounds.balances()[f"gateway:{GATE}"] == 52_000
    rounds.collecting(number=2)
    arrived(52_000)
    assert advancing.advance(number=2, at=T0) == "paying"
    [leg] = PaymentLeg.objects.filter(cycle__number=2, giver="F", rail="bank")
    assert (leg.receiver, leg.amount_rupiah) == (C, 49_000)


def test_what_comes_back_in_time_is_paid_once_more(market):
    owed_to_two()
    plan()
    for leg in PaymentLeg.objects.filter(rail="gateway"):
        hear(leg, State.SUCCEEDED)
    hear(PaymentLeg.objects.get(rail="gateway", receiver=B), State.RETURNED)
    assert plan() == [(B, 98_000)]


def test_a_cycle_that_takes_no_payments_plans_none(market):
    handed_over(deposit_sale())
    rounds.proposed()
    with pytest.raises(lifecycle.CycleMovedOn):
        payouts_by_gateway.plan(number=1, gateway=GATE, act=Act(by=MAKER, at=T0))


def test_without_an_account_of_the_federation_nothing_is_planned(market):
    handed_over(deposit_sale())
    rounds.collecting()
    with pytest.raises(bank_files.FederationAccountMissing):
        payouts_by_gateway.plan(number=1, gateway=GATE, act=Act(by=MAKER, at=T0))


def test_where_it_owes_nothing_the_federation_pays_nothing_by_gateways(market):
    rounds.bank_accounts(A, B)
    rounds.trade(A, B, 100_000)
    rounds.collecting()
    assert plan() == []


def test_what_a_backup_had_planned_is_asked_after_before_it_is_sent(market):
    owed_to_two()
    plan()
    restoring.hold()
    leg = PaymentLeg.objects.get(receiver=B)
    machine = Machine(State.SUCCEEDED)
    assert payouts_by_gateway.send(leg_id=leg.id, gateway=machine, at=NOW)
    assert machine.heard == []
    restoring.released(("TRSF PS0001-3402902001", 5))
    restoring.confirm_accounts(at=NOW)
    assert payouts_by_gateway.send(leg_id=leg.id, gateway=machine, at=NOW)
    assert machine.heard == [("ask", leg.key)]
    leg.refresh_from_db()
    assert leg.state == "succeeded"
