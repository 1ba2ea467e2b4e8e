"""A request that comes twice counts once: its key is written in the transaction of its effect, so one is never kept without the other.

Where the answer is the same whatever was made:

    with transaction.atomic(durable=True):
        if idempotency.is_repeat(scope=..., key=act.key, request={...}, money=True, at=act.at):
            return
        ...  # the effect

Where it is built from what was made:

    with transaction.atomic(durable=True), idempotency.once(scope=..., key=act.key, request={...}, money=True, at=act.at) as claim:
        if claim.earlier:
            return claim.earlier.ids["refund"]
        ...  # the effect
        claim.record(refund=refund.id)

Claim before the first row is locked. A second request at the same moment waits on the unique index until the first one commits (then it
finds what that did) or rolls back (then it does it itself). A refused or failed request leaves no key, as its transaction is undone.

Rows with a unique key of their own (a purchase's form, a payment's reference, an attempt to pay at a gateway) need none of this.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_noop

from tenants import request_hash, uuids
from tenants.codes import VillageCode
from tenants.errors import DomainError, FormReused, Kind
from tenants.models import IdempotencyKey

KEY_CHARACTERS_MAX = 64
KEPT_DAYS = 90  # keys of money stay for ever
WAIT_SECONDS_MAX = 5
# An INSERT that stands in nobody's way is done by then; whoever waits longer takes one of the process's few places for waiting.
_LOOK_MILLISECONDS = 50
_LOCK_NOT_AVAILABLE = "55P03"
_DELETED_AT_ONCE = 1_000
_STATUS = re.compile(r"[a-z][a-z0-9-]{0,39}")

Ids = Mapping[str, UUID]  # of rows, by what they are: "refund", "file"


class StillBeingDone(DomainError):
    """The same request is under way, or too many wait already: nothing was done by this one."""

    kind = Kind.CONFLICT
    code = "still-being-done"
    sentence = gettext_noop("Kiriman yang sama masih dikerjakan. Tunggu sebentar, lalu lihat lagi hasilnya.")


class BadKey(DomainError):
    """A key is 1 to 64 printable characters."""

    kind = Kind.INVALID
    code = "bad-key"
    sentence = gettext_noop("Kunci kiriman ini tidak dapat dipakai. Buka lagi halamannya, lalu kirim sekali lagi.")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Whose keys: one principal's, for one operation, in one place. Nobody meets a key of somebody else."""

    operation: str  # what the form or the endpoint is about: "stock", "order". Forms that one page could mix up share one
    principal: UUID | None  # who asks; None: the system
    village_code: VillageCode  # where; empty: the federation

    def __str__(self) -> str:
        return f"{self.operation} {self.village_code or 'F'} {self.principal or '-'}"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What a request did: a status of the program's own words, and ids by name, from which the answer is built again.

    Neither holds what a person typed, nor a token: names may be blanked one day, and rights are asked again.
    """

    status: str
    ids: Ids

    def __post_init__(self) -> None:
        if not _STATUS.fullmatch(self.status):
            raise ValueError(f"{self.status!r} is no status: small letters, digits and dashes")


_DONE = Result(status="done", ids={})


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """What stands under a key: ours from this transaction, or an earlier one."""

    id: UUID
    is_ours: bool
    result: Result | None


class Claim:
    """One request's hold on its key: what it did before, or the duty to say what it does now."""

    def __init__(self, *, row: Row | None) -> None:
        self.id = uuids.uuid7() if row is None else row.id  # of this one effect: references may be made of it
        self.earlier = None if row is None or row.is_ours else row.result
        self._has_key = row is not None
        self._open = self.earlier is None

    def record(self, *, status: str = "done", **ids: UUID) -> None:
        """Write what was done, once."""
        if not self._open:
            raise RuntimeError("This request has its result: look at `earlier` before doing anything.")
        self._open = False
        if self._has_key:
            IdempotencyKey.objects.filter(id=self.id).update(result=_as_json(Result(status=status, ids=ids)))

    def check(self) -> None:
        """A key without a result never reaches a commit."""
        if self._open:
            raise RuntimeError("The effect ended without claim.record().")


