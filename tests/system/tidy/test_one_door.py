"""Nothing but tenants.db.context changes schema: the other doors of django-tenants are not used anywhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("tenants", "settlement", "federation", "marketplace", "api", "deploy")
# They keep their stack where threads meet, or leave the former village when something fails (both measured).
BANNED_NAMES = {"schema_context", "tenant_context", "schema_exists", "clone_schema"}
BANNED_CALLS = {"set_tenant", "set_schema", "set_schema_to_public", "activate_tenant", "inside_schema"}
BANNED_WITH = {"village", "tenant", "shop_village", "seen"}
SETS_PATH = re.compile(r"\bset\s+(local\s+|session\s+)?search_path\s*(=|to\b)|set_config\('search_path'", re.IGNORECASE)
MAY_SWITCH = {"tenants/db/context.py", "tenants/db/backend/base.py"}
_SCHEMAS = ("migrate_one", "restore_village", "schema_template")  # they know schemas that are no village's
MAY_ENTER_BY_NAME = {"tenants/db/context.py", *(f"tenants/schemas/{name}.py" for name in _SCHEMAS)}


def _sources():
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def _sins(name: str, source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        line = f"{name}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.ImportFrom | ast.Import):
            found += [f"{line} imports {alias.name}" for alias in node.names if alias.name.rpartition(".")[2] in BANNED_NAMES]
        elif isinstance(node, ast.Attribute) and node.attr in BANNED_NAMES:
            found.append(f"{line} uses {node.attr}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in BANNED_CALLS:
            if not (name in MAY_SWITCH or (node.func.attr == "inside_schema" and name in MAY_ENTER_BY_NAME)):
                found.append(f"{line} calls {node.func.attr}()")
        elif isinstance(node, ast.With):
            for item in node.items:
                word = item.context_expr.id if isinstance(item.context_expr, ast.Name) else getattr(item.context_expr, "attr", "")
                if word in BANNED_WITH:
                    found.append(f"{line} says `with {word}:`")
    if "search_path" in source and not name.startswith("tenants/") and "/migrations/" not in name:  # functions there pin their own
        said = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        found += [f"{name}:{node.lineno} sets search_path" for node in said if SETS_PATH.search(node.value)]
    return found


def test_nobody_uses_another_door():
    assert [sin for name, source in _sources() for sin in _sins(name, source)] == []


@pytest.mark.parametrize(
    "source",
    [
        "from django_tenants.utils import schema_context",
        "from django_tenants import utils\n@utils.schema_context('x')\ndef f(): pass",
        "connection.set_tenant(village)",
        "with village:\n    pass",
        "with row.tenant:\n    pass",
        "cursor.execute('SET LOCAL search_path = x')",
        "context.inside_schema('x')",
    ],
)
def test_the_ban_sees_them(source):
    assert _sins("marketplace/x.py", source)
