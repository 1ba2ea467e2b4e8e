"""UUIDv7 (RFC 9562): keys that the application makes and that sort by their time of making."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """A UUIDv7 from the system's clock (milliseconds) and 74 random bits."""
    value = (time.time_ns() // 1_000_000 << 80) | int.from_bytes(os.urandom(10), "big")
    return uuid.UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | (0x7 << 76) | (0x2 << 62))
