"""What is sent to a payment gateway and what it answers.

A payment or refund is asked for under a key of ours that never changes and is stored before the call; the same key again gives the answer
of the first time. Whatever a gateway says is read again from it and becomes a reading; `federation.buying.gateway_progress` alone says what
a reading does.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from settlement.bank.rails import rail_interface as rails

KEY_LIVES = timedelta(hours=23)  # gateways forget keys after a day: an older one is looked up, never sent again
CALL_LASTS = timedelta(minutes=10)  # at most: what was told before has arrived by then, or never will
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,49}")


class Channel(enum.StrEnum):
    """By what a buyer pays at a gateway."""

    CARD = "card"
    WALLET = "wallet"
    VIRTUAL_ACCOUNT = "va"
    QRIS = "qris"


class PaymentState(enum.StrEnum):
    """What a gateway can say of a payment."""

    PENDING = "pending"  # it waits for the buyer
    PROCESSING = "processing"  # the buyer has done everything, and it is not decided
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # no money moved, and none will
    CANCELLED = "cancelled"  # so too: it lapsed there, or we cancelled it


class RefundState(enum.StrEnum):
    """What a gateway can say of a refund."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"  # the buyer must say where the money shall go
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # also after it succeeded
    CANCELLED = "cancelled"


class DisputeState(enum.StrEnum):
    """What a gateway can say of a dispute."""

    INQUIRY = "inquiry"  # only a question: no money moves
    OPEN = "open"
    WON = "won"
    LOST = "lost"


class PayoutState(enum.StrEnum):
    """What a gateway can say of a payout to the federation's bank account."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentOrder:
    """What a buyer shall pay: `label` is what they read of it, `return_url` where they come back to, `expires_at` until when it waits.

    :raises ValueError: if the key is not 1 to 50 of A-Z a-z 0-9 - _, or the amount is not above zero; both are made by us, so it is a bug
    """

    key: str
    channel: Channel
    amount_rupiah: int
    label: str
    return_url: str
    expires_at: datetime

    def __post_init__(self) -> None:
        _check(self.key, self.amount_rupiah)


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundOrder:
    """What shall go back of a payment.

    :raises ValueError: as PaymentOrder
    """

    key: str
    payment_key: str
    payment_id: str  # the gateway's own for it
    amount_rupiah: int

    def __post_init__(self) -> None:
        _check(self.key, self.amount_rupiah)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dispute:
    """How a dispute of a payment stands, by the money that it moved: in all withdrawn, given back, and the fees kept and given back."""

    id: str
    state: DisputeState
    withdrawn_rupiah: int = 0
    returned_rupiah: int = 0
    fee_rupiah: int = 0
    fee_returned_rupiah: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentReading:
    """How a payment stands, read from the gateway. `id`: its own for it; `url`: where the buyer pays, empty where nowhere (any more).

    charge_rupiah is None while the gateway does not say what it keeps.
    """

    id: str
    state: PaymentState
    amount_rupiah: int
    charge_rupiah: int | None = None
    url: str = ""
    evidence: str = ""
    disputes: Sequence[Dispute] = ()
    currency: str = "IDR"


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundReading:
    """How a refund stands, read from the gateway."""

    id: str
    state: RefundState
    amount_rupiah: int
    evidence: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PayoutReading:
    """A payout to the federation's bank account; `reference` is what the bank statement will show of it."""

    id: str
    state: PayoutState
    amount_rupiah: int
    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What a gateway lets be done by one channel."""

    largest_rupiah: int | None = None  # of one payment; None: no bound
    refunds: bool = True
    partial_refunds: bool = True
    refund_within: timedelta | None = None  # since it was paid; None: no bound


class Refused(Exception):
    """The gateway understood and said no: nothing happened, and the same call will not succeed. Its words are the message."""


class KeyReused(Exception):
    """A key came back with other terms: that is a bug of ours, or somebody else uses our account."""


class Unreadable(Exception):
    """What came as a notification is none of the gateway's."""


class Gateway(Protocol):
    """A machine that takes money, asked over a network: never inside a database transaction.

    Any OSError (a timeout is one) means that the call may or may not have arrived: ask again, never under another key.
    """

    @property
    def name(self) -> str:
        """Under which it stands in the ledger and in settings."""

    @property
    def terms(self) -> dict[Channel, Terms]:
        """The channels that it takes, with what each allows."""

    @property
    def rail(self) -> rails.PayoutGateway | None:
        """By which it pays villages out of what it holds; None if it cannot."""

    def start(self, order: PaymentOrder) -> PaymentReading:
        """Begin a payment; the same order again gives how the first one stands.

        :raises KeyReused, Refused, OSError: as they say
        """

    def read(self, *, key: str, id: str) -> PaymentReading | None:
        """How a payment stands, by the gateway's own id where that is known (else empty), or by our key; None if it never arrived.

        :raises OSError: if no answer came
        """

    def cancel(self, *, key: str, id: str) -> PaymentReading | None:
        """Let nobody pay it any more. Gives how it stands: cancelled, or what it was too late for; None if it never arrived.

        :raises OSError: if no answer came
        """

    def refund(self, order: RefundOrder) -> RefundReading:
        """Send money back; the same order again gives how the first one stands.

        :raises KeyReused, Refused, OSError: as they say
        """

    def read_refund(self, *, key: str, id: str) -> RefundReading | None:
        """How a refund stands; None if it never arrived.

        :raises OSError: if no answer came
        """

    def key_of(self, *, body: bytes, headers: Mapping[str, str]) -> str | None:
        """Our key of the payment or refund of which a notification speaks; None if it speaks of something else. Asks nobody.

        :raises Unreadable: if the gateway did not send it: no signature of its own, or not in its form
        """

    def payouts(self) -> Sequence[PayoutReading]:
        """What it has paid out to the federation's account lately, or is about to.

        :raises OSError: if no answer came
        """


def _check(key: str, amount_rupiah: int) -> None:
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} cannot be the key of a payment")
    if amount_rupiah <= 0:
        raise ValueError(f"{amount_rupiah} rupiah are no payment")
