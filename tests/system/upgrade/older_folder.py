"""A data folder as an older release leaves it: its tables, no village. `python -m tests.system.upgrade.older_folder DATA`"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

from deploy.cli.support import environment


def make(data: Path) -> None:
    """Make the tables of the oldest release that is kept, in the database of an embedded server."""
    with environment.started(data=data, as_owner=True, may_create=True):
        from django.db import connection

        from tests.system.upgrade import releases

        releases.migrate_to(dataclasses.replace(releases.kept()[0], schemas=()))
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA village_template")
            cursor.execute("GRANT USAGE ON SCHEMA public TO pasarsama")  # as that release did, by a list of its own
            cursor.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO pasarsama")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
