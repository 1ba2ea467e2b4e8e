"""What PostgreSQL knows of a schema's tables, for comparing two of them."""

from __future__ import annotations

from typing import Any

from django.db import connection

# Names of schemas are taken out of definitions; object ids and the order of columns' making do not count, their order does.
_KNOWN = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attcollation,
               a.attstorage, a.attcompression, pg_get_expr(d.adbin, d.adrelid),
               row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), col_description(c.oid, a.attnum), c.reloptions, c.relpersistence
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = %(s)s::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraints": """
        SELECT c.relname, k.conname, k.contype, k.condeferrable, k.condeferred, k.convalidated,
               replace(pg_get_constraintdef(k.oid), %(s)s || '.', '')
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.connamespace = %(s)s::regnamespace""",
    "indexes": """
        SELECT tablename, indexname, replace(indexdef, %(s)s || '.', '') FROM pg_indexes WHERE schemaname = %(s)s""",
    "sequences": """
        SELECT sequencename, data_type, start_value, increment_by, min_value, max_value, cycle
        FROM pg_sequences WHERE schemaname = %(s)s""",
}


def known(schema: str) -> dict[str, list[tuple[Any, ...]]]:
    """Columns, constraints, indexes and sequences of a schema."""
    with connection.cursor() as cursor:
        found = {}
        for what, query in _KNOWN.items():
            cursor.execute(query, {"s": schema})
            found[what] = sorted(cursor.fetchall(), key=repr)
        return found


def stamps(schema: str) -> list[tuple[str, str]]:
    """The migrations recorded in a schema, each as often as it stands there."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT app, name FROM "{schema}".django_migrations ORDER BY 1, 2')  # noqa: S608 - a test's own name
        return list(cursor.fetchall())
