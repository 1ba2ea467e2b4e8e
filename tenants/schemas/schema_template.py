"""The tables of the template schema as one text that makes the same tables in another schema.

The text names nothing by its schema: it runs with search_path set to the new village and public.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from django.db import connection, transaction

from tenants import codes
from tenants.db import context
from tenants.schemas import migration_state


class NotCopyable(Exception):  # noqa: N818 - not an error of the program: migrations do the work instead
    """The template holds something that this text cannot tell (a view, a trigger, rows ...)."""


@dataclasses.dataclass(frozen=True)
class TemplateStatements:
    """The statements that make a village's tables, then its later keys and indexes, then stamp its migrations; and the tables' names."""

    tables_ddl: str
    keys_ddl: str
    stamps: str
    tables: tuple[str, ...]

    @property
    def ddl(self) -> str:
        """All of it, in order."""
        return self.tables_ddl + self.keys_ddl + self.stamps


_current: dict[tuple[str, str], TemplateStatements] = {}


def current() -> TemplateStatements:
    """The statements that make the template as it is now; read once per process, database and head.

    :raises NotCopyable: if the template holds what cannot be copied in this way
    """
    key = (str(connection.settings_dict["NAME"]), migration_state.current())
    if key not in _current:
        _current[key] = read(schema=codes.TEMPLATE_SCHEMA)
    return _current[key]


def columns(*, schema: str) -> dict[str, tuple[str, ...]]:
    """The columns of each table of a schema, the tables in an order in which each comes after those that its keys refer to."""
    with context.inside_schema(schema), transaction.atomic():
        tables = [name for name, _ in _referred_first(_rows(_TABLES, schema), _rows(_CONSTRAINTS, schema))]
        names = _rows(_COLUMNS, schema)
        return {table: tuple(name for owner, name, _ in names if owner == table) for table in tables}


def read(*, schema: str) -> TemplateStatements:
    """Read an empty schema's tables from the catalogue, with the rows of django_migrations as stamps.

    :raises NotCopyable: if it holds what cannot be copied in this way
    """
    with context.inside_schema(schema), transaction.atomic():
        _refuse_what_cannot_be_copied(schema)
        columns, constraints = _rows(_COLUMNS, schema), _rows(_CONSTRAINTS, schema)
        tables = _referred_first(_rows(_TABLES, schema), constraints)
        making = [_sequence(row) for row in _rows(_SEQUENCES, schema)]
        keys, there = [], set()
        for table, options in tables:
            there.add(table)
            inline = [f"{_quoted(name)} {rest}" for owner, name, rest in columns if owner == table]
            for owner, name, _, refers_to, text in constraints:
                # A key of a new table is made with it where it can be: to add it later costs a look at both tables once more.
                if owner == table and (not refers_to or refers_to in there):
                    inline.append(f"CONSTRAINT {_quoted(name)} {text}")
                elif owner == table:
                    keys.append(f"ALTER TABLE {_quoted(table)} ADD CONSTRAINT {_quoted(name)} {text}")
            storage = f" WITH ({', '.join(options)})" if options else ""
            making.append(f"CREATE TABLE {_quoted(table)} (\n  " + ",\n  ".join(inline) + f"\n){storage}")
        making += [text for (text,) in _rows(_SEQUENCE_OWNERS, schema)]
        keys += [text for (text,) in _rows(_INDEXES, schema)]
        keys += [text for (text,) in _rows(_COMMENTS, schema)]
        return TemplateStatements(
            tables_ddl=_script(making),
            keys_ddl=_script(keys),
            stamps=_script(_stamps()),
            tables=tuple(name for name, _ in tables),
        )


def _referred_first(tables: list[tuple[Any, ...]], constraints: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The tables in an order in which each comes after those that its keys refer to, as far as there is one."""
    waiting, ordered = list(tables), list[tuple[Any, ...]]()
    while waiting:
        left = {table for table, _ in waiting}
        blocked = {owner for owner, _, _, refers_to, _ in constraints if refers_to in left and refers_to != owner}
        free = [row for row in waiting if row[0] not in blocked] or waiting  # in a circle some key comes later
        ordered += free
        waiting = [row for row in waiting if row not in free]
    return ordered


def _script(statements: list[str]) -> str:
    return "".join(f"{statement};\n" for statement in statements)


def _refuse_what_cannot_be_copied(schema: str) -> None:
    for what, name in _rows(_NOT_COPYABLE, schema):
        raise NotCopyable(f"{schema} holds {what} {name}")
    for table, _ in _rows(_TABLES, schema):
        if table != "django_migrations":
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT EXISTS (SELECT FROM {_quoted(table)})")  # noqa: S608 - the name is quoted
                if cursor.fetchone()[0]:
                    raise NotCopyable(f"{schema}.{table} holds rows")


