"""A gateway is asked once for each key, whatever dies on the way: the intent stands before the call, and is asked again as it stands."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.db import connection

from tenants import activity_log, acts, gateway_intents, idempotency
from tenants.errors import DomainError, FormReused, Kind
from tenants.models import ActivityEntry, IdempotencyKey
from tests.support.factories import CIBIRU, SARI, START

SCOPE = idempotency.Scope(operation="card-refund", principal=SARI.id, village_code=CIBIRU)
LATER = START + datetime.timedelta(seconds=gateway_intents.CALL_SECONDS_MAX)


class Declined(DomainError):
    kind = Kind.CONFLICT
    code = "test-declined"


class Timeout(Exception):  # noqa: N818 - as a client of a gateway names it
    """The gateway did not answer."""


class Gateway:
    """Remembers what it did under each key, and does it once."""

    def __init__(self) -> None:
        self.done: dict[uuid.UUID, str] = {}
        self.calls = 0

    def refund(self, *, key: uuid.UUID) -> str:
        assert not connection.in_atomic_block
        self.calls += 1
        return self.done.setdefault(key, f"re_{len(self.done) + 1}")


class Refund:
    """Gives money back by the gateway; `fails` is raised after the gateway did it, `declines` before."""

    def __init__(self, gateway: Gateway, *, fails: Exception | None = None, declines: bool = False) -> None:
        self.gateway, self.fails, self.declines = gateway, fails, declines

    def intend(self) -> dict[str, uuid.UUID]:
        attempt = uuid.uuid4()
        activity_log.record(action="test.asked", subject_id=attempt, act=acts.by_system(at=START))
        return {"attempt": attempt}

    def ask(self, *, intent: idempotency.Ids) -> str:
        assert ActivityEntry.objects.filter(action="test.asked", subject_id=str(intent["attempt"])).exists()
        if self.declines:
            raise Declined
        answer = self.gateway.refund(key=intent["attempt"])
        if self.fails is not None:
            raise self.fails
        return answer

    def record(self, *, intent: idempotency.Ids, answer: str) -> idempotency.Result:
        activity_log.record(action="test.done", subject_id=intent["attempt"], act=acts.by_system(at=START), detail={"refund": answer})
        return idempotency.Result(status="succeeded", ids=intent)

    def refused(self, *, intent: idempotency.Ids, refusal: DomainError) -> None:
        activity_log.record(action="test.refused", subject_id=intent["attempt"], act=acts.by_system(at=START, reason=refusal.code))


def refund(call, *, key="K", request=None, at=START):
    return gateway_intents.once(scope=SCOPE, key=key, request=request or {"rupiah": 5_000}, call=call, at=at)


def written() -> list[str]:
    return list(ActivityEntry.objects.filter(action__startswith="test.").order_by("id").values_list("action", flat=True))


def test_the_gateway_is_asked_once_and_the_answer_given_again(market):
    gateway = Gateway()
    first = refund(Refund(gateway))
    assert (first.status, set(first.ids.values())) == ("succeeded", set(gateway.done))
    assert refund(Refund(gateway)) == first
    assert (gateway.calls, written()) == (1, ["test.asked", "test.done"])
    with pytest.raises(FormReused):
        refund(Refund(gateway), request={"rupiah": 6_000})
    assert IdempotencyKey.objects.get().money


def test_without_an_answer_the_next_request_asks_for_the_same_intent(market):
    gateway = Gateway()
    with pytest.raises(Timeout):
        refund(Refund(gateway, fails=Timeout()))
    assert IdempotencyKey.objects.get().result is None

    result = refund(Refund(gateway))

    assert gateway.done == {result.ids["attempt"]: "re_1"}
    assert (gateway.calls, written()) == (2, ["test.asked", "test.done"])


def test_a_process_that_died_in_the_call_is_followed_by_the_next_request_in_time(market, monkeypatch):
    gateway = Gateway()
    with pytest.raises(KeyboardInterrupt):
        refund(Refund(gateway, fails=KeyboardInterrupt()))  # type: ignore[arg-type]
    IdempotencyKey.objects.update(called_at=START)  # a process that is killed says nothing
    monkeypatch.setattr(idempotency, "WAIT_SECONDS_MAX", 0.2)

    with pytest.raises(idempotency.StillBeingDone):
        refund(Refund(gateway), at=LATER - datetime.timedelta(seconds=1))
    assert refund(Refund(gateway), at=LATER).status == "succeeded"
    assert len(gateway.done) == 1


def test_a_refused_request_leaves_no_key_and_the_next_one_is_new(market):
    gateway = Gateway()
    with pytest.raises(Declined):
        refund(Refund(gateway, declines=True))
    assert not IdempotencyKey.objects.exists()
    assert refund(Refund(gateway), request={"rupiah": 6_000}).status == "succeeded"
    assert written() == ["test.asked", "test.refused", "test.asked", "test.done"]


def test_a_refusal_that_comes_late_does_not_remove_what_another_request_does(market):
    gateway = Gateway()

    class Slow(Refund):
        def ask(self, *, intent):
            assert refund(Refund(gateway), at=LATER).status == "succeeded"  # another request took over meanwhile
            raise Declined

    with pytest.raises(Declined):
        refund(Slow(gateway))
    assert IdempotencyKey.objects.get().result["status"] == "succeeded"
    assert written() == ["test.asked", "test.done"]


def test_a_refusal_of_one_that_took_over_is_not_certain_and_the_first_ones_success_is_recorded(market):
    gateway = Gateway()

    class Slow(Refund):
        def ask(self, *, intent):
            with pytest.raises(Declined):
                refund(Refund(gateway, declines=True), at=LATER)  # took over meanwhile
            row = IdempotencyKey.objects.get()
            assert (row.result, row.intent) == (None, {"attempt": str(intent["attempt"])})
            return super().ask(intent=intent)

    result = refund(Slow(gateway))

    assert result.status == "succeeded"
    assert refund(Refund(gateway)) == result
    assert (gateway.calls, written()) == (1, ["test.asked", "test.done"])


def test_a_refusal_after_one_without_an_answer_keeps_the_intent_to_be_asked_again(market):
    gateway = Gateway()
    with pytest.raises(Timeout):
        refund(Refund(gateway, fails=Timeout()))
    for _ in range(2):
        with pytest.raises(Declined):
            refund(Refund(gateway, declines=True))
    row = IdempotencyKey.objects.get()
    assert (row.result, row.called_at) == (None, None)

    result = refund(Refund(gateway))

    assert gateway.done == {result.ids["attempt"]: "re_1"}
    assert written() == ["test.asked", "test.done"]


def test_a_late_refusal_of_the_first_removes_nothing_where_the_second_has_no_answer(market):
    gateway = Gateway()

    class Slow(Refund):
        def ask(self, *, intent):
            with pytest.raises(Timeout):
                refund(Refund(gateway, fails=Timeout()), at=LATER)
            raise Declined

    with pytest.raises(Declined):
        refund(Slow(gateway))
    assert IdempotencyKey.objects.get().result is None
    assert refund(Refund(gateway)).status == "succeeded"
    assert (len(gateway.done), written()) == (1, ["test.asked", "test.done"])


def test_a_success_is_recorded_even_where_the_key_is_gone(market, caplog):
    gateway = Gateway()

    class Slow(Refund):
        def ask(self, *, intent):
            IdempotencyKey.objects.all().delete()
            return super().ask(intent=intent)

    assert refund(Slow(gateway)).status == "succeeded"
    assert written() == ["test.asked", "test.done"]
    assert "which is gone" in caplog.text


def test_an_answer_that_comes_late_is_recorded_once(market):
    gateway = Gateway()

    class Slow(Refund):
        def ask(self, *, intent):
            answer = super().ask(intent=intent)
            refund(Refund(gateway), at=LATER)
            return answer

    result = refund(Slow(gateway))
    assert (result, len(gateway.done), written()) == (refund(Refund(gateway)), 1, ["test.asked", "test.done"])


def test_what_cannot_be_intended_is_not_asked(market):
    gateway = Gateway()

    class Impossible(Refund):
        def intend(self):
            raise Declined

    with pytest.raises(Declined):
        refund(Impossible(gateway))
    assert (gateway.calls, IdempotencyKey.objects.exists()) == (0, False)


def test_an_answer_that_could_not_be_recorded_is_asked_for_again(market):
    gateway = Gateway()

    class Broken(Refund):
        def record(self, *, intent, answer):
            raise ValueError("a bug")

    with pytest.raises(ValueError, match="bug"):
        refund(Broken(gateway))
    assert refund(Refund(gateway)).status == "succeeded"
    assert (len(gateway.done), written()) == (1, ["test.asked", "test.done"])
