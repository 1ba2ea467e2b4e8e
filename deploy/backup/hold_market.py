"""What makes a restored market safe to look at: nobody is signed in, nothing goes out, and no number is given twice. One transaction.

What the lost market did between the backup and its end is in no book, so nothing is done as if it had not happened.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import transaction

from deploy.backup import make_backup
from federation.buying import receipt_numbers
from settlement.after_restore import beginning
from settlement.cycles import cycle_numbers
from tenants import activity_log, market_restores, trade_holds
from tenants.acts import Act
from tenants.db import context
from tenants.events import held_deliveries
from tenants.people import sign_ins


def number(*, backup_at: datetime) -> UUID:
    """The number of a restore by other means: the same whenever the same database is held for the same moment."""
    return uuid5(NAMESPACE_OID, f"{make_backup.database_facts().market} {backup_at.astimezone(UTC).isoformat()}")


def hold(*, restore_id: UUID, backup_at: datetime, act: Act) -> None:
    """Hold a market that was restored to the moment of its backup. Done once for each restore, also when it is asked for twice.

    Deliveries are held first: what is announced by the holds themselves goes out. Trade is held until each village's manager has looked,
    the federation's money until two persons release it.
    """
    with context.public(), transaction.atomic(durable=True):
        if not market_restores.record(restore_id=restore_id, backup_at=backup_at, restored_at=act.at):
            return
        held = held_deliveries.hold_all(at=act.at)
        ended = sign_ins.end_all()
        trade_holds.hold_all(backup_at=backup_at, act=act)
        beginning.begin(backup_at=backup_at, restored_at=act.at, act=act)
        receipt_numbers.leave_gaps(restore_id=restore_id, act=act)
        cycle_numbers.leave_gap(restore_id=restore_id, act=act)
        detail = {"backup_at": backup_at.isoformat(), "deliveries_held": held, "sessions_ended": ended}
        activity_log.record(action="market.restored", subject_id=restore_id, act=act, detail=detail)
