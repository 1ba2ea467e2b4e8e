"""One person and a bank that bring a cycle to its end from wherever it stands, in a process that can be killed at any commit.

The process is a fork of the test's. What the bank was told stands in a file, because a bank remembers when our machine does not.
"""

from __future__ import annotations

import json
import os
import signal
import traceback
from pathlib import Path

from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from settlement import advancing
from settlement.bank.rails import account_rules, calls
from settlement.bank.rails import rail_interface as rails
from settlement.cycles import objections
from settlement.models import Cycle, Objection, Obligation, PaymentLeg
from settlement.payments import cash_payments, legs, payouts, pool_items
from tenants import acts, wake_ups
from tenants.acts import Act
from tests.support.settlement import bank_days, rounds
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B

State = Cycle.State
TURNS_MAX = 40


class Bank:
    """A gateway that moves money once per key and keeps a line for it; each third answer is lost on the way."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def moved(self) -> dict[str, int]:
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return {key: amount for key, amount in map(json.loads, lines)}

    def submit(self, instruction: rails.Instruction) -> rails.Outcome:
        known = self.moved()
        if instruction.key not in known:
            with open(self.file, "a", encoding="utf-8") as file:
                file.write(json.dumps([instruction.key, instruction.amount_rupiah]) + "\n")
            if len(known) % 3 == 0:
                raise TimeoutError("no answer")
        return self._outcome(instruction.amount_rupiah)

    def ask(self, key: str) -> rails.Outcome | None:
        known = self.moved()
        return self._outcome(known[key]) if key in known else None

    def _outcome(self, amount_rupiah: int) -> rails.Outcome:
        return rails.Outcome(state=rails.OutcomeState.SUCCEEDED, amount_rupiah=amount_rupiah, at=T0, evidence="bank")


def run(*, bank: Bank, kill_at: int = 0, before: bool = False) -> int:
    """Finish the cycle in a process of its own, killed before or after its n-th commit; gives how many commits there were, -1 if killed."""
    connections.close_all()
    ours, theirs = os.pipe()
    pid = os.fork()
    if not pid:
        status = 1
        try:
            counted = _count_commits(kill_at, before=before)
            finish(bank=bank)
            os.write(theirs, str(len(counted)).encode())
            status = 0
        except BaseException:
            traceback.print_exc()
        os._exit(status)
    os.close(theirs)
    _, status = os.waitpid(pid, 0)
    with os.fdopen(ours) as pipe:
        told = pipe.read()
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return -1
    assert told, "the treasurer met an error"
    return int(told)


def _count_commits(kill_at: int, *, before: bool) -> list[None]:
    counted: list[None] = []
    commit = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]

    def commit_or_die(wrapper: BaseDatabaseWrapper) -> None:
        counted.append(None)
        if before and len(counted) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        commit(wrapper)
        if len(counted) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    BaseDatabaseWrapper._commit = commit_or_die  # type: ignore[attr-defined]
    return counted


def finish(*, bank: Bank) -> None:
    """Look where the cycle stands, do what comes next, and look again, as people do who find a machine that was restarted."""
    wake_ups.send = lambda **_: None  # no worker listens here
    for _turn in range(TURNS_MAX):
        cycle = rounds.get()
        if cycle.state == State.OPEN:
            rounds.cut_off(objection_days=1, collection_days=3)
        elif cycle.state == State.PROPOSED and not Objection.objects.exists():
            wrong = Obligation.objects.get(debtor=B, creditor="F")
            objections.object_to(number=1, obligation_id=wrong.id, village_code=B, act=Act(by=MAKER, at=T0, reason="Salah"))
        elif cycle.state == State.PROPOSED:
            assert cycle.objections_until_at is not None
            rounds.approve(at=cycle.objections_until_at)
        elif cycle.state in Cycle.TAKES_PAYMENTS:
            pay(cycle, bank=bank)
        elif cycle.state == State.CLOSED:
            return
        advancing.advance(number=1, at=T0)
    raise AssertionError(f"the cycle does not end: {rounds.get().state}")


def pay(cycle: Cycle, *, bank: Bank) -> None:
    """Half of what A owes comes by bank, the other half in cash; creditors with an account are paid by the bank, the others in cash."""
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    pool = pool_items.pool(cycle=cycle)
    room = pool.open_debts.get(A, 0) - pool.incoming.get(A, 0)
    if room == pool.debts[A]:
        bank_days.read(("PS0001-" + A.replace(".", ""), room // 2))
    elif room:
        cash_payments.plan(number=1, giver=A, amount_rupiah=room, direct=True, act=Act(by=MAKER, at=T0))
    for leg in PaymentLeg.objects.filter(cycle=cycle, state__in=PaymentLeg.ACTIVE).order_by("id"):
        if leg.rail == PaymentLeg.Rail.CASH:
            cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=T0))
            cash_payments.receive(number=leg.cycle.number, leg_id=leg.id, party=leg.receiver, act=Act(by=SECOND, at=T0))
        else:
            send(leg, bank=bank)
    for number, key in enumerate(sorted(bank.moved()), start=100):
        bank_days.read((key, -bank.moved()[key]), first=number)


def send(leg: PaymentLeg, *, bank: Bank) -> None:
    """Told to the bank under its key once that is stored; if it may have been told already, the bank is asked first."""
    asked = None if leg.state == PaymentLeg.State.PLANNED else calls.ask(gateway=bank, key=leg.key, at=T0)
    if leg.state == PaymentLeg.State.PLANNED:
        learn(leg, rails.Outcome(state=rails.OutcomeState.ACCEPTED, amount_rupiah=None, at=T0, evidence="sent"))
    if asked is None:
        payee = account_rules.BankAccount(holder="BUMDes", number="1", bank_code="002")
        instruction = rails.Instruction(
            key=leg.key, payer=payee, payee=payee, amount_rupiah=leg.amount_rupiah, remittance=leg.key, village=leg.receiver
        )
        asked = calls.submit(gateway=bank, instruction=instruction, at=T0)
    learn(leg, asked)


def learn(leg: PaymentLeg, outcome: rails.Outcome) -> None:
    with transaction.atomic(durable=True):
        legs.learn(leg=legs.locked(leg_id=leg.id), outcome=outcome, act=acts.by_system(at=T0), matched=False)


def books() -> dict[str, list[tuple[object, ...]]]:
    """All that the cycle leaves behind, without the keys that are new each time."""
    questions = {
        "cycles": "SELECT number, state FROM settlement_cycle ORDER BY 1",
        "setoffs": "SELECT e.debtor, e.creditor, e.open_rupiah, s.amount_rupiah FROM settlement_cycle c JOIN settlement_cycleedge e"
        " USING (snapshot_id) LEFT JOIN settlement_setoff s USING (snapshot_id, place) WHERE c.number = 1 ORDER BY 1, 2, 3, 4",
        "obligations": "SELECT debtor, creditor, amount_rupiah, open_rupiah, cause, cycle_number FROM settlement_obligation"
        " ORDER BY 1, 2, 3, 4, 5, 6",
        "transfers": "SELECT phase, event, debit, credit, amount_rupiah FROM settlement_transfer ORDER BY 1, 2, 3, 4, 5",
        "legs": "SELECT giver, receiver, amount_rupiah, rail, state FROM settlement_paymentleg ORDER BY 1, 2, 3, 4, 5",
        "lines": "SELECT incoming, amount_rupiah, state FROM settlement_statementline ORDER BY 1, 2, 3",
        "actions": "SELECT action, count(*) FROM tenants_activityentry GROUP BY action ORDER BY 1",
    }
    with connection.cursor() as cursor:
        found = {}
        for name, question in questions.items():
            cursor.execute(question)
            found[name] = cursor.fetchall()
        return found
