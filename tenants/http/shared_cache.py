"""The shared cache when its server is away: reading finds nothing, writing does nothing, and the market goes on, slower.

Counting (`add`, `incr`) still fails: a throttle that cannot count must not let everybody pass.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

log = logging.getLogger(__name__)


class Client(RedisCacheClient):
    """Keeps its client; the stock one makes a new one, with its table of all answers, for every look (half of what a look costs)."""

    def __init__(self, servers: Any, **options: Any) -> None:
        super().__init__(servers, **options)
        self._made: Any = None

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        if self._made is None:  # there is one server, for reading and for writing
            self._made = super().get_client(key, write=write)
        return self._made


class ForgivingCache(RedisCache):
    """Valkey or Redis, whose absence is no error for what can be made again."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except redis.RedisError as error:
            return self._without(error, default)

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        try:
            found: dict[Any, Any] = super().get_many(list(keys), version)
        except redis.RedisError as error:
            return dict(self._without(error, {}))
        return found

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        try:
            super().set(key, value, timeout, version)
        except redis.RedisError as error:
            self._without(error, None)

    def set_many(self, data: Mapping[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> list[Any]:
        try:
            return list(super().set_many(dict(data), timeout, version))
        except redis.RedisError as error:
            return list(self._without(error, list(data)))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        try:
            return bool(super().has_key(key, version))
        except redis.RedisError as error:
            return bool(self._without(error, False))

    def delete(self, key: Any, version: int | None = None) -> bool:
        try:
            return bool(super().delete(key, version))
        except redis.RedisError as error:
            return bool(self._without(error, False))

    @staticmethod
    def _without(error: Exception, instead: Any) -> Any:
        log.warning("The cache server does not answer (%s); going on without it.", error)
        return instead
