"""What a request may take, in bytes, seconds and number."""

import dataclasses

# A photo of 12 MB with its form. Larger ends as 413, here and at a front (deploy/containers/Caddyfile).
BODY_BYTES_MAX = 12_800_000
BODY_MEMORY_BYTES = 256 * 1024  # what is larger waits on the disk
ANSWER_MEMORY_BYTES = 1024 * 1024  # the same of an answer: a page fits many times, a table of years does not
# Bodies count as unfinished after this long: what arrives with its head counts nowhere.
COUNTED_AFTER_SECONDS = 1.0
SECONDS_PER_KB = 1.0
UNFINISHED_PER_ADDRESS = 16
WAITING_PER_THREAD = 32  # requests; who comes after them is told to come again


@dataclasses.dataclass(frozen=True)
class Limits:
    """`seconds` are those of a head, and of a body before its first byte; each KB of a body that came gives it SECONDS_PER_KB more."""

    threads: int
    seconds: float
    trusted_proxies: tuple[str, ...] = ()
