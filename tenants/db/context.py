"""The only door between schemas. Inside a village its tables come first, then the shared ones of public."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from django.db import DEFAULT_DB_ALIAS, connections

from tenants import codes

if TYPE_CHECKING:  # the backend needs the apps, and this is read while they are made ready
    from tenants.db.backend import base

PUBLIC = "public"
# What stands in the cache for everybody whatever village is entered at the moment: sessions are loaded lazily, so one
# session would otherwise be kept once per village and go stale in all but one.
_SHARED_KEYS = ("django.contrib.sessions", "shared:")


@contextlib.contextmanager
def inside(village_code: codes.VillageCode) -> Iterator[None]:
    """Work inside one village; the former place is restored at the end, whatever happens.

    Nothing is asked of the database here: the next statement carries the switch, and a village without a schema
    shows as a missing table, never as another village's rows. Connections belong to threads, so threads do not mix.

    :raises ValueError: if it is no village's code
    """
    schema, place = codes.schema_of(village_code), _connection()  # as inside_schema, which each purchase would enter six times
    former = place.schema_name
    place.switch(schema)
    try:
        yield
    finally:
        place.switch(former)


@contextlib.contextmanager
def public() -> Iterator[None]:
    """Step back to the shared tables only."""
    with inside_schema(PUBLIC):
        yield


@contextlib.contextmanager
def inside_schema(schema: str) -> Iterator[None]:
    """Work in a schema by its name; for provisioning, migrating and restoring only, which know others than the villages'."""
    place = _connection()
    former = place.schema_name
    place.switch(schema)
    try:
        yield
    finally:
        place.switch(former)


@contextlib.contextmanager
def keeping(kept: list[str]) -> Iterator[None]:
    """Append to the list what the schema editor says to the database meanwhile; for migrating only."""
    place = _connection()
    place.statements_kept = kept
    try:
        yield
    finally:
        place.statements_kept = None


def current() -> codes.VillageCode | None:
    """The village that this thread is inside of, None outside of all."""
    return codes.code_of(_connection().schema_name)


def here() -> codes.VillageCode:
    """The village that this thread is inside of.

    :raises RuntimeError: outside of all
    """
    village_code = current()
    if village_code is None:
        raise RuntimeError("This runs inside a village only.")
    return village_code


def cache_key(key: str, prefix: str, version: int) -> str:
    """KEY_FUNCTION of CACHES: the same key in two villages is two entries; keys that begin with `shared:` are one."""
    schema = PUBLIC if key.startswith(_SHARED_KEYS) else _connection().schema_name
    return f"{prefix}:{version}:{schema}:{key}"


def _connection() -> base.DatabaseWrapper:
    """This thread's connection itself; Django's `connection` looks it up for each attribute, and knows nothing of schemas."""
    return cast("base.DatabaseWrapper", connections[DEFAULT_DB_ALIAS])
