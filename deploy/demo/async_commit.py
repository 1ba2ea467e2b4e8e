"""Commits that do not wait for the disk: a first start that is killed begins again, so only its end has to be safe."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def enabled() -> Iterator[None]:
    """Let this process's commits return before they are on the disk, and spare it the collector; at the end everything is on the disk."""
    from django.db import connection

    gc.disable()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        gc.enable()
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO on")
    # A commit that waits takes along whatever was written before it, by whichever process.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE federation_federation SET id = id")
