"""What becomes of a refund: paid out, owed again, or void. Its columns and a row that nobody changes are written together here."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_noop

from federation.models import Refund, RefundStep, TakeOver
from tenants.acts import Act
from tenants.errors import DomainError, Kind
from tenants.people import accounts

Step = RefundStep.Step


class PaidOutAlready(DomainError):
    """The buyer has this money, by another person or another form: whoever reads "done" here would give it a second time."""

    kind = Kind.CONFLICT
    code = "refund-paid-out-already"
    sentence = gettext_noop("Uang ini sudah dikembalikan ke pembeli oleh %(who)s, %(when)s. Jangan dibayar lagi.")


def paid_out_already(row: Refund | TakeOver, /) -> PaidOutAlready:
    """What whoever pays such money a second time is told."""
    return PaidOutAlready(who=accounts.called(account_id=row.paid_out_by), when=row.paid_out_at)


def pay_out(*, refund: Refund, act: Act) -> None:
    """The buyer has the money of a locked refund."""
    _take(Step.PAID_OUT, refund, act=act, paid_out_at=act.at, paid_out_by=act.by.account_id)


def owe_again(*, refund_id: UUID, act: Act) -> None:
    """What was paid out came back: the buyer still waits for it."""
    refund = Refund.objects.select_for_update().get(id=refund_id)
    if refund.paid_out_at is not None:
        _take(Step.OWED_AGAIN, refund, act=act, paid_out_at=None, paid_out_by=None)


def void(*, refunds: Iterable[Refund], act: Act) -> None:
    """The payment behind these locked refunds was undone: they are owed no more."""
    for refund in refunds:
        _take(Step.VOIDED, refund, act=act, voided_at=act.at)


def _take(step: Step, refund: Refund, *, act: Act, **columns: object) -> None:
    turn = RefundStep.objects.filter(refund=refund).aggregate(last=Max("turn"))["last"] or 0
    for name, value in columns.items():
        setattr(refund, name, value)
    refund.save(update_fields=list(columns))
    RefundStep.objects.create(refund=refund, turn=turn + 1, step=step, by=act.by.account_id, at=act.at)
