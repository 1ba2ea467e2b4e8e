"""What a person says that a line of a bank statement is: kept on the line, made once, and never changed.

The same decision sent twice, by the same person and for the same reason, is made once; anything else about a line that was decided is
refused, so that nobody is told that something was booked which was not.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement import apps
from settlement.models import StatementLine
from tenants import activity_log
from tenants.acts import Act
from tenants.codes import FEDERATION
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

State = StatementLine.State
CHANGES = apps.SettlementConfig.limited_updates["settlement_statementline"]  # what the application's role may change of a line


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What a person says that a line is."""

    what: str  # StatementLine.Decision
    reason: str
    by: UUID | None
    village: str = ""  # of a pay-in
    source_id: UUID | None = None  # the line whose money was paid back, or taken back by the bank
    gateway: str = ""  # of money that a payment gateway paid out or took
    cycle_number: int | None = None  # of a pay-in, once it is known


class AlreadyDecided(DomainError):
    """The line was decided, and not just so by this person."""

    kind = Kind.CONFLICT
    code = "line-already-decided"
    sentence = gettext_noop("Baris ini sudah diputuskan. Buka lagi halamannya.")


class ReasonMissing(DomainError):
    """A decision about money says why."""

    kind = Kind.INVALID
    code = "line-reason-missing"
    sentence = gettext_noop("Tulis alasannya, supaya pemeriksa mengerti.")


@dataclass(slots=True)
class Deciding:
    """A decision while it is made: who makes it and why, what it says, and the lines that it is about, locked in the order of their ids."""

    act: Act
    decision: Decision

    def waiting(self, line_id: UUID, *, within: tuple[str, ...]) -> StatementLine | None:
        """The line, locked, while it waits for a decision in one of these states; None if it is just this that was decided before.

        :raises AlreadyDecided: if anything else was, or there is no such line
        """
        [line] = self.locked(line_id)
        return line if self.is_open(line, within=within) else None

    def locked(self, *line_ids: UUID) -> list[StatementLine]:
        """Lines in the order given, locked in the order of their ids.

        :raises AlreadyDecided: if there is none such
        """
        rows = StatementLine.objects.select_for_update(no_key=True).filter(id__in=line_ids).order_by("id")
        found = {line.id: line for line in rows}
        if len(found) != len(set(line_ids)):
            raise AlreadyDecided
        return [found[line_id] for line_id in line_ids]

    def is_open(self, line: StatementLine, *, within: tuple[str, ...]) -> bool:
        """Whether a locked line still waits for this decision; False if it is just what was decided before.

        :raises AlreadyDecided: if anything else was
        """
        if line.state in within:
            return True
        if is_decided(line, self.decision):
            return False
        raise AlreadyDecided

    def decide(self, line: StatementLine, *, to: str) -> None:
        """Write the decision on a locked line, and in the activity log."""
        decision = self.decision
        line.state, line.why, line.decided_by, line.decided_at = to, decision.reason, decision.by, self.act.at
        line.decision, line.decided_village = decision.what, decision.village
        line.decided_source, line.decided_gateway, line.decided_cycle = decision.source_id, decision.gateway, decision.cycle_number
        line.text = line.text if to == State.SUSPENSE else ""
        line.save(update_fields=CHANGES)
        source = str(decision.source_id or "")
        sums = {"rupiah": line.amount_rupiah, "sen": line.sen, "incoming": line.incoming}
        terms: dict[str, object] = {"decision": decision.what, "village": decision.village, "source": source, "gateway": decision.gateway}
        activity_log.record(
            action="statement.line-decided",
            subject_id=str(line.id),
            act=self.act,
            detail={name: value for name, value in {**terms, **sums, "cycle": decision.cycle_number}.items() if value},
        )


@contextlib.contextmanager
def deciding(*, what: str, act: Act, village: str = "", source_id: UUID | None = None, gateway: str = "") -> Iterator[Deciding]:
    """What every decision about a line begins with: who may make it, why, and its transaction, in which it locks what it needs.

    :raises ReasonMissing: without a reason
    :raises permissions.Forbidden: unless `act.by` decides statement lines
    """
    permissions.require(act.by, Permission.DECIDE_STATEMENT_LINES, FEDERATION)
    act = act.with_given_reason(missing=ReasonMissing())
    decision = Decision(what=what, reason=act.reason, by=act.by.account_id, village=village, source_id=source_id, gateway=gateway)
    with transaction.atomic(durable=True):
        yield Deciding(act, decision)


def is_decided(line: StatementLine, decision: Decision) -> bool:
    """Whether the last decision about the line was this person's, this one, for this reason; of any cycle, if it names none.

    A line that was withdrawn since stands for nothing.
    """
    last = Decision(
        what=line.decision,
        reason=line.why,
        by=line.decided_by,
        village=line.decided_village,
        source_id=line.decided_source,
        gateway=line.decided_gateway,
        cycle_number=line.decided_cycle if decision.cycle_number else None,
    )
    return line.state != State.WITHDRAWN and last == decision
