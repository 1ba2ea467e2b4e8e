"""A whole cycle through a bank that does what banks do: whatever it answers, tells and shows, everybody has what is theirs once."""

from __future__ import annotations

import datetime

import pytest
from django.db import transaction

from settlement import advancing
from settlement.bank import bank_accounts
from settlement.bank.rails import account_rules, calls
from settlement.bank.rails import rail_interface as rails
from settlement.bank.statement_files import references
from settlement.models import LegEvent, PaymentLeg, StatementLine
from settlement.payments import legs, payouts
from settlement.statement_lines import matching, suspense
from tenants import acts
from tenants.acts import Act
from tests.support.bank.bookings import ZONE
from tests.support.bank.fake_bank import Bank, Behaviour
from tests.support.settlement import books, rounds
from tests.support.settlement.rounds import MAKER, T0, A, B, C

State = PaymentLeg.State
ACCEPTED = rails.OutcomeState.ACCEPTED
DAYS = 8


def account(party: str) -> account_rules.BankAccount:
    row = bank_accounts.status(party=party, at=T0).account
    assert row is not None
    return account_rules.BankAccount(holder=row.holder, number=row.number, bank_code=row.bank_code)


class Clerk:
    """Tells the bank, listens, reads its statements; what is unknown is asked for, never sent again under another key."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank

    def day(self) -> str:
        """Everything that a day brings; gives where the cycle stands in the evening."""
        for leg in PaymentLeg.objects.filter(giver="F", state__in=PaymentLeg.ACTIVE).order_by("id"):
            self.tell(leg)
        self.bank.wait(days=1)
        for key, outcome in self.bank.notices():
            self.learn(PaymentLeg.objects.get(key=key), outcome)
        self.read_statements()
        return advancing.advance(number=1, at=self.bank.now)

    def tell(self, leg: PaymentLeg) -> None:
        said = None
        if leg.state == State.PLANNED:
            self.learn(leg, rails.Outcome(state=ACCEPTED, amount_rupiah=None, at=self.bank.now, evidence="sent"))
        else:
            said = calls.ask(gateway=self.bank, key=leg.key, at=self.bank.now)
        if said is None:
            instruction = rails.Instruction(
                key=leg.key,
                payer=account("F"),
                payee=account(leg.receiver),
                amount_rupiah=leg.amount_rupiah,
                remittance=f"Putaran 1 {leg.key}",
                village=leg.receiver,
            )
            said = calls.submit(gateway=self.bank, instruction=instruction, at=self.bank.now)
        self.learn(leg, said)

    def learn(self, leg: PaymentLeg, outcome: rails.Outcome) -> None:
        with transaction.atomic(durable=True):
            legs.learn(leg=legs.locked(leg_id=leg.id), outcome=outcome, act=acts.by_system(at=self.bank.now), matched=False)

    def read_statements(self) -> None:
        today = self.bank.now.astimezone(ZONE).date()
        number = "".join(sign for sign in account("F").number if sign.isdigit())
        for on in (today - datetime.timedelta(days=1), today):
            if self.bank.books.day(account=number, on=on):
                contents = self.bank.camt053(account("F"), on=on)
                matching.import_statement(contents=contents, file=f"{on}.xml", mapping=None, act=Act(by=MAKER, at=self.bank.now))

    def send_again_what_came_back_too_late(self) -> None:
        for line in StatementLine.objects.filter(state=StatementLine.State.SUSPENSE).select_related("leg"):
            self.bank.transfer(payer=account("F"), payee=account(line.leg.receiver), amount_rupiah=line.amount_rupiah, text="Kirim ulang")
            self.read_statements()
            out = StatementLine.objects.get(state=StatementLine.State.OPEN)
            suspense.pay_back(line_id=out.id, source_id=line.id, act=Act(by=MAKER, at=self.bank.now, reason="Dikirim ulang"))

    def balance(self, party: str) -> int:
        return self.bank.books.balance(account(party).number)


@pytest.fixture
def clerk(market) -> Clerk:
    """The worked example is set off, A has paid in, and the payouts are planned."""
    rounds.bank_accounts(A, B, C)
    rounds.worked_example()
    rounds.collecting(collection_days=30)
    bank = Bank(now=T0, seed=7)
    for party, balance in (("F", 0), (A, 41_200), (B, 0), (C, 0)):
        bank.open(account(party), balance_rupiah=balance)
    bank.transfer(payer=account(A), payee=account("F"), amount_rupiah=41_200, text=references.pay_in(cycle_number=1, village_code=A))
    clerk = Clerk(bank)
    clerk.read_statements()
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    return clerk


def to(village: str) -> PaymentLeg:
    return PaymentLeg.objects.get(giver="F", receiver=village)


BEHAVIOURS = (
    *(Behaviour.GOOD, Behaviour.SILENT, Behaviour.LOST, Behaviour.REFUSED, Behaviour.LATE, Behaviour.RETURNED),
    *(
        Behaviour.REPORTED_TWICE | Behaviour.REPORTED_BACKWARDS,
        Behaviour.LATE | Behaviour.RETURNED | Behaviour.REPORTED_TWICE,
        Behaviour.SILENT | Behaviour.RETURNED | Behaviour.REPORTED_BACKWARDS,
    ),
)


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=str)
def test_everybody_has_what_is_theirs_once(clerk, behaviour):
    first = to(B).key
    clerk.bank.behaviours[first] = behaviour

    for _day in range(DAYS):
        state = clerk.day()
    clerk.send_again_what_came_back_too_late()

    assert state == "closed"
    assert {party: clerk.balance(party) for party in ("F", A, B, C)} == {"F": 4_800, A: 0, B: 18_000, C: 18_400}
    assert books.net() == {}
    assert rounds.balances() == {"own-cash": 4_800, "fee-income": -4_800}
    sent_again = PaymentLeg.objects.filter(giver="F", receiver=B).exclude(key=first).exists()
    # Another key only once it is clear that nothing moved, or that it came back.
    assert not sent_again or behaviour & (Behaviour.REFUSED | Behaviour.RETURNED)


def test_a_wrong_amount_changes_nothing_and_waits_for_a_person(clerk):
    leg = to(B)
    clerk.bank.behaviours[leg.key] = Behaviour.WRONG_AMOUNT

    states = {clerk.day() for _day in range(DAYS)}

    assert states == {"paying"}
    assert books.net() == {B: 18_000}
    assert LegEvent.objects.filter(leg=leg, quarantined=True).exists()
    line = StatementLine.objects.get(state=StatementLine.State.OPEN)
    assert (line.why, line.amount_rupiah) == ("wrong-amount", 17_999)
    assert PaymentLeg.objects.filter(giver="F", receiver=B).count() == 1  # not sent again under another key
