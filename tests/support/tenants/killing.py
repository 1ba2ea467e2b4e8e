"""Runs one verb in a process of its own that kills itself (SIGKILL) at a named place. Only tests start it.

python -m tests.support.tenants.killing PLACE CODE NAME
"""

from __future__ import annotations

import os
import signal
import sys
import types

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402

from tenants import acts, villages  # noqa: E402
from tenants.db import privileges  # noqa: E402
from tenants.schemas import migrate_one, provisioning  # noqa: E402
from tests.support import factories  # noqa: E402


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after(module: types.ModuleType | type, name: str) -> None:
    """Let a function do its work, then die."""
    work = getattr(module, name)

    def last(*args: object, **kwargs: object) -> None:
        work(*args, **kwargs)
        die()

    setattr(module, name, last)


def main() -> None:
    place, code, name = sys.argv[1:4]
    if place.startswith("migrations"):
        settings.PASARSAMA_PROVISION_BY = "migrations"
    if place == "row":
        provisioning._make_schema = die
    elif place == "copy":
        privileges.statements = die  # in the transaction, before the tables
    elif place == "copied":
        after(provisioning, "_copy")
    elif place == "migrations-first":
        after(MigrationExecutor, "apply_migration")
    elif place == "migrations-run":
        after(migrate_one, "run_in")
    elif place == "migrations-made":
        after(provisioning, "_migrate")
    elif place == "hooks":
        hook = types.ModuleType("killing_hook")
        hook.die = die  # type: ignore[attr-defined]
        sys.modules["killing_hook"] = hook
        settings.PASARSAMA_ON_VILLAGE_ACTIVE = [*settings.PASARSAMA_ON_VILLAGE_ACTIVE, "killing_hook.die"]
    elif place == "opened":
        villages._announce = die
    else:
        raise SystemExit(f"no such place: {place}")
    provisioning.provision(code=code, name=name, act=acts.by_command_line(at=factories.START))


if __name__ == "__main__":
    main()
