"""An effect that asks a gateway, once for each key: what is asked is committed, then the gateway is called, then its answer is recorded.

    result = gateway_intents.once(scope=..., key=act.key, request={...}, call=CardRefund(...), at=act.at)

No transaction is open during the call. A second request with the key waits until the first has its answer. Where the first one died, or
the gateway did not answer, the next one with the key goes on from the committed intent: it asks for the same thing under the same key of
the gateway's, never for a new one. From then on no refusal is certain, since the earlier call may yet succeed: the intent stays until a
success is recorded. What nobody sends again is found by the package that owns the intent's rows, and by the audit.
"""

from __future__ import annotations

import dataclasses
import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from django.db import transaction

from tenants import idempotency
from tenants.errors import DomainError
from tenants.idempotency import Ids, Result, Scope
from tenants.models import IdempotencyKey

log = logging.getLogger(__name__)

CALL_SECONDS_MAX = 60  # a call that began longer ago has ended, one way or another: a gateway's client gives up well before
_POLL_SECONDS = 0.1
Answer = TypeVar("Answer")


class GatewayCall(Protocol[Answer]):
    """What is asked of a gateway, in its steps. Each but `ask` runs in a transaction that is open already."""

    def intend(self) -> Ids:
        """Write what will be asked, with the key under which the gateway will know it, and give the ids of these rows.

        What it raises leaves no key.
        """

    def ask(self, *, intent: Ids) -> Answer:
        """Call the gateway, outside any transaction; asked again for the same intent, it must mean the same call.

        :raises DomainError: only if the gateway refused for certain. Any other error means that nobody knows.
        """

    def record(self, *, intent: Ids, answer: Answer) -> Result:
        """Write what the gateway did, and what follows from it, also where the gateway refused the same intent before."""

    def refused(self, *, intent: Ids, refusal: DomainError) -> None:
        """Write that the gateway refused the only call that was made; the key is removed in the same transaction."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _Turn:
    """Our turn to ask, for as long as the key says that the call under way began at `called_at`."""

    row_id: UUID
    intent: Ids
    called_at: datetime
    is_first: bool  # nobody asked for this intent before


def once(*, scope: Scope, key: str, request: Mapping[str, object], call: GatewayCall[Answer], at: datetime) -> Result:
    """Ask the gateway for this key, or give what came of it when it was asked before. A use case of its own; the key stays for ever.

    :raises errors.FormReused: if the key came with another request before
    :raises idempotency.StillBeingDone: if the answer is not there after 5 seconds, or half of this process's threads wait already
    :raises idempotency.BadKey: if the key is none
    :raises DomainError: as the steps of `call` do; a refusal after an earlier call whose end nobody knows leaves key and intent as they are
    """
    until = time.monotonic() + idempotency.WAIT_SECONDS_MAX
    while True:
        found = _begin(scope=scope, key=key, request=request, call=call, at=at)
        if isinstance(found, Result):
            return found
        if isinstance(found, _Turn):
            return _ask_and_record(turn=found, call=call)
        with idempotency.waiting():
            _wait_for_answer(row_id=found, until=until)


def _begin(*, scope: Scope, key: str, request: Mapping[str, object], call: GatewayCall[Answer], at: datetime) -> Result | _Turn | UUID:
    """What came of the key, or our turn to ask, or the id of the row on whose answer we wait."""
    with transaction.atomic(durable=True):
        claimed = idempotency.claim_row(scope=scope, key=key, request=request, money=True, at=at)
        if claimed.is_ours:
            intent = call.intend()
            IdempotencyKey.objects.filter(id=claimed.id).update(intent=idempotency.ids_as_json(intent), called_at=at)
            return _Turn(row_id=claimed.id, intent=intent, called_at=at, is_first=True)
        row = _locked(claimed.id)
        if row is None:  # refused at this moment: the next look finds no key
            return claimed.id
        result = idempotency.read_result(row.result)
        if result is not None:
            return result
        if row.called_at is not None and at < row.called_at + timedelta(seconds=CALL_SECONDS_MAX):
            return row.id
        if row.intent is None:
            raise RuntimeError(f"The key {row.id} has neither intent nor result")
        row.called_at = at
        row.save(update_fields=["called_at"])
        return _Turn(row_id=row.id, intent=idempotency.read_ids(row.intent), called_at=at, is_first=False)


def _ask_and_record(*, turn: _Turn, call: GatewayCall[Answer]) -> Result:
    try:
        answer = _ask(turn=turn, call=call)
        return _record(turn=turn, call=call, answer=answer)
    except BaseException:
        # Nobody knows what the gateway did, or it is not written: whoever comes next asks at once, from the same intent.
        IdempotencyKey.objects.filter(id=turn.row_id, called_at=turn.called_at).update(called_at=None)
        raise


def _ask(*, turn: _Turn, call: GatewayCall[Answer]) -> Answer:
    """Call the gateway. A refusal is certain only of the first call and while nobody took over: another one may yet do what was asked."""
    try:
        return call.ask(intent=turn.intent)
    except DomainError as refusal:
        with transaction.atomic(durable=True):
            row = _locked(turn.row_id)
            if turn.is_first and row is not None and row.result is None and row.called_at == turn.called_at:
                call.refused(intent=turn.intent, refusal=refusal)
                row.delete()
        raise


def _record(*, turn: _Turn, call: GatewayCall[Answer], answer: Answer) -> Result:
    """Write what the gateway did, unless another call for the intent has written it; money that moved is written even without a key."""
    with transaction.atomic(durable=True):
        row = _locked(turn.row_id)
        if row is None:
            log.error("The gateway did what was asked under the key %s, which is gone: its answer is recorded without it", turn.row_id)
        earlier = None if row is None else idempotency.read_result(row.result)
        if earlier is not None:
            return earlier
        result = call.record(intent=turn.intent, answer=answer)
        idempotency.write_result(row_id=turn.row_id, result=result)
        return result


def _locked(row_id: UUID) -> IdempotencyKey | None:
    return IdempotencyKey.objects.select_for_update().filter(id=row_id).first()


def _wait_for_answer(*, row_id: UUID, until: float) -> None:
    """Come back when the call under way has ended, one way or another.

    :raises idempotency.StillBeingDone: if it has not by then (time.monotonic)
    """
    under_way = IdempotencyKey.objects.filter(id=row_id, result__isnull=True, called_at__isnull=False)
    while True:
        if time.monotonic() >= until:
            raise idempotency.StillBeingDone
        time.sleep(_POLL_SECONDS)
        if not under_way.exists():
            return
