"""A bank that remembers, and behaves for each payment as a test says: everything that banks do to payments, but on request.

It takes pain.001 files, portal tables and single instructions (it is a `PayoutGateway of the rails`), and tells what happened by
answers, by notices and by statements. Its time is what the test says (`wait`); its whims come from a seed.
"""

from __future__ import annotations

import datetime
import enum
import random
from collections import defaultdict
from dataclasses import dataclass, field

from settlement.bank.rails import account_rules
from settlement.bank.rails import rail_interface as rails
from settlement.bank.rails.rail_interface import OutcomeState
from tests.support.bank import bank_statements, bookings, payment_files

DAYS_LATE = 3
DAYS_UNTIL_RETURN = 1


class Behaviour(enum.Flag):
    """What happens to a payment; several can."""

    GOOD = 0
    SILENT = enum.auto()  # submitting times out, and it was done all the same
    LOST = enum.auto()  # submitting times out the first time, and it never arrived
    REFUSED = enum.auto()
    LATE = enum.auto()  # taken on now, done three days later
    WRONG_AMOUNT = enum.auto()
    RETURNED = enum.auto()  # done, and back a day later
    REPORTED_TWICE = enum.auto()
    REPORTED_BACKWARDS = enum.auto()  # its notices come when all is over, the last first


@dataclass
class _Payment:
    """One key: its terms, what the bank said first, what it says now, and what is still to come, by its time."""

    terms: tuple[str, str, int]
    text: str
    behaviour: Behaviour
    outcomes: list[rails.Outcome] = field(default_factory=list)
    reported: int = 0
    due: list[tuple[datetime.datetime, OutcomeState]] = field(default_factory=list)


