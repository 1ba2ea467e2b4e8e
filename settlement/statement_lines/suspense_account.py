"""The suspense account: money that came and whose it is nobody knows yet, by the line of the bank's statement that brought it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from settlement.ledger import parties, transfers
from settlement.ledger.transfers import PlannedTransfer
from settlement.models import PaymentLeg, StatementLine, Transfer
from tenants.codes import FEDERATION


def left_of(*, line: StatementLine) -> int:
    """What still lies in suspense of a line, in rupiah; also of a payout that came back after its cycle, whose leg it shows."""
    causes = [line.id, *([line.leg_id] if line.leg_id else [])]
    rows = Transfer.objects.filter(cause_id__in=causes, phase=Transfer.Phase.POSTED)
    put = rows.filter(credit=parties.SUSPENSE).aggregate(sum=Sum("amount_rupiah"))["sum"] or 0
    taken = rows.filter(debit=parties.SUSPENSE).aggregate(sum=Sum("amount_rupiah"))["sum"] or 0
    return int(put - taken)


def put_in(line: StatementLine, *, at: datetime) -> None:
    """The rupiah of a line came, and nobody knows yet for whom."""
    entry = PlannedTransfer(event="unclear", debit=parties.AGENT_CASH, credit=parties.SUSPENSE, amount_rupiah=line.amount_rupiah)
    transfers.record(entries=[entry], reference=f"line:{line.id}:held", cause_id=line.id, happened_at=at)


def take_out(line: StatementLine, *, amount_rupiah: int, at: datetime) -> None:
    """So much of a line's money has found whose it is, or was given back."""
    left = left_of(line=line)
    entry = PlannedTransfer(event="cleared-up", debit=parties.SUSPENSE, credit=parties.AGENT_CASH, amount_rupiah=amount_rupiah)
    transfers.record(entries=[entry], reference=f"line:{line.id}:cleared:{left}", cause_id=line.id, happened_at=at)


def payments_of(*, line_id: UUID) -> QuerySet[PaymentLeg]:
    """The payments of villages that a line showed, or that a person counted out of it, as far as they still count."""
    counted = Transfer.objects.filter(
        cause_id=line_id, event="cleared-up", amount_rupiah=OuterRef("amount_rupiah"), happened_at=OuterRef("planned_at")
    )
    shown = StatementLine.objects.filter(leg=OuterRef("id"))
    rows = PaymentLeg.objects.filter(receiver=FEDERATION, rail=PaymentLeg.Rail.BANK, state=PaymentLeg.State.SUCCEEDED)
    return rows.filter(Q(Exists(shown.filter(id=line_id))) | (Q(Exists(counted)) & ~Q(Exists(shown))))
