"""Every function of ours finds its tables whatever search_path is: pg_dump empties it, and so does whoever restores."""

from __future__ import annotations

import re

from django.db import connection

_FUNCTIONS = """
SELECT p.oid::regprocedure::text, p.prosrc, coalesce(array_to_string(p.proconfig, ' '), '') LIKE '%%search_path=%%'
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
"""
# Whatever stands in a schema that search_path has to name: tables, views, functions and types of ours and of extensions.
_NAMES = """
SELECT DISTINCT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
UNION SELECT DISTINCT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
"""


def careless() -> list[str]:
    """The functions that neither set search_path nor name the schema of all that they use."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES)
        names = {name for (name,) in cursor.fetchall()}
        cursor.execute(_FUNCTIONS)
        functions = cursor.fetchall()
    assert len(functions) > 10
    bare = re.compile(rf"(?<![\w.\"'])(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})(?![\w'])")
    return [name for name, body, has_path in functions if not has_path and bare.search(re.sub(r"--.*", "", body))]


def test_function_bodies_name_schemas_or_set_search_path(market) -> None:
    assert careless() == []


def test_a_careless_one_is_seen(market) -> None:
    with market.as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE FUNCTION careless() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM tenants_village'")
        cursor.execute("CREATE FUNCTION careful() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM public.tenants_village'")
        assert careless() == ["careless()"]