class Bank:
    """The bank of all accounts in a test."""

    def __init__(self, *, now: datetime.datetime, seed: int = 0) -> None:
        self.now = now
        self.books = bookings.Books()
        self.behaviours: dict[str, Behaviour] = defaultdict(lambda: Behaviour.GOOD)
        self._payments: dict[str, _Payment] = {}
        self._lost: set[str] = set()
        self._whims = random.Random(seed)

    def open(self, account: account_rules.BankAccount, *, balance_rupiah: int) -> None:
        """Keep an account; whatever stands between the digits of its number does not count."""
        self.books.open(account=_digits(account.number), name=account.holder, balance_rupiah=balance_rupiah)

    # What people bring.

    def transfer(self, *, payer: account_rules.BankAccount, payee: account_rules.BankAccount, amount_rupiah: int, text: str) -> None:
        """Somebody pays in by hand: no key, a text, which the bank breaks and changes as it likes."""
        self.books.move(
            payer=_digits(payer.number),
            payee=_digits(payee.number),
            amount_rupiah=amount_rupiah,
            at=self.now,
            key="",
            text=self._mangled(text),
        )

    def take_pain001(self, contents: bytes, *, lost: bool = False) -> None:
        """A file from the portal; `lost` is one that the portal thanked for and nobody saw again.

        :raises ValueError: if it is not valid or its sums do not agree
        :raises settlement.bank.rails.rail_interface.KeyReused: if a key is known with other terms; nothing of the file is done then
        """
        self._take(payment_files.pain001(contents), lost=lost)

    def take_table(self, contents: bytes, *, payer: account_rules.BankAccount, lost: bool = False) -> None:
        """The portal's table for the account of whoever is logged in; as `take_pain001`."""
        self._take(payment_files.table(contents, payer=_digits(payer.number)), lost=lost)

    # What a machine asks.

    def submit(self, instruction: rails.Instruction) -> rails.Outcome:
        """As the protocol says; a known key gives the first answer again."""
        order = payment_files.Order(
            key=instruction.key,
            payer=_digits(instruction.payer.number),
            payee=_digits(instruction.payee.number),
            amount_rupiah=instruction.amount_rupiah,
            text=instruction.remittance,
        )
        behaviour = self.behaviours[order.key]
        if Behaviour.LOST in behaviour and order.key not in self._lost:
            self._lost.add(order.key)
            raise TimeoutError("nothing heard for 30 s")
        known = order.key in self._payments
        self._check(order)
        self._accept(order)
        if Behaviour.SILENT in behaviour and not known:
            raise TimeoutError("nothing heard for 30 s")
        outcomes = self._payments[order.key].outcomes
        return outcomes[0] if Behaviour.LATE in behaviour else outcomes[1]

    def ask(self, key: str) -> rails.Outcome | None:
        """How things stand with a key; None for one that never arrived."""
        return self._payments[key].outcomes[-1] if key in self._payments else None

    # What the bank tells.

    def wait(self, *, days: int = 0, hours: int = 0) -> None:
        """Let time pass: what falls due until then is done at its hour."""
        until = self.now + datetime.timedelta(days=days, hours=hours)
        while due := sorted((at, key) for key, payment in self._payments.items() for at, _state in payment.due[:1] if at <= until):
            self.now, key = due[0]
            self._happen(key)
        self.now = until

    def notices(self) -> list[tuple[str, rails.Outcome]]:
        """What it has to tell since it was asked last, key by key: in order or not, once or twice."""
        reported: list[tuple[str, rails.Outcome]] = []
        for key, payment in self._payments.items():
            if Behaviour.REPORTED_BACKWARDS in payment.behaviour and payment.due:
                continue
            fresh = payment.outcomes[payment.reported :]
            payment.reported = len(payment.outcomes)
            ordered = fresh[::-1] if Behaviour.REPORTED_BACKWARDS in payment.behaviour else fresh
            reported += [
                (key, outcome) for outcome in ordered for _time in range(2 if Behaviour.REPORTED_TWICE in payment.behaviour else 1)
            ]
        return reported

    def camt053(self, account: account_rules.BankAccount, *, on: datetime.date, collective: bool = False) -> bytes:
        """The statement of a day; `collective` books all credits of the day as one and parts them beneath."""
        return bank_statements.camt053(self.books, account=_digits(account.number), on=on, collective=collective)

    def table(self, account: account_rules.BankAccount, *, on: datetime.date) -> bytes:
        """The statement of a day as a table, which `bank_statements.MAPPING` describes."""
        return bank_statements.table(self.books, account=_digits(account.number), on=on)

    # What it does behind the counter.

    def _take(self, orders: list[payment_files.Order], *, lost: bool) -> None:
        if lost:
            return
        for order in orders:
            self._check(order)
        for order in orders:
            self._accept(order)

    def _check(self, order: payment_files.Order) -> None:
        known = self._payments.get(order.key)
        if known and known.terms != order.terms:
            raise rails.KeyReused(key=order.key)

    def _accept(self, order: payment_files.Order) -> None:
        if order.key in self._payments:
            return
        behaviour = self.behaviours[order.key]
        self._payments[order.key] = payment = _Payment(order.terms, self._mangled(order.text), behaviour)
        self._say(order.key, OutcomeState.ACCEPTED, None)
        done_at = self.now + datetime.timedelta(days=DAYS_LATE if Behaviour.LATE in behaviour else 0)
        payment.due.append((done_at, OutcomeState.FAILED if Behaviour.REFUSED in behaviour else OutcomeState.SUCCEEDED))
        if Behaviour.RETURNED in behaviour and Behaviour.REFUSED not in behaviour:
            payment.due.append((done_at + datetime.timedelta(days=DAYS_UNTIL_RETURN), OutcomeState.RETURNED))
        if Behaviour.LATE not in behaviour:
            self._happen(order.key)

    def _happen(self, key: str) -> None:
        """The next thing that is due of a payment."""
        payment = self._payments[key]
        payer, payee, amount = payment.terms
        _at, state = payment.due.pop(0)
        if Behaviour.WRONG_AMOUNT in payment.behaviour:
            amount = amount - 1 or 2
        short = state is OutcomeState.SUCCEEDED and self.books.balance(payer) < amount
        if short or state is OutcomeState.FAILED or payee not in self.books.names:
            payment.due.clear()
            self._say(key, OutcomeState.FAILED, payment.terms[2])
            return
        back = state is OutcomeState.RETURNED
        giver, taker = (payee, payer) if back else (payer, payee)
        self.books.move(payer=giver, payee=taker, amount_rupiah=amount, at=self.now, key=key, text=payment.text, reversal=back)
        self._say(key, state, amount)

    def _say(self, key: str, state: OutcomeState, amount_rupiah: int | None) -> None:
        payment = self._payments[key]
        outcome = rails.Outcome(state=state, amount_rupiah=amount_rupiah, at=self.now, evidence=f"bank: {state}", account=payment.terms[1])
        payment.outcomes.append(outcome)

    def _mangled(self, text: str) -> str:
        """The text as the bank passes it on: as it was, in capitals, or broken after so many signs."""
        width = self._whims.choice((0, 0, 16, 35))
        if self._whims.random() < 0.5:
            text = text.upper()
        return "\n".join(text[start : start + width] for start in range(0, len(text), width)) if width else text


def _digits(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit())
