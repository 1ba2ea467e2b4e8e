"""Trade that is held after the market was restored from a backup: what a shop sold and its counter paid since then is in no book.

The restore holds every village (`hold_all`). Its manager ends that by a statement (marketplace.reopening, which calls `release`); where
nobody does for three days, two persons of the federation end it together (trade_releases). Each step is a row that nobody changes.

A village that is held takes no new orders and pays no money back; what was ordered before goes on. Whoever asks `is_held` asks no
database: nothing runs while villages are held, and a release may be seen a second late.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from tenants import activity_log, codes, events, models, villages
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.db import context
from tenants.errors import DomainError, Kind
from tenants.events import EventKind
from tenants.people import permissions
from tenants.people.permissions import Permission

Step = models.TradeHoldStep.Step
MANAGER_HAS = timedelta(days=3)  # from the restore on; after that, two persons of the federation may do it


class TradeHeld(DomainError):
    """The village's shop takes no orders until its manager has looked at stock and counter."""

    kind = Kind.CONFLICT
    code = "trade-held"
    sentence = gettext_noop(
        "Toko %(village)s belum menerima pesanan baru: data pasar baru dipulihkan dari cadangan, dan tokonya dibuka lagi setelah"
        " pengelolanya memeriksa stok dan loket. Barang penjual lain tetap bisa dipesan."
    )


class RefundsHeld(DomainError):
    """The counter pays no money back: it may have done so in the time that is lost."""

    kind = Kind.CONFLICT
    code = "refunds-held"
    sentence = gettext_noop(
        "Data pasar baru dipulihkan dari cadangan, jadi uang ini mungkin sudah dibayarkan. Pengelola %(village)s menyatakan dulu apa yang"
        " sudah dibayar loketnya, di halaman “Buka toko lagi”. Sesudah itu uang kembali bisa dibayarkan."
    )


