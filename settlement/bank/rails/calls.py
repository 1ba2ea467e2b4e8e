"""Asking a gateway so that silence is an answer too: unknown, which means ask again, never pay again under another key."""

from __future__ import annotations

from datetime import datetime

from settlement.bank.rails import rail_interface as rails


def submit(*, gateway: rails.PayoutGateway, instruction: rails.Instruction, at: datetime) -> rails.Outcome:
    """Hand an instruction over. The leg must be stored as submitted, and committed, before: a crash then leaves a key to ask for.

    :raises settlement.bank.rails.rail_interface.KeyReused: if the gateway knows the key with other terms
    """
    try:
        return gateway.submit(instruction)
    except OSError as silence:
        return _unknown(silence, at=at)


def ask(*, gateway: rails.PayoutGateway, key: str, at: datetime) -> rails.Outcome | None:
    """How things stand with a key; None only if the gateway says that it never heard of it."""
    try:
        return gateway.ask(key)
    except OSError as silence:
        return _unknown(silence, at=at)


def _unknown(silence: OSError, *, at: datetime) -> rails.Outcome:
    return rails.Outcome(state=rails.OutcomeState.UNKNOWN, amount_rupiah=None, at=at, evidence=f"{type(silence).__name__}: {silence}")
