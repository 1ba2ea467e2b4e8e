"""The baselines that are kept: for each release the migrations it had, and the rows of a market that it made."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tenants.db import context
from tenants.schemas import migration_state

FOLDER = Path(__file__).parent / "releases"
BYTES_MAX = 300_000  # of all that is kept of one release
_ROWS, _FACTS = "rows.copy.gz", "facts.json"


@dataclasses.dataclass(frozen=True)
class Release:
    """What is known of one release: the migrations of public and of a village, the villages' schemas, and the rows of each table."""

    version: str
    public: Sequence[tuple[str, str]]  # app and name, all that were recorded
    village: Sequence[tuple[str, str]]
    schemas: Sequence[str]  # of the villages
    rows: Mapping[str, int]

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return FOLDER / self.version

    @property
    def rows_path(self) -> Path:
        """The rows themselves."""
        return self.folder / _ROWS

    def write(self) -> None:
        """Keep what is known; the rows are written apart."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / _FACTS).write_text(json.dumps(dataclasses.asdict(self), indent=1) + "\n", encoding="utf-8")

    def size_bytes(self) -> int:
        """What all its files take."""
        return sum(path.stat().st_size for path in self.folder.iterdir())


def kept() -> list[Release]:
    """Every release of which a baseline is kept."""
    return [_read(path) for path in sorted(FOLDER.glob(f"*/{_FACTS}"))]


def version() -> str:
    """The version of this code."""
    with (Path(settings.ROOT) / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def recorded(*, schema: str) -> list[tuple[str, str]]:
    """The migrations that a schema has, in the order of their names."""
    with context.inside_schema(schema), connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return [(app, name) for app, name in cursor.fetchall()]


def migrate_to(release: Release) -> None:
    """Make the tables of that release in an empty database, in public and in a schema for each of its villages. Runs as the owner."""
    _migrate(context.PUBLIC, release.public)
    for schema in release.schemas:
        with context.public(), connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {connection.ops.quote_name(schema)}")
        _migrate(schema, release.village)


def _migrate(schema: str, migrations: Sequence[tuple[str, str]]) -> None:
    with context.inside_schema(schema):
        executor = MigrationExecutor(connection)
        wanted = {key for key in migrations if (key[0] in migration_state.labels()) == (schema != context.PUBLIC)}
        nodes = executor.loader.graph.node_map
        last = [key for key in sorted(wanted) if not any(child.key[0] == key[0] and child.key in wanted for child in nodes[key].children)]
        executor.migrate(None, plan=executor.migration_plan(last))


def _read(path: Path) -> Release:
    facts = json.loads(path.read_text(encoding="utf-8"))
    pairs = {name: [tuple(pair) for pair in facts[name]] for name in ("public", "village")}
    return Release(version=facts["version"], schemas=facts["schemas"], rows=facts["rows"], **pairs)
