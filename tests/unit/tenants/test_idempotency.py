"""A key counts once: the same request is answered again, another one is refused, and a key never outlives an effect that was undone."""

from __future__ import annotations

import dataclasses
import datetime
import uuid

import pytest
from django.conf import settings
from django.db import connection, transaction

from tenants import idempotency, tasks
from tenants.errors import DomainError, FormReused, Kind
from tenants.models import IdempotencyKey
from tests.support.factories import ASEP, CIBIRU, SARI, START, SUKAMAJU

SCOPE = idempotency.Scope(operation="stock", principal=SARI.id, village_code=CIBIRU)
REQUEST = {"action": "receive", "pieces": 5}
DAY = datetime.timedelta(days=1)


class Refused(DomainError):
    kind = Kind.CONFLICT
    code = "test-refused"


def ask(*, scope=SCOPE, key="K", request=REQUEST, money=False, at=START, then=None):
    """One request; its effect is an id of its own. Gives that id, and whether the effect happened now."""
    with transaction.atomic(durable=True), idempotency.once(scope=scope, key=key, request=request, money=money, at=at) as claim:
        if claim.earlier:
            return claim.earlier.ids["movement"], False
        if then is not None:
            raise then
        made = uuid.uuid4()
        claim.record(movement=made)
        return made, True


def test_the_same_request_is_answered_again(market):
    first, done = ask()
    assert done
    assert ask() == (first, False)
    assert ask(request=dict(reversed(REQUEST.items())), at=START + DAY) == (first, False)
    assert ask(key="L")[1]


def test_another_request_under_the_same_key_is_refused(market):
    ask()
    for request in ({**REQUEST, "pieces": 6}, {"action": "receive"}, {**REQUEST, "reason": ""}, {**REQUEST, "pieces": "5"}):
        with pytest.raises(FormReused):
            ask(request=request)
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.parametrize("other", [{"operation": "order"}, {"principal": ASEP.id}, {"principal": None}, {"village_code": SUKAMAJU}])
def test_nobody_meets_a_key_of_somebody_else(market, other):
    first, _ = ask()
    second, done = ask(scope=dataclasses.replace(SCOPE, **other), request={"action": "count"})
    assert done
    assert second != first


def test_what_a_result_may_hold(market):
    with pytest.raises(ValueError, match="no status"):
        idempotency.Result(status="Bu Wati", ids={})
    ask()
    assert IdempotencyKey.objects.values_list("result__status", flat=True).get() == "done"


@pytest.mark.parametrize("error", [Refused(), ValueError("a bug")])
def test_a_refused_or_failed_request_leaves_no_key(market, error):
    with pytest.raises(type(error)):
        ask(then=error)
    assert not IdempotencyKey.objects.exists()
    assert ask(request={"action": "count"})[1]


def claim(*, records=0):
    """A request that does not look for an earlier one, and says what it did so many times."""
    with transaction.atomic(), idempotency.once(scope=SCOPE, key="K", request=REQUEST, money=False, at=START) as held:
        for _ in range(records):
            held.record(movement=uuid.uuid4())


def test_an_effect_without_a_result_cannot_be_committed(market):
    with pytest.raises(RuntimeError, match="record"):
        claim(records=0)
    assert not IdempotencyKey.objects.exists()


def test_a_result_is_written_once(market):
    with pytest.raises(RuntimeError, match="earlier"):
        claim(records=2)
    assert not IdempotencyKey.objects.exists()


def test_an_effect_that_does_not_look_is_not_done_again(market):
    claim(records=1)
    with pytest.raises(RuntimeError, match="earlier"):
        claim(records=1)


def test_a_claim_belongs_into_a_transaction(market):
    held = idempotency.once(scope=SCOPE, key="K", request=REQUEST, money=False, at=START)
    with pytest.raises(RuntimeError, match="transaction"):
        held.__enter__()


def repeats(*, key="K", request=REQUEST, then=None):
    """A request whose effect leaves no ids: whether it was done before."""
    with transaction.atomic(durable=True):
        if idempotency.is_repeat(scope=SCOPE, key=key, request=request, money=False, at=START):
            return True
        if then is not None:
            raise then
        return False


def test_an_effect_without_ids_is_written_with_its_key(market):
    assert [repeats(), repeats(), repeats(key="L"), repeats(key=""), repeats(key="")] == [False, True, False, False, False]
    with pytest.raises(FormReused):
        repeats(request={"action": "count"})
    with pytest.raises(Refused):
        repeats(key="M", then=Refused())
    assert not repeats(key="M")
    assert set(IdempotencyKey.objects.values_list("result__status", flat=True)) == {"done"}
    with pytest.raises(RuntimeError, match="transaction"):
        idempotency.is_repeat(scope=SCOPE, key="K", request=REQUEST, money=False, at=START)


def test_what_nobody_sent_is_always_the_first(market):
    assert ask(key="")[1]
    assert ask(key="")[1]
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("key", ["k" * 65, "kunci\x00nul", "kunci\nbaris"])
def test_a_key_is_short_and_printable(market, key):
    with pytest.raises(idempotency.BadKey):
        ask(key=key)


def test_the_time_limit_holds_for_the_key_alone(market):
    with transaction.atomic(), idempotency.once(scope=SCOPE, key="K", request=REQUEST, money=False, at=START) as claim:
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("0",)
        claim.record()


def test_a_key_costs_two_statements_and_a_savepoint(market, django_queries):
    ask(key="warm")
    with django_queries() as said:
        ask()
    words = [query["sql"].split()[0].strip(";") for query in said.captured_queries]
    assert [word for word in words if word not in {"BEGIN", "SAVEPOINT", "RELEASE", "COMMIT"}] == ["SET", "UPDATE"]  # the claim, the result


def test_old_keys_go_and_those_of_money_stay(market, monkeypatch):
    monkeypatch.setattr(idempotency, "_DELETED_AT_ONCE", 2)
    for number in range(5):
        ask(key=f"old{number}")
    ask(key="young", at=START + DAY)
    ask(key="money", money=True)
    at = START + DAY * idempotency.KEPT_DAYS

    assert idempotency.delete_old(at=at) == 0
    assert idempotency.delete_old(at=at + datetime.timedelta(seconds=1)) == 5

    assert set(IdempotencyKey.objects.values_list("key", flat=True)) == {"young", "money"}
    assert ask(key="old0")[1]


def test_the_clock_deletes_old_keys(market):
    ask()
    assert settings.CELERY_BEAT_SCHEDULE["old-keys"]["task"] == tasks.delete_old_keys.name
    tasks.delete_old_keys()
    assert IdempotencyKey.objects.exists() == (datetime.datetime.now(datetime.UTC) <= START + DAY * idempotency.KEPT_DAYS)
