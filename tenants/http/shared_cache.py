"""The cache that all processes share, on the server of the queue. Nobody waits long for it, and without it the market goes on, slower.

ForgivingCache is for what can be made again: reading finds nothing, writing does nothing. CountingCache says that it cannot count: a
throttle that cannot must not let everybody pass. Its counts stand apart, since they outlive what `queue_server` forgets.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from tenants.http import queue_server

_ADDRESS_SECONDS_MAX = 0.5  # a name may have several addresses, and each is tried
_RUN = re.compile(rb"run_id:(\w+)")
_ANSWER_BYTES = 1024
_RUN_KEY = "pasarsama:run"  # which run of the server holds what is cached


class _Limited:
    """A connection whose every wait ends with the time of the question under way, also while it is being made. It retries nothing."""

    def _connect(self: Any) -> Any:
        self.socket_connect_timeout = min(_ADDRESS_SECONDS_MAX, queue_server.left_seconds())
        self.socket_timeout = queue_server.left_seconds()
        return super()._connect()  # type: ignore[misc]

    def send_packed_command(self: Any, command: Any, check_health: bool = True) -> None:
        if self._sock is not None:
            self._sock.settimeout(queue_server.left_seconds())
        super().send_packed_command(command, check_health)  # type: ignore[misc]

    def read_response(self: Any, *args: Any, **options: Any) -> Any:
        if self._sock is not None:
            self._sock.settimeout(queue_server.left_seconds())
        return super().read_response(*args, **options)  # type: ignore[misc]


@functools.cache
def _limited(kind: type) -> type:
    return type(kind.__name__, (_Limited, kind), {})


class _Pool(redis.ConnectionPool):
    def __init__(self, connection_class: type = redis.Connection, **options: Any) -> None:
        super().__init__(connection_class=_limited(connection_class), **options)


def _greet(connection: Any) -> None:
    """Let a server that was started again forget what its former run kept: what was changed in its last second is lost to it."""
    connection.on_connect()
    connection.send_command("INFO", "server")
    found = _RUN.search(connection.read_response())
    run = found[1] if found else b""
    connection.send_command("GET", _RUN_KEY)
    known = connection.read_response()
    if known == run:
        return
    if known is not None:
        connection.send_command("FLUSHDB")
        connection.read_response()
    connection.send_command("SET", _RUN_KEY, run)
    connection.read_response()


def _asked(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def ask(*args: Any, **options: Any) -> Any:
        with queue_server.asked():
            return method(*args, **options)

    return ask


class Client(RedisCacheClient):
    """Keeps its client; the stock one makes a new one, with its table of all answers, for every look (half of what a look costs).

    :raises queue_server.Away: wherever it asks
    """

    def __init__(self, servers: Any, **options: Any) -> None:
        super().__init__(servers, pool_class=_Pool, **options)
        self._made: Any = None

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        if self._made is None:  # there is one server, for reading and for writing
            self._made = super().get_client(key, write=write)
        return self._made

    add = _asked(RedisCacheClient.add)
    get = _asked(RedisCacheClient.get)
    set = _asked(RedisCacheClient.set)
    touch = _asked(RedisCacheClient.touch)
    delete = _asked(RedisCacheClient.delete)
    get_many = _asked(RedisCacheClient.get_many)
    has_key = _asked(RedisCacheClient.has_key)
    incr = _asked(RedisCacheClient.incr)
    set_many = _asked(RedisCacheClient.set_many)
    delete_many = _asked(RedisCacheClient.delete_many)
    clear = _asked(RedisCacheClient.clear)


class CountingCache(RedisCache):
    """Valkey or Redis. Whoever counts hears when it is away (queue_server.Away)."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client


class ForgivingCache(CountingCache):
    """Valkey or Redis, whose absence is no error for what can be made again."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, {**params, "OPTIONS": {**params.get("OPTIONS", {}), "redis_connect_func": _greet}})

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(_or(False, super().add, key, value, timeout, version))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _or(default, super().get, key, default, version)

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        return dict(_or({}, super().get_many, list(keys), version))

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        _or(None, super().set, key, value, timeout, version)

    def set_many(self, data: Mapping[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> list[Any]:
        return list(_or(list(data), super().set_many, dict(data), timeout, version))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(_or(False, super().has_key, key, version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(_or(False, super().delete, key, version))

    def forget_all(self) -> None:
        """Empty it, whatever `queue_server` thinks of the server. The order is sent whole at once: a server that hangs finds it waiting.

        :raises redis.RedisError, OSError: if it does not answer
        """
        connection: Any = self._cache.get_client(write=True).connection_pool.make_connection()
        names = [name for name in (connection.username, connection.password) if name]
        commands = [*([("AUTH", *names)] if names else []), ("SELECT", connection.db or 0), ("FLUSHDB",)]
        with contextlib.closing(connection._connect()) as line:
            line.settimeout(queue_server.left_seconds())
            line.sendall(b"".join(connection.pack_commands(commands)))
            answers = b""
            while answers.count(b"\n") < len(commands):
                part = line.recv(_ANSWER_BYTES)
                answers += part
                if not part or b"-" in answers:
                    raise redis.ConnectionError(answers.decode("utf-8", "replace") or "the connection was closed")


def _or(instead: Any, ask: Callable[..., Any], *args: Any) -> Any:
    try:
        return ask(*args)
    except queue_server.Away:
        return instead
