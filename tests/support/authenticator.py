"""The app on somebody's phone that shows one-time codes: RFC 6238 written down once more, without the library that is under test."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import uuid
from datetime import UTC, datetime, timedelta

from tenants.errors import DomainError
from tenants.people import second_factor
from tests.support import factories

NOON = datetime(2026, 6, 2, 5, 0, tzinfo=UTC)  # a step of 30 seconds begins here
STEP = timedelta(seconds=30)
SECOND = timedelta(seconds=1)
WHO = factories.APPROVER.id


def code(secret: str, at: datetime, *, steps: int = 0) -> str:
    """What the phone shows at this moment, or steps of 30 seconds later."""
    key = base64.b32decode(secret)
    digest = hmac.new(key, struct.pack(">Q", int(at.timestamp()) // 30 + steps), hashlib.sha1).digest()
    start = digest[19] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def wrong(secret: str, at: datetime) -> str:
    """A code that is none of those around this moment."""
    near = {code(secret, at, steps=steps) for steps in range(-3, 4)}
    return next(guess for guess in ("123456", "000000", "111111", "222222", "333333", "444444", "555555", "666666") if guess not in near)


def enrolled(*, user_id: uuid.UUID = WHO, at: datetime = NOON - timedelta(days=1)) -> str:
    """Put a device of this person in force with the code of this moment, which is used then; gives its secret."""
    secret = second_factor.enrol(user_id=user_id, at=at).secret
    second_factor.confirm(user_id=user_id, code=code(secret, at), at=at)
    return secret


def check(typed: str, at: datetime, *, user_id: uuid.UUID = WHO) -> str:
    """The refusal's code; empty where it was taken."""
    try:
        second_factor.check(user_id=user_id, code=typed, at=at)
    except DomainError as refused:
        return refused.code
    return ""
