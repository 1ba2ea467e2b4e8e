"""Who makes or changes tables, and who needs them to stay as they are: the first work beside each other, the second alone.

A snapshot does not hold off DDL: a table made or changed under a backup is missing in it, or ends it. The lock is PostgreSQL's, so it ends
with the connection that holds it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django.db import connection

from tenants.db import context

_NAME = "pasarsama changes tables"
# For statements that go to the server in one text with the change itself; it lasts until their transaction ends.
IN_TRANSACTION = f"SELECT pg_advisory_xact_lock_shared(hashtext('{_NAME}'))"
# For a connection of its own that needs tables as they are, and gives them free by ending: whether it has them, and waiting for them.
TRY_TO_HOLD_OFF = f"SELECT pg_try_advisory_lock(hashtext('{_NAME}'))"
HOLD_OFF = f"SELECT pg_advisory_lock(hashtext('{_NAME}'))"


@contextlib.contextmanager
def going_on() -> Iterator[None]:
    """Make or change tables inside; waits while somebody needs them as they are."""
    with context.public(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock_shared(hashtext('{_NAME}'))")
        try:
            yield
        finally:
            cursor.execute(f"SELECT pg_advisory_unlock_shared(hashtext('{_NAME}'))")
