"""What stands in the database: functions and triggers of ours, with PostgreSQL's own text of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from settlement.sql.source_files import Key, Kind, signature


@dataclass(frozen=True, slots=True)
class InstalledObject:
    """All functions of one name, or the triggers of one name on all tables."""

    key: Key
    text: str  # of each of them, in a fixed order; of triggers also whether they are enabled
    signature: str  # a function's; of several functions of one name all, which no file has
    places: tuple[str, ...]  # what DROP FUNCTION or DROP TRIGGER calls them
    calls: frozenset[str]  # a trigger's functions

    @property
    def sha256(self) -> str:
        """The hash of the text, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


# What an extension brought (deptype 'e') is its own business, and so is what is not called as ours.
_FUNCTIONS = """
SELECT p.proname, format('public.%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), pg_get_function_arguments(p.oid),
    coalesce(pg_get_function_result(p.oid), ''), CASE p.prokind WHEN 'a' THEN 'an aggregate' ELSE pg_get_functiondef(p.oid) END
FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND starts_with(p.proname, 'settlement_')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY p.proname, 2
"""
_TRIGGERS = """
SELECT t.tgname, format('%I ON public.%I', t.tgname, c.relname), f.proname,
    pg_get_triggerdef(t.oid) || CASE t.tgenabled WHEN 'O' THEN '' ELSE ' -- enabled: ' || t.tgenabled::text END
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc f ON f.oid = t.tgfoid
WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace AND starts_with(t.tgname, 'settlement_')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_trigger'::regclass AND d.objid = t.oid AND d.deptype = 'e')
ORDER BY t.tgname, c.relname
"""


def read(cursor: Any) -> dict[Key, InstalledObject]:
    """Everything of ours in the schema public; the cursor's search_path is public alone, since the texts depend on it."""
    cursor.execute(_FUNCTIONS)
    found: dict[Key, InstalledObject] = {}
    for name, place, parameters, result, text in cursor.fetchall():
        key = Key(Kind.FUNCTION, name)
        _add(found, InstalledObject(key, text, signature(parameters=parameters, result=result), (place,), frozenset()))
    cursor.execute(_TRIGGERS)
    for name, place, function, text in cursor.fetchall():
        _add(found, InstalledObject(Key(Kind.TRIGGER, name), text, "", (place,), frozenset({function})))
    return found


def _add(found: dict[Key, InstalledObject], entry: InstalledObject) -> None:
    """Put an entry to those of its name."""
    other = found.get(entry.key)
    if other is not None:
        apart = "\n" if entry.signature else ""
        entry = InstalledObject(
            entry.key,
            f"{other.text}\n{entry.text}",
            f"{other.signature}{apart}{entry.signature}",
            (*other.places, *entry.places),
            other.calls | entry.calls,
        )
    found[entry.key] = entry