def is_repeat(*, scope: Scope, key: str, request: Mapping[str, object], money: bool, at: datetime) -> bool:
    """Whether this was done before; if not, the key is written, in the caller's open transaction, for an effect that leaves no ids.

    The terms are those of `once`, and so is what is raised.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("idempotency.is_repeat() belongs into the transaction of its effect")
    return bool(key) and not _claim_row(scope=scope, key=key, request=request, money=money, at=at, result=_DONE).is_ours


@contextlib.contextmanager
def once(*, scope: Scope, key: str, request: Mapping[str, object], money: bool, at: datetime) -> Iterator[Claim]:
    """Claim a key in the caller's open transaction, for an effect that is recorded before the block ends.

    `request` is what was asked, in plain values; only its hash is stored. `money`: the key stays for ever. An empty `key` is nobody's form,
    but work that the market does by itself: it is always the first.

    :raises FormReused: if the key came with another request before
    :raises StillBeingDone: if the first one takes longer than 5 seconds, or half of this process's threads wait already
    :raises BadKey: if the key is none
    :raises RuntimeError: outside a transaction, if the block ends without a result, or does again what was done
    """
    if not connection.in_atomic_block:
        raise RuntimeError("idempotency.once() belongs into the transaction of its effect")
    row = _claim_row(scope=scope, key=key, request=request, money=money, at=at) if key else None
    claim = Claim(row=row)
    yield claim
    claim.check()


def check_key(*, key: str) -> None:
    """Go on only with a key that a form can have; for what must never be done without one.

    :raises BadKey: unless it has 1 to 64 printable characters
    """
    if not 1 <= len(key) <= KEY_CHARACTERS_MAX or not key.isprintable():
        raise BadKey


def _claim_row(*, scope: Scope, key: str, request: Mapping[str, object], money: bool, at: datetime, result: Result | None = None) -> Row:
    """Write a key in the caller's transaction, or find the row that has it.

    :raises FormReused: if the key came with another request before
    :raises StillBeingDone, BadKey: as `once` does
    """
    check_key(key=key)
    row_id, digest = uuids.uuid7(), request_hash.sha256(request)
    values: dict[str, Any] = {"id": row_id, "scope": str(scope), "key": key, "request": digest, "money": money, "at": at}
    values["result"] = None if result is None else json.dumps(_as_json(result))
    try:
        found = _insert(values, wait_milliseconds=_LOOK_MILLISECONDS)
    except _Waits:
        with _waiting():
            try:
                found = _insert(values, wait_milliseconds=WAIT_SECONDS_MAX * 1_000)
            except _Waits:
                raise StillBeingDone from None
    found_id, found_digest, stored = found
    if found_digest != digest:
        raise FormReused
    return Row(id=found_id, is_ours=found_id == row_id, result=_read_result(stored))


class _Waits(Exception):  # noqa: N818 - never leaves this module
    """Another transaction holds the key for longer than we would wait."""


# One message; the time limit is that of the INSERT alone. Each statement sees what was committed until it began.
_CLAIM = """
SET LOCAL lock_timeout = %(wait)s;
INSERT INTO public.tenants_idempotencykey (id, scope, key, request_sha256, money, created_at, result)
VALUES (%(id)s, %(scope)s, %(key)s, %(request)s, %(money)s, %(at)s, %(result)s) ON CONFLICT (scope, key) DO NOTHING;
SET LOCAL lock_timeout TO DEFAULT;
SELECT id, request_sha256, result FROM public.tenants_idempotencykey WHERE scope = %(scope)s AND key = %(key)s
"""


def _insert(values: Mapping[str, Any], *, wait_milliseconds: int) -> tuple[UUID, str, dict[str, Any] | None]:
    """Insert unless the key is there, and give what is there then: id, hash of the request, result as JSON.

    :raises _Waits: if another transaction held the key for so long; ours goes on as if it had not asked
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_CLAIM, {**values, "wait": f"{wait_milliseconds}ms"})
            row: tuple[UUID, str, str | None] | None = cursor.fetchone()
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) != _LOCK_NOT_AVAILABLE:
            raise
        raise _Waits from error
    if row is None:  # what was in the way was removed between the two statements
        raise _Waits
    found_id, digest, result = row
    return found_id, digest, None if result is None else json.loads(result)


_waiting_lock = threading.Lock()
_waiting_count = 0  # threads of this process that wait for somebody else's request


@contextlib.contextmanager
def _waiting() -> Iterator[None]:
    """Take one of the places for waiting: half of the process's threads, so that the other half goes on serving.

    :raises StillBeingDone: at once, if none is free
    """
    global _waiting_count
    with _waiting_lock:
        if _waiting_count >= max(1, settings.PASARSAMA_WEB_THREADS // 2):
            raise StillBeingDone
        _waiting_count += 1
    try:
        yield
    finally:
        with _waiting_lock:
            _waiting_count -= 1


def delete_old(*, at: datetime) -> int:
    """Delete the keys that are not of money and older than 90 days, in batches; gives their number."""
    old = IdempotencyKey.objects.filter(money=False, created_at__lt=at - timedelta(days=KEPT_DAYS))
    deleted = 0
    while ids := list(old.order_by("created_at").values_list("id", flat=True)[:_DELETED_AT_ONCE]):
        deleted += IdempotencyKey.objects.filter(id__in=ids).delete()[0]
    return deleted


def _as_json(result: Result) -> dict[str, object]:
    """A result as the table holds it."""
    return {"status": result.status, "ids": {name: str(value) for name, value in result.ids.items()}}


def _read_result(stored: Mapping[str, Any] | None) -> Result | None:
    """The result that the table holds; None: none yet."""
    return None if stored is None else Result(status=stored["status"], ids={name: UUID(value) for name, value in stored["ids"].items()})
