"""The villages as every request sees them: looked up without a query, changed by few."""

from __future__ import annotations

import dataclasses
import threading
import time
import uuid
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import module_loading
from django.utils.translation import gettext_lazy, gettext_noop

from tenants import activity_log, codes, errors, models, village_rows
from tenants.acts import Act
from tenants.db import context, privileges
from tenants.people import permissions
from tenants.people.permissions import Permission
from tenants.village_rows import VillageInfo as VillageInfo

State = models.Village.State

_VERSION_KEY = "shared:villages-version"
_ASK_AFTER_SECONDS = 1.0  # how long a change elsewhere may stay unseen here
_TRUST_SECONDS = 60.0  # after that long a change is seen even if its message was lost
SEEN_EVERYWHERE_AFTER = timedelta(minutes=2)  # a suspension, by then, whatever was lost: well above both of the above

_STATES = {
    State.CREATED: gettext_lazy("belum selesai disiapkan"),
    State.SCHEMA_MADE: gettext_lazy("belum selesai disiapkan"),
    State.ACTIVE: gettext_lazy("sedang aktif"),
    State.SUSPENDED: gettext_lazy("sedang ditutup sementara"),
    State.ARCHIVED: gettext_lazy("sudah diarsipkan"),
}


class UnknownVillage(errors.DomainError):
    """No village has this name or code, or it is not ready yet."""

    kind = errors.Kind.NOT_FOUND
    code = "unknown-village"
    sentence = gettext_noop("Desa “%(village)s” tidak ada di federasi ini.")


class WrongState(errors.DomainError):
    """The village's state does not allow it."""

    kind = errors.Kind.CONFLICT
    code = "village-state"
    sentence = gettext_noop("Desa %(name)s %(state)s, jadi ini tidak dapat dilakukan.")


class StillOpen(errors.DomainError):
    """A shop that sells is not archived."""

    kind = errors.Kind.CONFLICT
    code = "village-still-open"
    sentence = gettext_noop("Desa %(name)s masih aktif. Tutup dulu sementara, selesaikan pesanan dan uangnya, lalu arsipkan.")


class ReasonMissing(errors.DomainError):
    """No village is closed, opened or archived without saying why."""

    kind = errors.Kind.INVALID
    code = "village-reason-missing"
    sentence = gettext_noop("Tulis alasannya, agar desa dan pemeriksa dapat membacanya nanti.")


class SuspendedJustNow(errors.DomainError):
    """Somebody may still order there: not every process has seen the suspension."""

    kind = errors.Kind.CONFLICT
    code = "village-suspended-just-now"
    sentence = gettext_noop("Desa %(name)s baru saja ditutup, jadi masih bisa ada pesanan yang masuk. Coba lagi %(minutes)s menit lagi.")


@dataclasses.dataclass(frozen=True, slots=True)
class _Snapshot:
    version: str | None
    loaded: float
    by_code: Mapping[str, VillageInfo]
    by_slug: Mapping[str, VillageInfo]
    by_host: Mapping[str, VillageInfo]
    closed: tuple[codes.VillageCode, ...]
    not_selling: tuple[codes.VillageCode, ...]
    held: frozenset[codes.VillageCode]
    archived: frozenset[codes.VillageCode]


_snapshot: _Snapshot | None = None
_asked = 0.0
_loading = threading.Lock()
_here = threading.local()  # .changing: this thread's open transaction has changed villages


def by_slug(*, slug: str) -> VillageInfo:
    """The village of a path.

    :raises UnknownVillage: if there is none that is ready
    """
    found = _now().by_slug.get(slug)
    if found is None:
        raise UnknownVillage(village=slug)
    return found


def by_code(*, code: str) -> VillageInfo:
    """The village of a kode wilayah.

    :raises UnknownVillage: if there is none that is ready
    """
    # A transaction that changes villages looks at the one row: to load all for each would cost an import a square of their number.
    changing = connection.in_atomic_block and getattr(_here, "changing", False)
    found = (None if changing else _now().by_code.get(code)) or _uncommitted(code)
    if found is None:
        raise UnknownVillage(village=code)
    return found


def by_host(*, host: str) -> VillageInfo | None:
    """The village that a host name of its own leads to."""
    return _now().by_host.get(host)


def is_active(*, code: str) -> bool:
    """Whether a village is neither suspended nor archived. Whether its shop may sell by now is said by `is_selling`."""
    found = _now().by_code.get(code)
    return found is not None and found.state == State.ACTIVE


def is_selling(*, code: str) -> bool:
    """Whether a village's shop may sell: it is active, and nothing holds it after a restore (trade_holds)."""
    found = _now().by_code.get(code)
    return found is not None and found.state == State.ACTIVE and found.held_since is None


def active() -> list[VillageInfo]:
    """Every active village, in the order of their codes."""
    return [seen for seen in _now().by_code.values() if seen.state == State.ACTIVE]


def ready() -> list[VillageInfo]:
    """Every village with a schema: active, suspended and archived, in the order of their codes."""
    return list(_now().by_code.values())


def closed() -> tuple[codes.VillageCode, ...]:
    """The villages with a schema that are suspended or archived, in the order of their codes."""
    return _now().closed


def not_selling() -> tuple[codes.VillageCode, ...]:
    """Those of which nothing is sold: these, and the ones that are held after a restore."""
    return _now().not_selling


def held() -> frozenset[codes.VillageCode]:
    """The villages whose trade is held after a restore (trade_holds)."""
    return _now().held


def archived() -> frozenset[codes.VillageCode]:
    """The villages that have left."""
    return _now().archived


