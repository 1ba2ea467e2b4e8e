"""What was asked, as one hash: equal requests are known again without keeping what people wrote in them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID


def sha256(request: Mapping[str, object]) -> str:
    """The hash of what was asked: the same for the same values, in whatever order they are named.

    :raises TypeError: if a value is not plain
    """
    text = json.dumps(_plain(request), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    """A value as JSON has it."""
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_plain(part) for part in value]
    raise TypeError(f"{type(value).__name__} in a request: give plain values")
