"""The rows of a whole market as text, one COPY block a table as pg_dump writes them, and back into an empty one.

What a migration or the installer writes by itself is left out: it belongs to the tables and not to the market.
"""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from tenants.db import context

LEFT_OUT = ("django_migrations", "django_content_type", "auth_permission", "settlement_installedfunction")
_BLOCK = re.compile(r"^COPY (\S+) \((.*?)\) FROM stdin;\n(.*?)^\\\.\n", re.M | re.S)
_TABLES = """
SELECT c.relname, format('%%I.%%I', n.nspname, c.relname),
    (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
    ARRAY(SELECT f.relname::text FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
          WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind = 'r' AND NOT c.relname = ANY (%s)
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relname
"""
_SEQUENCES = """
SELECT format('SELECT setval(%%L, greatest((SELECT max(%%I) FROM %%I.%%I), 1))',
    pg_get_serial_sequence(format('%%I.%%I', n.nspname, c.relname), a.attname), a.attname, n.nspname, c.relname)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (%s) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
  AND pg_get_serial_sequence(format('%%I.%%I', n.nspname, c.relname), a.attname) IS NOT NULL
"""


def dump(path: Path, *, schemas: Sequence[str]) -> Mapping[str, int]:
    """Write every row of these schemas, tables that others point at first; gives how many rows each table has."""
    counts: dict[str, int] = {}
    text = io.StringIO()
    with context.public(), transaction.atomic(), connection.cursor() as cursor:
        for schema in schemas:
            for table, columns in _tables(cursor, schema):
                block = io.StringIO()
                cursor.copy_expert(f"COPY (SELECT {columns} FROM {table} ORDER BY 1) TO STDOUT", block)  # noqa: S608 - quoted
                counts[table] = block.getvalue().count("\n")
                if counts[table]:
                    text.write(f"COPY {table} ({columns}) FROM stdin;\n{block.getvalue()}\\.\n")
    # Without a time in its head, equal rows are an equal file.
    path.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))
    return counts


def load(path: Path, *, schemas: Sequence[str]) -> None:
    """Write the rows into their empty tables, as the owner: triggers of ours asleep, foreign keys checked at the end."""
    blocks = _BLOCK.findall(gzip.decompress(path.read_bytes()).decode())
    _set_triggers("DISABLE", tables=[table for table, _columns, _rows in blocks])
    with context.public(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table, _columns, _rows in reversed(blocks):  # what a migration wrote stands among the rows too
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - as dump wrote it
        for table, columns, rows in blocks:
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO(rows))
    _set_triggers("ENABLE", tables=[table for table, _columns, _rows in blocks])
    with context.public(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SEQUENCES, [list(schemas)])
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def counted(tables: Sequence[str]) -> Mapping[str, int]:
    """How many rows each of these tables has."""
    found = {}
    with context.public(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - as dump wrote it
            found[table] = cursor.fetchone()[0]
    return found


def _tables(cursor: Any, schema: str) -> Iterator[tuple[str, str]]:
    """Every table with its columns, after those that it points at."""
    cursor.execute(_TABLES, [schema, list(LEFT_OUT)])
    left = {name: (quoted, columns, {other for other in others if other not in LEFT_OUT}) for name, quoted, columns, others in cursor}
    while left:
        free = [name for name, (_quoted, _columns, others) in left.items() if not others & left.keys()]
        for name in free or list(left)[:1]:  # in a ring of tables constraints are deferred anyway
            quoted, columns, _others = left.pop(name)
            yield quoted, columns


def _set_triggers(word: str, *, tables: Sequence[str]) -> None:
    with context.public(), transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} {word} TRIGGER USER")