def suspend(*, code: str, act: Act) -> None:
    """Close the shop to buyers; the back office stays open.

    :raises UnknownVillage: if there is none
    :raises WrongState: unless it is active
    :raises ReasonMissing: without a reason
    :raises permissions.Forbidden: unless `act.by` admits villages
    """
    permissions.require(act.by, Permission.ADMIT_VILLAGES, codes.FEDERATION)
    _move(code=code, sources=[State.ACTIVE], target=State.SUSPENDED, action="village.suspended", act=act)


def resume(*, code: str, act: Act) -> None:
    """Open a suspended shop again.

    :raises UnknownVillage: if there is none
    :raises WrongState: unless it is suspended
    :raises ReasonMissing: without a reason
    :raises permissions.Forbidden: unless `act.by` admits villages
    """
    permissions.require(act.by, Permission.ADMIT_VILLAGES, codes.FEDERATION)
    _move(code=code, sources=[State.SUSPENDED], target=State.ACTIVE, action="village.resumed", act=act)


def archive(*, code: str, act: Act) -> None:
    """Take a suspended village out for good: its rows stay readable for ever, nobody writes there again. Runs as the owner.

    Higher layers say what must be finished first, by functions named in settings.PASARSAMA_BEFORE_VILLAGE_ARCHIVED; they wait for
    what is on its way and lock what is this village's alone. Whoever orders afterwards has seen the suspension.

    :raises UnknownVillage: if there is none
    :raises StillOpen: if it is active
    :raises SuspendedJustNow: while a process may still take it for active
    :raises WrongState: unless it is suspended
    :raises ReasonMissing: without a reason
    :raises errors.DomainError: as those functions do, while others still wait for the village
    :raises permissions.Forbidden: unless `act.by` admits villages
    """
    permissions.require(act.by, Permission.ADMIT_VILLAGES, codes.FEDERATION)
    with context.public(), transaction.atomic():
        village = models.Village.objects.select_for_update().filter(code=code).first()
        if village is not None and village.state == State.ACTIVE:
            raise StillOpen(name=village.name)
        sources = [State.SUSPENDED]
        _move(code=code, sources=sources, target=State.ARCHIVED, action="village.archived", act=act)
        if village is not None and village.suspended_at is not None and act.at < village.suspended_at + SEEN_EVERYWHERE_AFTER:
            raise SuspendedJustNow(name=village.name, minutes=SEEN_EVERYWHERE_AFTER // timedelta(minutes=1))
        for dotted in settings.PASARSAMA_BEFORE_VILLAGE_ARCHIVED:
            module_loading.import_string(dotted)(village_code=code, act=act)
        privileges.close(schema=codes.schema_of(code))


def changed() -> None:
    """Make every process look the villages up again: at once here, within a second elsewhere. After the commit."""
    _here.changing = connection.in_atomic_block
    transaction.on_commit(_announce)


def forget() -> None:
    """Drop what this process knows; for tests, and after a switch of databases."""
    global _snapshot
    _snapshot = None


def _move(*, code: str, sources: list[State], target: State, action: str, act: Act) -> None:
    act = act.with_given_reason(missing=ReasonMissing())
    with context.public(), transaction.atomic():
        village = models.Village.objects.select_for_update().filter(code=code).first()
        if village is None:
            raise UnknownVillage(village=code)
        if village.state not in sources:
            raise WrongState(name=village.name, state=_STATES[village.state])
        suspended_at = {State.ACTIVE: None, State.SUSPENDED: act.at}.get(target, village.suspended_at)
        models.Village.objects.filter(code=code).update(state=target, suspended_at=suspended_at)
        activity_log.record(action=action, subject_id=code, act=act)
        changed()


def _announce() -> None:
    _here.changing = False
    forget()
    cache.set(_VERSION_KEY, uuid.uuid4().hex, timeout=None)


def _now() -> _Snapshot:
    """The villages as of at most a second ago: one look into the cache per second and process, one query per change."""
    global _snapshot, _asked
    snapshot = _snapshot
    moment = time.monotonic()
    if snapshot is not None and moment - _asked < _ASK_AFTER_SECONDS:
        return snapshot
    version = cache.get(_VERSION_KEY)
    if snapshot is None or snapshot.version != version or moment - snapshot.loaded > _TRUST_SECONDS:
        with _loading:
            # The version was read before the rows: a change in between loads them once more, never too late.
            snapshot = _load(version=version, moment=moment)
        if connection.in_atomic_block and getattr(_here, "changing", False):
            return snapshot  # it may hold what is never committed
        _snapshot = snapshot
    _asked = moment
    return snapshot


def _uncommitted(code: str) -> VillageInfo | None:
    """The village as the caller's own transaction has it: one that it is about to open, too."""
    with context.public():
        return next(iter(village_rows.read(models.Village.objects.filter(code=code))), None) if connection.in_atomic_block else None


def _load(*, version: str | None, moment: float) -> _Snapshot:
    with context.public():
        seen = village_rows.read(models.Village.objects.order_by("code"))
        hosts = dict(models.Domain.objects.values_list("domain", "tenant_id"))
    by_code: dict[str, VillageInfo] = {village.code: village for village in seen}
    return _Snapshot(
        version=version,
        loaded=moment,
        by_code=MappingProxyType(by_code),
        by_slug=MappingProxyType({village.slug: village for village in seen}),
        by_host=MappingProxyType({host: by_code[code] for host, code in hosts.items() if code in by_code}),
        closed=tuple(village.code for village in seen if village.state != State.ACTIVE),
        not_selling=tuple(village.code for village in seen if village.state != State.ACTIVE or village.held_since is not None),
        held=frozenset(village.code for village in seen if village.held_since is not None and village.state != State.ARCHIVED),
        archived=frozenset(village.code for village in seen if village.state == State.ARCHIVED),
    )
