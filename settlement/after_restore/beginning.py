"""What a restore does to the settlement, in its own transaction: the money is held, and what nobody may go on from is given up."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from settlement.bank import restored_accounts
from settlement.cycles import lifecycle
from settlement.models import Cycle, MoneyHold
from tenants import activity_log
from tenants.acts import Act
from tenants.codes import FEDERATION

State = Cycle.State
REASON = "Dipulihkan dari cadangan / restored from a backup"


def begin(*, backup_at: datetime, restored_at: datetime, act: Act) -> None:
    """Hold the federation's money: the books are those of `backup_at`. In the caller's transaction, as the owner.

    A cycle that was cut off and not set off is given up: what it froze meets all that happened since in the next one. One that was set off
    goes on: villages pay in, and are paid when the money is released. Every bank account is to be confirmed again. Where a restore before
    this one was never released, the time that the books know nothing of began at its backup.

    :raises RuntimeError: outside a transaction
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("The hold begins together with the restore or not at all")
    held = MoneyHold.objects.select_for_update().filter(state=MoneyHold.State.HELD).first()
    if held is not None:
        backup_at = min(backup_at, held.backup_at)
        held.state, held.released_at = MoneyHold.State.RELEASED, restored_at
        held.save(update_fields=["state", "released_at"])
    found = lifecycle.unfinished()
    if found is not None:
        cycle = lifecycle.locked(number=found.number)
        if cycle.state in Cycle.BEFORE_SETOFF:
            cycle.ended_at, cycle.end_reason = act.at, REASON
            lifecycle.move(cycle=cycle, to=State.ABORTED, action="cycle.aborted", act=act)
        elif cycle.state == State.SETOFF_POSTED:
            lifecycle.move(cycle=cycle, to=State.COLLECTING, action="cycle.collecting", act=act)
    MoneyHold.objects.create(backup_at=backup_at, restored_at=restored_at)
    restored_accounts.doubt_all(act=act)
    activity_log.record(action="money.held", subject_id=FEDERATION, act=act, detail={"backup": backup_at.isoformat()})
