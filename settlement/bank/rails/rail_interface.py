"""What is sent to a rail and what it answers.

A leg is one movement of whole rupiah in a cycle under a key that never changes (at a bank: the end-to-end id). Three kinds carry it:

- *file rails*: the instructions of many legs become one file that a person uploads at the bank's portal (`pain001`, `portal_csv`).
  Nothing is known of them until the bank's statement is read;
- *hand rails*: cash from hand to hand; the giver's word is `accepted`, the receiver's is `succeeded`;
- *gateway rails*: a machine that answers (`PayoutGateway`), late, twice, in the wrong order or not at all (`calls` asks it).

Whatever comes back is an `Outcome`, and `progress.after` alone says what it does to a leg.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext_noop

from settlement.bank.rails import account_rules
from tenants import errors

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,34}")


class OutcomeState(enum.StrEnum):
    """What a rail can say of an instruction."""

    ACCEPTED = "accepted"  # taken on; whether money moves is still to come
    UNKNOWN = "unknown"  # no answer; it may have happened
    FAILED = "failed"  # no money moved, or, after a success: it did not stay
    SUCCEEDED = "succeeded"
    RETURNED = "returned"  # it had moved and came back


@dataclass(frozen=True, slots=True)
class Instruction:
    """One leg as it is sent to a rail. `village` is what a refusal calls the receiver; `remittance` is what the receiver reads.

    :raises ValueError: if the key is not 1 to 35 of A-Z a-z 0-9 -, the first no dash; keys are made by us, so this is a bug
    """

    key: str
    payer: account_rules.BankAccount
    payee: account_rules.BankAccount
    amount_rupiah: int
    remittance: str
    village: str

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError(f"{self.key!r} cannot be the key of a payment leg")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rail says of a key: the money that it speaks of, the receiver's account where it names one, when, and its own words.

    `amount_rupiah` is None, and `account` empty, where the rail does not say.
    """

    state: OutcomeState
    amount_rupiah: int | None
    at: datetime
    evidence: str
    account: str = ""


class KeyReused(errors.DomainError):
    """A key came back with other terms: another amount, another account."""

    kind = errors.Kind.CONFLICT
    code = "payment-key-reused"
    sentence = gettext_noop("Pembayaran %(key)s sudah pernah dikirim dengan isi lain. Periksa dulu yang pertama; jangan kirim ulang.")


class PayoutGateway(Protocol):
    """A machine that moves money, asked over a network: never inside a database transaction.

    Any OSError (a timeout is one) means that the instruction may or may not have arrived.
    """

    def submit(self, instruction: Instruction) -> Outcome:
        """Hand an instruction over; the same one again gives the answer of the first time and moves nothing.

        :raises KeyReused: if its key is known with other terms
        :raises OSError: if no answer came
        """

    def ask(self, key: str) -> Outcome | None:
        """How things stand with a key; None if it never arrived, so that the same instruction may be sent again under the same key.

        :raises OSError: if no answer came
        """
