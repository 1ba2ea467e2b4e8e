"""The gateway itself: what we ask of it, and what buyers, their banks and its own days do to it. It moves money only where those say so."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from settlement.bank.gateways import gateway_interface as gateways
from settlement.bank.gateways.gateway_interface import (
    Channel,
    Dispute,
    DisputeState,
    PaymentOrder,
    PaymentReading,
    PaymentState,
    PayoutReading,
    PayoutState,
    RefundOrder,
    RefundReading,
    RefundState,
    Terms,
)
from settlement.bank.rails import rail_interface as rails
from tests.support.gateways.machine import Machine

NAME = "uji"
CHARGE_RUPIAH = 2_500  # of each payment
SIGNATURE = "dari uji"  # of its notifications


@dataclass
class _Payment:
    order: PaymentOrder
    reading: PaymentReading
    disputes: dict[str, Dispute] = field(default_factory=dict)

    def now(self) -> PaymentReading:
        return dataclasses.replace(self.reading, disputes=tuple(self.disputes.values()))


@dataclass
class _Refund:
    order: RefundOrder
    reading: RefundReading


class StatefulGateway:
    """One gateway with all that happened at it.

    balance_rupiah: what it holds for us. calls: what it was asked, each as "verb key". notifications: the payments and refunds of which
    it has said, by "payment" or "refund" and our key, that something changed; a test hands them on as it likes.
    """

    name = NAME

    def __init__(self) -> None:
        self.terms = dict.fromkeys(Channel, Terms(largest_rupiah=50_000_000))
        self.rail = Machine(self)
        self.balance_rupiah = 0
        self.calls: list[str] = []
        self.notifications: list[tuple[str, str]] = []
        self._payments: dict[str, _Payment] = {}
        self._refunds: dict[str, _Refund] = {}
        self._payouts: list[PayoutReading] = []
        self._numbers = itertools.count(1)
        self._silent: set[str] = set()
        self._deaf: set[str] = set()
        self._refusing: set[str] = set()

    # -- what we ask of it: settlement.bank.gateways.gateway_interface.Gateway --

    def start(self, order: PaymentOrder) -> PaymentReading:
        with self._call("start", order.key):
            if order.key not in self._payments:
                number = f"pay_{next(self._numbers)}"
                url = f"https://gerbang.test/{number}"
                reading = PaymentReading(id=number, state=PaymentState.PENDING, amount_rupiah=order.amount_rupiah, url=url)
                self._payments[order.key] = _Payment(order, reading)
            payment = self._payments[order.key]
            if (payment.order.amount_rupiah, payment.order.channel) != (order.amount_rupiah, order.channel):
                raise gateways.KeyReused
            return payment.now()

    def read(self, *, key: str, id: str) -> PaymentReading | None:
        with self._call("read", key):
            return self._payments[key].now() if key in self._payments else None

    def cancel(self, *, key: str, id: str) -> PaymentReading | None:
        with self._call("cancel", key):
            if key not in self._payments:
                return None
            if self._payments[key].reading.state is PaymentState.PENDING:
                self._become(key, PaymentState.CANCELLED, url="")
            return self._payments[key].now()

    def refund(self, order: RefundOrder) -> RefundReading:
        with self._call("refund", order.key):
            if order.key not in self._refunds:
                reading = RefundReading(id=f"re_{next(self._numbers)}", state=RefundState.PENDING, amount_rupiah=order.amount_rupiah)
                self._refunds[order.key] = _Refund(order, reading)
            refund = self._refunds[order.key]
            if refund.order != order:
                raise gateways.KeyReused
            return refund.reading

    def read_refund(self, *, key: str, id: str) -> RefundReading | None:
        with self._call("read_refund", key):
            return self._refunds[key].reading if key in self._refunds else None

    def key_of(self, *, body: bytes, headers: Mapping[str, str]) -> str | None:
        try:
            told = json.loads(body)
        except ValueError as error:
            raise gateways.Unreadable(str(error)) from error
        if not isinstance(told, dict) or headers.get("X-Signature") != SIGNATURE:
            raise gateways.Unreadable
        return told.get("key")

    def payouts(self) -> list[PayoutReading]:
        with self._call("payouts", ""):
            return list(self._payouts)

    # -- what happens at it --

    def pay(self, key: str, *, amount_rupiah: int | None = None, charge_rupiah: int | None = CHARGE_RUPIAH) -> None:
        """The buyer has paid; another amount than was asked for is a gateway's mistake."""
        amount = self._payments[key].order.amount_rupiah if amount_rupiah is None else amount_rupiah
        self.balance_rupiah += amount - (charge_rupiah or 0)
        self._become(key, PaymentState.SUCCEEDED, url="", amount_rupiah=amount, charge_rupiah=charge_rupiah)

    def say_charge(self, key: str, charge_rupiah: int = CHARGE_RUPIAH) -> None:
        """What it keeps is known only now."""
        self.balance_rupiah -= charge_rupiah
        self._become(key, PaymentState.SUCCEEDED, charge_rupiah=charge_rupiah)

    def process(self, key: str) -> None:
        """The buyer has done everything, and the bank has not decided."""
        self._become(key, PaymentState.PROCESSING)

    def fail(self, key: str) -> None:
        """It will never be paid."""
        self._become(key, PaymentState.FAILED, url="")

    def lapse(self, key: str) -> None:
        """Nobody paid in time."""
        self._become(key, PaymentState.CANCELLED, url="")

    def refund_becomes(self, key: str, state: RefundState) -> None:
        """A refund goes on; money leaves with its success, and comes again if it fails after that."""
        refund = self._refunds[key]
        moved = (state is RefundState.SUCCEEDED) - (refund.reading.state is RefundState.SUCCEEDED)
        self.balance_rupiah -= moved * refund.order.amount_rupiah
        refund.reading = dataclasses.replace(refund.reading, state=state)
        self.notifications.append(("refund", key))

    def dispute(self, key: str, *, amount_rupiah: int, fee_rupiah: int = 0, inquiry: bool = False) -> str:
        """The buyer's bank asks for money back; gives the dispute's id. An inquiry moves none."""
        number = f"dp_{next(self._numbers)}"
        if inquiry:
            self.dispute_becomes(key, Dispute(id=number, state=DisputeState.INQUIRY))
        else:
            opened = Dispute(id=number, state=DisputeState.OPEN, withdrawn_rupiah=amount_rupiah, fee_rupiah=fee_rupiah)
            self.dispute_becomes(key, opened)
        return number

    def dispute_becomes(self, key: str, dispute: Dispute) -> None:
        """How a dispute stands now, and the money that moved with it."""
        before = self._payments[key].disputes.get(dispute.id, Dispute(id=dispute.id, state=dispute.state))
        self.balance_rupiah += _moved(dispute) - _moved(before)
        self._payments[key].disputes[dispute.id] = dispute
        self.notifications.append(("payment", key))

    def pay_out(self, amount_rupiah: int, *, state: PayoutState = PayoutState.PAID) -> str:
        """It sends money to the federation's bank; gives what the bank's statement will show."""
        number = next(self._numbers)
        reference = f"UJI-PAYOUT-{number:04}"
        self.balance_rupiah -= amount_rupiah
        self._payouts.append(PayoutReading(id=f"po_{number}", state=state, amount_rupiah=amount_rupiah, reference=reference))
        return reference

    # -- how it behaves --

    def does_not_answer(self, *verbs: str) -> None:
        """From now on these do what they are asked, and their answer never arrives."""
        self._silent = set(verbs)

    def does_not_hear(self, *verbs: str) -> None:
        """From now on what these are asked never arrives."""
        self._deaf = set(verbs)

    def refuses(self, *verbs: str) -> None:
        """From now on it says no to these."""
        self._refusing = set(verbs)

    def keys(self, *, waiting: bool = False) -> list[str]:
        """Our keys of the payments that it knows, in their order; `waiting`: those that a buyer can still pay."""
        return [key for key, payment in self._payments.items() if not waiting or payment.reading.state is PaymentState.PENDING]

    def state_of(self, key: str) -> PaymentState:
        """How a payment stands, without a call."""
        return self._payments[key].reading.state

    def refund_state_of(self, key: str) -> RefundState:
        """How a refund stands, without a call."""
        return self._refunds[key].reading.state

    def refund_keys(self) -> list[str]:
        """Our keys of the refunds that it knows, in their order."""
        return list(self._refunds)

    def instructed(self) -> list[rails.Instruction]:
        """What it was asked to pay villages."""
        return list(self.rail.instructions.values())

    @contextmanager
    def _call(self, verb: str, key: str) -> Iterator[None]:
        self.calls.append(f"{verb} {key}".strip())
        if verb in self._deaf:
            raise TimeoutError(verb)
        if verb in self._refusing:
            raise gateways.Refused(f"no {verb}")
        yield
        if verb in self._silent:
            raise TimeoutError(verb)

    def _become(self, key: str, state: PaymentState, **changes: object) -> None:
        payment = self._payments[key]
        payment.reading = dataclasses.replace(payment.reading, state=state, **changes)  # type: ignore[arg-type]
        self.notifications.append(("payment", key))


def _moved(dispute: Dispute) -> int:
    return dispute.returned_rupiah + dispute.fee_returned_rupiah - dispute.withdrawn_rupiah - dispute.fee_rupiah
