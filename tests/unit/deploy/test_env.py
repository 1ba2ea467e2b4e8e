from __future__ import annotations

from collections.abc import Callable

import pytest

from deploy import env


def test_an_address_becomes_an_entry_of_databases() -> None:
    entry = env.database("postgresql://pasarsama:p%40ss@db.desa.id:5433/pasar?sslmode=verify-full")

    assert entry == {
        "NAME": "pasar",
        "USER": "pasarsama",
        "PASSWORD": "p@ss",
        "HOST": "db.desa.id",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "verify-full"},
    }


def test_a_socket_folder_is_a_host() -> None:
    entry = env.database("postgresql://pasarsama:x@/pasar?host=/var/lib/pasar%20sama/run")

    assert (entry["HOST"], entry["PORT"], entry["OPTIONS"]) == ("/var/lib/pasar sama/run", "", {})


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://a:secret@b/c", "postgresql://"),
        ("postgresql://a:secret@b/", "no database"),
        ("postgresql://b/c", "no user"),
        ("postgresql://a:secret@b:many/c", "cannot be read"),
        ("", "postgresql://"),
    ],
)
def test_an_unusable_address_says_why_and_hides_the_password(url: str, why: str) -> None:
    with pytest.raises(env.Misconfigured, match=why) as refused:
        env.database(url)

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "broker", "cache"),
    [
        ("redis://:pw@host:6380/0", "redis://:pw@host:6380/0", "redis://:pw@host:6380/1"),
        ("valkey://host", "redis://host", "redis://host/1"),
        ("unix://:pw@/run/v.sock?db=0", "redis+socket://:pw@/run/v.sock?virtual_host=0", "unix://:pw@/run/v.sock?db=1"),
    ],
)
def test_a_broker_is_read_by_queue_and_cache(url: str, broker: str, cache: str) -> None:
    assert env.broker(url) == broker
    assert env.cache(url) == cache


def test_a_broker_of_another_kind_is_refused() -> None:
    with pytest.raises(env.Misconfigured, match="redis://"):
        env.broker("amqp://guest:secret@host")


@pytest.mark.parametrize("read", [env.broker, env.cache])
@pytest.mark.parametrize(
    "url", ["redis://:secret@host:6380/1", "valkeys://host/3?timeout=5", "redis://host/01", "unix://:secret@/run/v.sock?db=1"]
)
def test_the_queue_shares_no_database_with_what_is_emptied(read: Callable[[str], str], url: str) -> None:
    with pytest.raises(env.Misconfigured, match="BROKER_URL .*emptied after a failure.*Name another one") as refused:
        read(url)
    assert "secret" not in str(refused.value)
    assert read("redis://host/11")


def test_a_database_in_the_query_is_not_followed_by_the_cache() -> None:
    with pytest.raises(env.Misconfigured, match="after the host"):
        env.cache("redis://host/0?db=0")


def test_readers_refuse_what_cannot_be_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_FLAG", "maybe")
    monkeypatch.setenv("X_NUMBER", "ten")
    monkeypatch.setenv("X_MODE", "prod")
    monkeypatch.delenv("X_MISSING", raising=False)

    for call in (
        lambda: env.flag("X_FLAG"),
        lambda: env.number("X_NUMBER", 1),
        lambda: env.text("X_MISSING"),
        lambda: env.number("X_MISSING"),
        lambda: env.choice("X_MODE", default="local", among=("local", "production")),
    ):
        with pytest.raises(env.Misconfigured, match="X_"):
            call()


def test_readers_take_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_FLAG", "On")
    monkeypatch.setenv("X_NUMBER", " 12 ")
    monkeypatch.setenv("X_NAMES", "a, b,,c ")

    assert env.flag("X_FLAG") is True
    assert env.number("X_NUMBER") == 12
    assert env.names("X_NAMES") == ["a", "b", "c"]
    assert env.names("X_OTHERS", "d,e") == ["d", "e"]


def test_pairs_are_read_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASARSAMA_UJI", " satu = paket.satu , dua=paket.dua,")
    assert list(env.pairs("PASARSAMA_UJI").items()) == [("satu", "paket.satu"), ("dua", "paket.dua")]
    monkeypatch.delenv("PASARSAMA_UJI")
    assert env.pairs("PASARSAMA_UJI") == {}


@pytest.mark.parametrize(("value", "why"), [("satu", "pairs"), ("=x", "pairs"), ("satu=", "pairs"), ("a=x,a=y", "twice")])
def test_what_is_no_pair_is_refused(monkeypatch: pytest.MonkeyPatch, value: str, why: str) -> None:
    monkeypatch.setenv("PASARSAMA_UJI", value)
    with pytest.raises(env.Misconfigured, match=why):
        env.pairs("PASARSAMA_UJI")
