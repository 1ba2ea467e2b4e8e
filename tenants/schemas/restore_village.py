"""One village brought back from its export: beside the damaged one, and in its place only when all of it is right.

The rows are read into a schema of their own, in the shape that they had, and migrated. Then one transaction locks the damaged tables, puts
their schema aside (closed, never dropped) and the new one in its place, and lets higher layers bring it in line with the shared tables, by
functions named in settings.PASARSAMA_ON_VILLAGE_RESTORED. Whatever is stopped before leaves the village as it was; run it again.
The ledger and all other shared tables stay as they are.
"""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import module_loading
from django.utils.translation import gettext_noop

from tenants import activity_log, codes, errors, models, trade_holds, villages
from tenants.acts import Act
from tenants.db import context, privileges
from tenants.people import permissions
from tenants.people.permissions import Permission
from tenants.schemas import migrate_one, migration_state, provisioning, schema_template, table_changes, village_folder
from tenants.schemas.village_folder import VillageFolder

Progress = Callable[[int, int, str], None]  # done, total, table
Clock = Callable[[], datetime]
State = models.Village.State

_PICTURE = re.compile(r"[0-9a-f]{32}-[0-9]{3,4}\.webp")
_LOCK_SECONDS = 30  # a village whose tables are in use that long stays as it is; the next call tries it again


