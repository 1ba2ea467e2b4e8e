"""By what the gateway of tests pays villages: it answers as a test says, and remembers what it was asked."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Protocol

from settlement.bank.rails import rail_interface as rails
from settlement.bank.rails.rail_interface import OutcomeState


class _GatewayBalance(Protocol):
    balance_rupiah: int


class Machine:
    """A PayoutGateway of the rails. Each of `answers` is that of one call, or its silence; without any more, instructions succeed.

    refused: keys that it has heard of with other terms
    """

    def __init__(self, holder: _GatewayBalance, *answers: OutcomeState | OSError) -> None:
        self.holder = holder
        self.answers = list(answers)
        self.instructions: dict[str, rails.Instruction] = {}
        self.outcomes: dict[str, rails.Outcome] = {}
        self.refused: set[str] = set()

    def submit(self, instruction: rails.Instruction) -> rails.Outcome:
        if instruction.key in self.refused:
            raise rails.KeyReused(key=instruction.key)
        if instruction.key not in self.instructions:
            self.instructions[instruction.key] = instruction
            self.outcomes[instruction.key] = rails.Outcome(
                state=OutcomeState.ACCEPTED, amount_rupiah=instruction.amount_rupiah, at=datetime.now(UTC), evidence="kata gerbang"
            )
        return self._answered(instruction.key)

    def ask(self, key: str) -> rails.Outcome | None:
        return self._answered(key) if key in self.instructions else None

    def _answered(self, key: str) -> rails.Outcome:
        answer = self.answers.pop(0) if self.answers else OutcomeState.SUCCEEDED
        if isinstance(answer, OSError):
            raise answer
        moved = (answer is OutcomeState.SUCCEEDED) - (self.outcomes[key].state is OutcomeState.SUCCEEDED)
        self.holder.balance_rupiah -= moved * self.instructions[key].amount_rupiah
        self.outcomes[key] = dataclasses.replace(self.outcomes[key], state=answer)
        return self.outcomes[key]