class NotHeld(DomainError):
    """The village trades: it was released before."""

    kind = Kind.CONFLICT
    code = "trade-not-held"
    sentence = gettext_noop("Toko %(village)s sudah dibuka lagi.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A release that waits for a second person of the federation."""

    id: UUID
    by: UUID | None
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """How a village is held. backup_at: what was done since then may be lost; restored_at: when the market was restored."""

    backup_at: datetime
    restored_at: datetime
    proposal: Proposal | None

    @property
    def federation_may_from(self) -> datetime:
        """From when on the federation may propose to end it."""
        return self.restored_at + MANAGER_HAS


def hold_all(*, backup_at: datetime, act: Act) -> int:
    """Hold the trade of every village that has not left, in the caller's transaction, as the owner; gives their number.

    One that is held already is held since the older of both backups.

    :raises permissions.Forbidden: unless `act.by` closes villages
    """
    return _hold(models.Village.objects.all(), backup_at=backup_at, act=act)


def hold(*, village_code: VillageCode, backup_at: datetime, act: Act) -> None:
    """The same for one village that was restored alone; none, if it has left."""
    _hold(models.Village.objects.filter(code=village_code), backup_at=backup_at, act=act)


def _hold(chosen: QuerySet[models.Village], *, backup_at: datetime, act: Act) -> int:
    permissions.require(act.by, Permission.ADMIT_VILLAGES, FEDERATION)
    _check_transaction()
    with context.public():
        rows = list(chosen.select_for_update().exclude(state=models.Village.State.ARCHIVED).order_by("code"))
        for village in rows:
            village.held_since = min(backup_at, village.held_since or backup_at)
            step = take(step=Step.HELD, village=village, act=act)
            events.add(kind=EventKind.TRADE_HELD, subject_id=step.id, at=act.at, village_code=VillageCode(village.code))
        models.Village.objects.bulk_update(rows, ["held_since"], batch_size=500)
        activity_log.record_each(action="trade.held", subject_ids=[village.code for village in rows], act=act)
        villages.changed()
    return len(rows)


def is_held(*, village_code: str) -> bool:
    """Whether a village's trade is held, as this process knows; a party that is no village never is."""
    return village_code in villages.held()


def refuse_order(*, village_code: str) -> None:
    """Say no to a new order of a village that is held, without a query.

    :raises TradeHeld: naming it
    """
    if is_held(village_code=village_code):
        raise TradeHeld(village=villages.by_code(code=village_code).name)


def refuse_payout(*, village_code: str) -> None:
    """Say no to money that a held village's counter would give back, without a query.

    :raises RefundsHeld: naming it
    """
    if is_held(village_code=village_code):
        raise RefundsHeld(village=villages.by_code(code=village_code).name)


def of_village(*, village_code: str) -> Hold | None:
    """How a village is held by this moment; None: it is not."""
    with context.public():
        village = models.Village.objects.filter(code=village_code).first()
        return hold_of(village=village) if village is not None and village.held_since is not None else None


def release(*, village_code: VillageCode, lost_orders_rupiah: int, act: Act) -> None:
    """End the hold on the manager's word, in the caller's transaction: the stock was looked at, and so much was paid back at the counter
    for orders that are in the books no more.

    :raises NotHeld: if it is not held (any more)
    :raises permissions.Forbidden: unless `act.by` releases there
    """
    permissions.require(act.by, Permission.RELEASE_TRADE, village_code)
    _check_transaction()
    act = act.with_kept_reason()
    with context.public():
        village = locked(village_code=village_code)
        step = end(village=village, act=act, stock_looked_at=True, lost_orders_rupiah=lost_orders_rupiah)
        detail = {"step": str(step.id), "lost_orders_rupiah": lost_orders_rupiah}
        activity_log.record(action="trade.released", subject_id=village_code, act=act, village_code=village_code, detail=detail)


def locked(*, village_code: str) -> models.Village:
    """The row of a village that is held, locked. Called inside public, in a transaction.

    :raises NotHeld: if it is not held (any more)
    :raises villages.UnknownVillage: if there is none
    """
    village: models.Village | None = models.Village.objects.select_for_update().filter(code=village_code).first()
    if village is None:
        raise villages.UnknownVillage(village=village_code)
    if village.held_since is None:
        raise NotHeld(village=village.name)
    return village


def hold_of(*, village: models.Village) -> Hold:
    """How the village of a row is held."""
    return several(village_codes=[village.code])[village.code]


def several(*, village_codes: Collection[str]) -> dict[str, Hold]:
    """How each of these villages, all of which are held, is held."""
    last: dict[str, models.TradeHoldStep] = {}
    held: dict[str, models.TradeHoldStep] = {}
    for row in models.TradeHoldStep.objects.filter(village_code__in=village_codes).order_by("village_code", "turn"):
        last[row.village_code] = row
        if row.step == Step.HELD:
            held[row.village_code] = row
    return {code: Hold(backup_at=row.backup_at, restored_at=row.at, proposal=_proposal(last[code])) for code, row in held.items()}


def _proposal(last: models.TradeHoldStep) -> Proposal | None:
    return Proposal(id=last.id, by=last.by, at=last.at, reason=last.reason) if last.step == Step.PROPOSED else None


def end(*, village: models.Village, act: Act, **stated: object) -> models.TradeHoldStep:
    """End the hold of a locked village, with what was stated."""
    step = take(step=Step.RELEASED, village=village, act=act, **stated)
    models.Village.objects.filter(code=village.code).update(held_since=None)
    events.add(kind=EventKind.TRADE_RELEASED, subject_id=step.id, at=act.at, village_code=codes.VillageCode(village.code))
    villages.changed()
    return step


def take(*, step: Step, village: models.Village, act: Act, **stated: object) -> models.TradeHoldStep:
    """Write a step of a locked village, whose `held_since` still stands."""
    if village.held_since is None:
        raise RuntimeError("A step is about a village that is held.")
    turn = models.TradeHoldStep.objects.filter(village_code=village.code).count() + 1
    return models.TradeHoldStep.objects.create(
        village_code=village.code,
        turn=turn,
        step=step,
        backup_at=village.held_since,
        by=act.by.account_id,
        at=act.at,
        reason=act.reason,
        **stated,
    )


def _check_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("A hold begins and ends in the transaction of its cause.")