class OtherVillage(errors.DomainError):
    """The village of this code came to this federation at another time than the one in the folder, and has rows of its own."""

    kind = errors.Kind.CONFLICT
    code = "folder-of-other-village"
    sentence = gettext_noop(
        "Desa %(name)s di pasar ini bukan yang ada di folder: yang ini bergabung %(here)s, yang di folder %(there)s. Data folder hanya"
        " dapat masuk ke desa yang baru diterima dan belum punya barang."
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Restoration:
    """What is brought back, as higher layers are told."""

    village_code: codes.VillageCode
    joined_at: datetime  # when the village came to this federation
    kept: VillageFolder
    act: Act

    @property
    def is_newcomer(self) -> bool:
        """Whether the rows are of a membership in another federation: goods come along, orders do not."""
        return self.joined_at != self.kept.joined_at

    def refuse_newcomer(self) -> None:
        """Stop where the village of this code has rows of its own here.

        :raises OtherVillage: always
        """
        name = villages.by_code(code=self.village_code).name
        raise OtherVillage(name=name, here=f"{self.joined_at:%Y-%m-%d}", there=f"{self.kept.joined_at:%Y-%m-%d}")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Restored:
    """What was done: rows read by table, the schema in which the damaged tables stay (empty: there were none), what was made again or
    has to be looked at, by name, and pictures put back."""

    code: codes.VillageCode
    newcomer: bool
    rows: Mapping[str, int]
    put_aside: str
    found: Mapping[str, int]
    pictures: int


def restore(*, folder: Path, act: Act, now: Clock, progress: Progress) -> Restored:
    """Bring a village back from its export, or take it from another federation as a new member. Runs as the owner.

    It counts as done at the moment `now` gives under the locks: what was ordered while the rows were read came before.

    :raises village_folder.NoVillageFolder, village_folder.VillageFolderDamaged, village_folder.VillageFolderOfOtherRelease: as `read` does
    :raises OtherVillage: if the village of this code is another one
    :raises permissions.Forbidden: unless `act.by` admits villages
    """
    permissions.require(act.by, Permission.ADMIT_VILLAGES, codes.FEDERATION)
    kept = village_folder.read(folder=folder)
    with context.public():
        row = models.Village.objects.filter(code=kept.code).first()
    if row is None:
        provisioning.provision(code=kept.code, name=kept.name, slug="", act=act)
        row = models.Village.objects.get(code=kept.code)
    made = f"restoring_{codes.digits(kept.code)}"
    with migrate_one.alone(made):
        _make(made, kept)
        rows = _fill(made, folder, kept, progress)
        migrate_one.run_in(schema=made)
        pictures = _put_pictures(kept.code, folder / village_folder.PICTURES)
        restoration = Restoration(village_code=kept.code, joined_at=row.created_at, kept=kept, act=act)
        put_aside, found = _put_in_place(row, made, restoration, now)
    return Restored(code=kept.code, newcomer=restoration.is_newcomer, rows=rows, put_aside=put_aside, found=found, pictures=pictures)


def _make(schema: str, kept: VillageFolder) -> None:
    """An empty schema with the tables that the folder's rows come from; one that a killed run left is thrown away."""
    making = provisioning.making() if set(kept.migrations) == set(migration_state.wanted()) else None
    with context.public(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {_quoted(schema)} CASCADE")
        cursor.execute(f"CREATE SCHEMA {_quoted(schema)}")
    with context.inside_schema(schema):
        if making is not None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(making.ddl)
            return
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan([key for key in executor.loader.graph.leaf_nodes() if key[0] in migration_state.labels()])
        executor.migrate(None, plan=[step for step in plan if (step[0].app_label, step[0].name) in kept.migrations])


def _fill(schema: str, folder: Path, kept: VillageFolder, progress: Progress) -> dict[str, int]:
    """Read every table's rows; gives their number. What the tables do not have is refused by its name."""
    there = schema_template.columns(schema=schema)
    rows: dict[str, int] = {}
    with context.inside_schema(schema), transaction.atomic(), connection.cursor() as cursor:
        for number, (table, names) in enumerate((table, kept.tables[table]) for table in there if table in kept.tables):
            progress(number, len(kept.tables), table)
            if set(names) != set(there[table]):
                raise village_folder.VillageFolderDamaged(name=f"{village_folder.MANIFEST}: {table}")
            with open(folder / village_folder.TABLES / f"{table}.copy", "rb") as file:
                cursor.copy_expert(f"COPY {_quoted(table)} ({', '.join(map(_quoted, names))}) FROM STDIN", file)
            rows[table] = cursor.rowcount
        for table in kept.tables.keys() - there.keys():
            raise village_folder.VillageFolderDamaged(name=f"{village_folder.MANIFEST}: {table}")
    progress(len(kept.tables), len(kept.tables), "")
    return rows


def _put_in_place(row: models.Village, made: str, restoration: Restoration, now: Clock) -> tuple[str, dict[str, int]]:
    """Exchange the schemas and bring the new one in line with the shared tables: one transaction."""
    schema = row.schema_name
    found: dict[str, int] = {}
    with context.public(), transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'")
        cursor.execute(table_changes.IN_TRANSACTION)
        village = models.Village.objects.select_for_update().get(code=row.code)
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [schema])
        tables = [name for (name,) in cursor.fetchall()]
        if tables:  # whoever writes there finishes first, whoever comes later finds the tables that are new
            cursor.execute(f"LOCK TABLE {', '.join(f'{_quoted(schema)}.{_quoted(table)}' for table in tables)}")
        act = dataclasses.replace(restoration.act, at=now())
        restoration = dataclasses.replace(restoration, act=act)
        aside = f"damaged_{codes.digits(restoration.village_code)}_{act.at:%Y%m%d%H%M%S}"
        cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [schema])
        if there := cursor.fetchone()[0]:
            cursor.execute(f"ALTER SCHEMA {_quoted(schema)} RENAME TO {_quoted(aside)}")
            if not privileges.one_role():
                role = _quoted(privileges.application_role())
                cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {_quoted(aside)} FROM {role}")
                cursor.execute(f"REVOKE ALL ON SCHEMA {_quoted(aside)} FROM {role}")
        cursor.execute(f"ALTER SCHEMA {_quoted(made)} RENAME TO {_quoted(schema)}")
        grants = privileges.statements(
            schema=schema, tables=schema_template.columns(schema=schema), fresh=True, read_only=village.state == State.ARCHIVED
        )
        if grants:
            cursor.execute(";\n".join(grants))
        models.Village.objects.filter(code=village.code).update(migration_head=migration_state.current())
        for dotted in settings.PASARSAMA_ON_VILLAGE_RESTORED:
            found |= module_loading.import_string(dotted)(restoration=restoration)
        if not restoration.is_newcomer:  # what its shop did since the export is known, what lies on its shelves is not
            trade_holds.hold(village_code=restoration.village_code, backup_at=restoration.kept.exported_at, act=act)
        detail = {"exported_at": restoration.kept.exported_at.isoformat(), "put_aside": aside if there else "", **found}
        activity_log.record(
            action="village.restored", subject_id=village.code, act=act, village_code=restoration.village_code, detail=detail
        )
        villages.changed()
    return aside if there else "", found


def _put_pictures(code: codes.VillageCode, source: Path) -> int:
    """Put back the pictures that are not there; gives their number. What is no picture's name is left alone."""
    target, put = Path(settings.MEDIA_ROOT) / code, 0
    for path in sorted(source.glob("*.webp")) if source.is_dir() else []:
        if _PICTURE.fullmatch(path.name) and not path.is_symlink() and not (target / path.name).exists():
            target.mkdir(parents=True, exist_ok=True)
            beside = target / f".{path.name}.part"
            shutil.copyfile(path, beside)
            beside.chmod(0o644)
            beside.rename(target / path.name)
            put += 1
    return put


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))
