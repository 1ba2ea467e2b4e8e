"""Numbers of cycles, which stand on sheets and in what villages write on their transfers: a restore leaves some out after the open one."""

from __future__ import annotations

from uuid import UUID

from settlement.cycles import lifecycle
from tenants import activity_log, number_gaps
from tenants.acts import Act
from tenants.codes import AT_FEDERATION
from tenants.number_gaps import Issued, Series


def leave_gap(*, restore_id: UUID, act: Act) -> None:
    """Let the cycle after the open one have a number that the lost market cannot have given; in the transaction of the restore.

    The open one keeps its own: its debts are stamped with it, and a transfer that names it pays the same village's item. A market that
    never had a village has none.
    """
    if not lifecycle.has_open():
        return
    last = number_gaps.after(series=Series.CYCLES, number=lifecycle.open_number()) - 1  # also behind what an earlier restore left out
    ends = number_gaps.leave(restore_id=restore_id, issued=[Issued(series=Series.CYCLES, last=last, daily_most=1)])
    detail = {"from": last + 1, "to": ends[AT_FEDERATION]}
    activity_log.record(action="cycles.left-out", subject_id=restore_id, act=act, detail=detail)
