"""Makes the baseline of this release: `pasarsama test baseline`, which runs this as a process of its own.

A market of three villages and one that is closed in which everything happened once, and its rows as they stand at this release's
migrations. To be run when a release is made; the files are committed with it.
"""

# ruff: noqa: E402 - settings are read once the servers' names stand in the environment
from __future__ import annotations

import os
import sys
from datetime import timedelta

from tests.support import servers

os.environ.update(servers.environment())

import django

django.setup()

from django.db import connections

from deploy import audit
from deploy.background import celery_app  # noqa: F401 - the Celery application that shared tasks belong to
from settlement.seals import seals
from tenants import acts, codes, villages
from tenants.db import privileges
from tenants.schemas import migrate_all, migration_state, provisioning
from tests.support import factories, shopping
from tests.system.audit import scenarios
from tests.system.upgrade import releases, rows

CLOSED = ("34.02.90.2004", "Mekarsari")
DATABASE = "baseline"
SEALED_DAYS = 3


def main() -> int:
    """Live through the market, write its rows, and say how large they are."""
    servers.start()
    try:
        servers.CLUSTER.create_database(DATABASE)
        with servers.as_owner(DATABASE):
            _found()
        servers.point_at(servers.CLUSTER.url(database=DATABASE))
        _live()
        with servers.as_owner(DATABASE):
            release = _write()
    finally:
        connections.close_all()
        servers.stop()
    size = release.size_bytes()
    print(f"{release.folder}: {sum(release.rows.values())} baris / rows, {size / 1_000:.0f} KB")
    if size > releases.BYTES_MAX:
        print(f"Terlalu besar / too large: {size} > {releases.BYTES_MAX}", file=sys.stderr)
        return 1
    return 0


def _found() -> None:
    migrate_all.migrate_all(jobs=1)
    for code, name in (*factories.VILLAGES.items(), CLOSED):
        provisioning.provision(code=code, name=name, act=acts.by_command_line(at=factories.START))
    factories.people()
    privileges.apply()


def _live() -> None:
    villages.forget()
    scenarios.live(shopping.product(factories.CIBIRU, price_rupiah=9_999, stock=100))
    for turn in range(SEALED_DAYS):
        seals.seal_due(at=shopping.NOON + timedelta(days=30 + turn))
    villages.suspend(code=CLOSED[0], act=acts.by_command_line(at=shopping.NOON, reason="libur panen"))
    broken = [result.name for result in audit.run() if result.count]
    if broken:
        raise SystemExit(f"audit: {', '.join(broken)}")


def _write() -> releases.Release:
    schemas = [codes.schema_of(code) for code in (*factories.VILLAGES, CLOSED[0])]
    version = releases.version()
    (releases.FOLDER / version).mkdir(parents=True, exist_ok=True)
    release = releases.Release(
        version=version,
        public=releases.recorded(schema="public"),
        village=sorted(migration_state.wanted()),
        schemas=schemas,
        rows={},
    )
    counts = rows.dump(release.rows_path, schemas=["public", *schemas])
    release = releases.Release(version, release.public, release.village, schemas, {name: count for name, count in counts.items() if count})
    release.write()
    return release


if __name__ == "__main__":
    raise SystemExit(main())