def _stamps() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        rows = cursor.fetchall()
        values = ", ".join(cursor.mogrify("(%s, %s, now())", row).decode() for row in rows)
    return [f"INSERT INTO django_migrations (app, name, applied) VALUES {values}"] if rows else []  # noqa: S608 - quoted by psycopg2


def _sequence(row: tuple[Any, ...]) -> str:
    name, kind, start, increment, lowest, highest, cached, cycles = row
    text = (
        f"CREATE SEQUENCE {_quoted(name)} AS {kind} INCREMENT {increment} MINVALUE {lowest} MAXVALUE {highest} START {start} CACHE {cached}"
    )
    return text + (" CYCLE" if cycles else "")


def _rows(query: str, schema: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"schema": schema})
        return list(cursor.fetchall())


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


_TABLES = """
SELECT c.relname, c.reloptions FROM pg_class c
WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind = 'r' ORDER BY c.relname
"""

_COLUMNS = """
SELECT c.relname, a.attname,
  format_type(a.atttypid, a.atttypmod)
  || CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation
       THEN ' COLLATE ' || (SELECT quote_ident(n.nspname) || '.' || quote_ident(l.collname)
                            FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace WHERE l.oid = a.attcollation)
       ELSE '' END
  || CASE WHEN a.attidentity = 'd' THEN ' GENERATED BY DEFAULT AS IDENTITY'
          WHEN a.attidentity = 'a' THEN ' GENERATED ALWAYS AS IDENTITY'
          WHEN a.attgenerated = 's' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED'
          WHEN d.adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)
          ELSE '' END
  || coalesce((SELECT format(' (START %%s INCREMENT %%s MINVALUE %%s MAXVALUE %%s CACHE %%s%%s)',
                             s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END)
               FROM pg_depend i JOIN pg_sequence s ON s.seqrelid = i.objid
               WHERE i.classid = 'pg_class'::regclass AND i.refobjid = c.oid AND i.refobjsubid = a.attnum AND i.deptype = 'i'), '')
  || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname, a.attnum
"""

# NOT NULL stands with the columns (PostgreSQL 18 lists it among the constraints too).
_CONSTRAINTS = """
SELECT c.relname, k.conname, k.contype::text, CASE WHEN f.relnamespace = k.connamespace THEN f.relname ELSE '' END,
  pg_get_constraintdef(k.oid, true)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_class f ON f.oid = k.confrelid
WHERE k.connamespace = %(schema)s::regnamespace AND k.contype IN ('p', 'u', 'c', 'x', 'f') AND c.relkind = 'r'
ORDER BY c.relname, k.contype = 'f', k.contype <> 'p', k.conname
"""

_INDEXES = """
SELECT pg_get_indexdef(i.indexrelid, 0, true)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = %(schema)s::regnamespace
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY c.relname
"""

_SEQUENCES = """
SELECT c.relname, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
WHERE c.relnamespace = %(schema)s::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')
ORDER BY c.relname
"""

_SEQUENCE_OWNERS = """
SELECT format('ALTER SEQUENCE %%I OWNED BY %%I.%%I', s.relname, t.relname, a.attname)
FROM pg_depend d
JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
JOIN pg_class t ON t.oid = d.refobjid
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'a' AND s.relnamespace = %(schema)s::regnamespace
ORDER BY s.relname
"""

_COMMENTS = """
SELECT CASE WHEN d.objsubid = 0 THEN format('COMMENT ON TABLE %%I IS %%L', c.relname, d.description)
            ELSE format('COMMENT ON COLUMN %%I.%%I IS %%L', c.relname, a.attname, d.description) END
FROM pg_description d
JOIN pg_class c ON c.oid = d.objoid AND c.relkind = 'r'
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
WHERE d.classoid = 'pg_class'::regclass AND c.relnamespace = %(schema)s::regnamespace
ORDER BY c.relname, d.objsubid
"""

_NOT_COPYABLE = """
SELECT CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'p' THEN 'partitioned table' WHEN 'f' THEN 'foreign table'
            WHEN 'r' THEN 'unlogged, inheriting or row-secured table' END, relname
FROM pg_class c WHERE relnamespace = %(schema)s::regnamespace AND (relkind IN ('v', 'm', 'p', 'f') OR relkind = 'r' AND (
  relpersistence <> 'p' OR relrowsecurity OR relhasrules OR EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid OR inhparent = c.oid)))
UNION ALL SELECT 'trigger', tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE c.relnamespace = %(schema)s::regnamespace AND NOT tgisinternal
UNION ALL SELECT 'function', proname FROM pg_proc WHERE pronamespace = %(schema)s::regnamespace
UNION ALL SELECT 'type', typname FROM pg_type WHERE typnamespace = %(schema)s::regnamespace AND typtype IN ('e', 'd', 'r')
UNION ALL SELECT 'statistics', stxname FROM pg_statistic_ext WHERE stxnamespace = %(schema)s::regnamespace
UNION ALL SELECT 'invalid index', c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE c.relnamespace = %(schema)s::regnamespace AND NOT indisvalid
"""
