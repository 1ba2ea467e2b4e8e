"""Cut-off: the next cycle opens at once, so that no buyer waits; then what is still on its way into the old one is waited for."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement import money_hold
from settlement.cycles import lifecycle
from settlement.ledger import locks
from settlement.models import Cycle
from tenants import number_gaps
from tenants.acts import Act
from tenants.codes import FEDERATION
from tenants.errors import DomainError, Kind
from tenants.number_gaps import Series
from tenants.people import permissions
from tenants.people.permissions import Permission

State = Cycle.State
DAYS_MIN, DAYS_MAX = 1, 90


class AnotherUnfinished(DomainError):
    """One cycle at a time stands between cut-off and close."""

    kind = Kind.CONFLICT
    code = "another-cycle-unfinished"
    sentence = gettext_noop("Putaran %(number)s belum selesai. Selesaikan dulu, baru tutup buku putaran berikutnya.")


class CutOffAlready(DomainError):
    """The cycle was cut off with other days; they stand."""

    kind = Kind.CONFLICT
    code = "cut-off-already"
    sentence = gettext_noop(
        "Buku putaran %(number)s sudah ditutup, dengan %(objection)s hari keberatan dan %(collection)s hari membayar. Itu yang berlaku."
    )


class BadDays(DomainError):
    """Days to object and to pay are whole numbers from 1 to 90."""

    kind = Kind.INVALID
    code = "bad-cycle-days"
    sentence = gettext_noop("Isi jumlah hari dengan angka bulat dari 1 sampai 90.")


def cut_off(*, number: int, objection_days: int, collection_days: int, act: Act, days_min: int = DAYS_MIN) -> Cycle:
    """End the open cycle of this number and open the next one. Sent twice, it is cut off once.

    Whoever cuts off is the cycle's maker and cannot approve it. Villages may object for `objection_days` after the proposal and have
    `collection_days` to pay after the set-off: at least a day each, or a cycle would close before any village could look. Only where nobody
    is waited for, as in tests, `days_min` is 0.

    :raises BadDays, AnotherUnfinished, CutOffAlready, lifecycle.NoSuchCycle: and nothing was changed
    :raises money_hold.MoneyHeld: until the money is released after a restore; likewise
    :raises permissions.Forbidden: unless `act.by` operates cycles
    """
    permissions.require(act.by, Permission.OPERATE_CYCLES, FEDERATION)
    if not (days_min <= objection_days <= DAYS_MAX and days_min <= collection_days <= DAYS_MAX):
        raise BadDays
    with transaction.atomic(durable=True):
        cycle = lifecycle.locked(number=number)
        if cycle.state != State.OPEN:
            if (cycle.objection_days, cycle.collection_days) != (objection_days, collection_days):
                raise CutOffAlready(number=number, objection=cycle.objection_days, collection=cycle.collection_days)
            return cycle
        money_hold.refuse()
        other = lifecycle.unfinished()
        if other is not None:
            raise AnotherUnfinished(number=other.number)
        cycle.cutoff_at, cycle.made_by = act.at, act.by.account_id
        cycle.objection_days, cycle.collection_days = objection_days, collection_days
        lifecycle.move(cycle=cycle, to=State.CUTOFF, action="cycle.cutoff", act=act)
        Cycle.objects.create(number=number_gaps.after(series=Series.CYCLES, number=number), opened_at=act.at)
        lifecycle.wake_worker(cycle=cycle)
    return cycle


def drain(*, number: int) -> None:
    """Wait until every posting that was stamped with this cycle is committed or gone; nothing new can be stamped with it."""
    with transaction.atomic(durable=True):
        locks.wait_for_postings(number=number)
