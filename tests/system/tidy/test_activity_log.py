"""The activity log is read by pages and reports alone: what the program decides by stands in columns, what counts once in keys."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("tenants", "settlement", "federation", "marketplace", "api", "deploy")
WRITES = {"record", "record_each"}
READERS = {"pages", "reports"}  # rooms whose modules show things to people
# Where its table stands: what writes it, says who may do what with it, exports it, and makes it.
TABLE = {
    "tenants/activity_log.py",
    "tenants/apps.py",
    "tenants/models.py",
    "deploy/audit/history_invariants.py",
    "settlement/seals/sealed_rows.py",
}


def _uses(source: str) -> Iterator[str]:
    """What a module takes from the activity log: names of functions, and its table by whatever name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "activity_log":
            yield node.attr
        elif isinstance(node, ast.ImportFrom) and node.module == "tenants.activity_log":
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.alias) and node.name in {"activity_log", "tenants.activity_log"} and node.asname:
            yield f"as {node.asname}"
        elif "activityentry" in _text(node).lower():
            yield "table"


def _text(node: ast.AST) -> str:
    """What a class, a name, an attribute or a constant text says."""
    said = next((getattr(node, part) for part in ("name", "attr", "id", "value") if hasattr(node, part)), "")
    return said if isinstance(said, str) else ""


def _modules() -> Iterator[tuple[str, set[str]]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), set(_uses(path.read_text(encoding="utf-8")))


def test_only_pages_and_reports_read_the_activity_log():
    found = dict(_modules())
    reading = {name for name, uses in found.items() if uses - WRITES - {"table", "Entry"}}
    assert {name for name in reading if not READERS & set(name.split("/"))} == set()
    assert len(reading) >= 5
    assert sum(bool(uses & WRITES) for uses in found.values()) > 15


def test_its_table_has_one_reader():
    assert {name for name, uses in _modules() if "table" in uses} == TABLE


@pytest.mark.parametrize(
    ("source", "uses"),
    [
        ("if activity_log.of_subject(subject_id=x): pass", {"of_subject"}),
        ("from tenants.activity_log import entries", {"entries"}),
        ("from tenants import activity_log as log", {"as log"}),
        ("models.ActivityEntry.objects.filter(action=x)", {"table"}),
        ("from tenants.models import ActivityEntry\nActivityEntry.objects.all()", {"table"}),
        ('SQL = "SELECT FROM public.tenants_activityentry"', {"table"}),
        ('activity_log.record(action="a.b")', {"record"}),
    ],
)
def test_the_search_sees_every_way_to_it(source, uses):
    assert set(_uses(source)) == uses
