"""What the application's role may do with the owner's tables, said in this one place after every migration.

It owns nothing, so it can neither drop, alter nor truncate. It adds rows to append-only tables and changes nothing there; of some
tables it may change named columns only, others it may only read. Apps declare these in their AppConfig:

    append_only_tables = ("settlement_transfer",)
    read_only_tables = ("settlement_installedfunction",)
    limited_updates = {"settlement_obligation": ("open_rupiah",)}
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterable, Mapping
from urllib import parse

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from tenants import codes, models
from tenants.db import context

log = logging.getLogger(__name__)

_ALL = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
_ADD = frozenset({"SELECT", "INSERT"})
_READ = frozenset({"SELECT"})
_MIGRATIONS = "django_migrations"


@dataclasses.dataclass(frozen=True)
class Deviation:
    """A table on which the application's role may do more or less than it should."""

    schema: str
    table: str
    has: frozenset[str]  # privileges; a column's as UPDATE(column)
    should: frozenset[str]


def application_role() -> str:
    """The role of DATABASE_URL."""
    return parse.unquote(parse.urlsplit(settings.DATABASE_URL).username or "")


def owner_role() -> str:
    """The role of DATABASE_OWNER_URL."""
    return parse.unquote(parse.urlsplit(settings.DATABASE_OWNER_URL).username or "")


def one_role() -> bool:
    """Whether the application works as the owner: then the database protects nothing from it."""
    return application_role() == owner_role()


def apply() -> int:
    """Grant what deviates, in public and in every village, and give the number of schemas touched. Runs as the owner."""
    if one_role():
        log.warning("DATABASE_URL and DATABASE_OWNER_URL name one role: nothing stops the application from changing ledger rows")
        return 0
    wrong = sorted({deviation.schema for deviation in deviations()})
    for schema in wrong:
        with context.public(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(";\n".join(statements(schema=schema, tables=_tables(schema), read_only=schema in _archived())))
    return len(wrong)


def close(*, schema: str) -> None:
    """Leave the application's role nothing but reading in one schema, in the caller's transaction."""
    grants = statements(schema=schema, tables=_tables(schema), read_only=True)
    if grants:
        with context.public(), connection.cursor() as cursor:
            cursor.execute(";\n".join(grants))


def deviations() -> list[Deviation]:
    """Every table of public and of the villages whose privileges are not what they should be. Two questions, however many villages."""
    if one_role():
        return []
    archived = _archived()
    with context.public(), connection.cursor() as cursor:
        cursor.execute(_GRANTED, {"role": application_role(), "villages": f"^{codes.SCHEMA_PATTERN}$"})
        rows = [(schema, table, frozenset(has)) for schema, table, has in cursor.fetchall()]
    found = [
        Deviation(schema=schema, table=table, has=has, should=_should(table, closed=schema in archived)) for schema, table, has in rows
    ]
    return [deviation for deviation in found if deviation.has != deviation.should]


def statements(*, schema: str, tables: Iterable[str], read_only: bool = False, fresh: bool = False) -> list[str]:
    """The statements that grant the application's role what it needs in one schema; none where there is only one role.

    `fresh` says that the schema was made in this transaction, so that there is nothing to take back.
    """
    if one_role():
        return []
    quote = connection.ops.quote_name
    place, role = quote(schema), quote(application_role())
    groups: dict[frozenset[str], list[str]] = {}
    for table in sorted(tables):
        groups.setdefault(_should(table, closed=read_only), []).append(f"{place}.{quote(table)}")
    grants = [] if fresh else [f"REVOKE ALL ON {table} FROM {role}" for names in groups.values() for table in [", ".join(names)]]
    grants.append(f"GRANT USAGE ON SCHEMA {place} TO {role}")
    for rights, names in groups.items():
        grants.append(f"GRANT {', '.join(sorted(rights))} ON {', '.join(names)} TO {role}")
    grants.append(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {place} TO {role}")
    return grants


def append_only() -> frozenset[str]:
    """The tables whose rows nobody may change."""
    return frozenset(table for config in apps.get_app_configs() for table in getattr(config, "append_only_tables", ()))


def read_only() -> frozenset[str]:
    """The tables that only the owner writes."""
    return frozenset({_MIGRATIONS, *(table for config in apps.get_app_configs() for table in getattr(config, "read_only_tables", ()))})


def limited() -> Mapping[str, frozenset[str]]:
    """The tables of which only these columns may be changed, and no row removed."""
    return {
        table: frozenset(columns) for config in apps.get_app_configs() for table, columns in getattr(config, "limited_updates", {}).items()
    }


def _should(table: str, *, closed: bool) -> frozenset[str]:
    if closed or table in read_only():
        return _READ
    if table in append_only():
        return _ADD
    columns = limited().get(table)
    if columns is not None:
        return _ADD | {f"UPDATE ({column})" for column in columns}
    return _ALL


def _archived() -> frozenset[str]:
    with context.public():
        rows = models.Village.objects.filter(state=models.Village.State.ARCHIVED)
        return frozenset(codes.schema_of(code) for code in rows.values_list("code", flat=True))


def _tables(schema: str) -> list[str]:
    with context.public(), connection.cursor() as cursor:
        cursor.execute(_OWN_TABLES, {"schema": schema})
        return [name for (name,) in cursor.fetchall()]


# Tables that belong to an extension (deptype 'e') are its own business.
_OWN_TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
"""

_GRANTED = """
SELECT n.nspname, c.relname,
  array(SELECT a.privilege_type FROM aclexplode(c.relacl) a WHERE a.grantee = r.oid
        UNION ALL
        SELECT b.privilege_type || ' (' || t.attname || ')' FROM pg_attribute t, aclexplode(t.attacl) b
        WHERE t.attrelid = c.oid AND t.attacl IS NOT NULL AND b.grantee = r.oid)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_roles r ON r.rolname = %(role)s
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND (n.nspname = 'public' OR n.nspname ~ %(villages)s)
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
"""
