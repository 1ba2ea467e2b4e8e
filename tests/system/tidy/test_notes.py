"""README, RUNNING, the decision notes and the packages' docstrings name only files, modules and functions that there are."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("api", "deploy", "federation", "marketplace", "settlement", "tenants", "tests")
NOTES = [ROOT / "README.md", ROOT / "deploy" / "RUNNING.md", *sorted((ROOT / "deploy" / "decisions").glob("*.md"))]
CHARTERS = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("__init__.py"))]
PATH = re.compile(rf"(?<![\w./-])(?:{'|'.join(PACKAGES)})/[\w./-]*\w/?")
DOTTED = re.compile(r"`([a-z_]+(?:\.\w+)+)(?:\([^`]*\))?`")
LISTED = re.compile(r"^\s*([a-z_]+(?:, [a-z_]+)*)  +\S", re.MULTILINE)
DATA = ("csv", "md", "json")  # files of somebody's own, as examples


@cache
def _modules() -> dict[str, Path]:
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def _names(module: str) -> frozenset[str]:
    tree = ast.parse(_modules()[module].read_text(encoding="utf-8"))
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    imported = {alias.asname or alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    return frozenset(defined | imported | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)})


def _is_there(said: str) -> bool:
    """Whether a module ends in what is said, or defines its last part or the one before."""
    parts = said.split(".")
    for length in range(len(parts), 0, -1):
        head, rest = ".".join(parts[:length]), parts[length:]
        found = [module for module in _modules() if f".{module}".endswith(f".{head}")]
        if any(not rest or rest[0] in _names(module) for module in found):
            return True
    return False


def _wrong(text: str) -> list[str]:
    paths = [said for said in PATH.findall(text) if not (ROOT / said).exists() and not (ROOT / f"{said}.py").exists()]
    names = [said for said in DOTTED.findall(text) if said.rpartition(".")[2] not in DATA and not _is_there(said)]
    return paths + names


@pytest.mark.parametrize("note", NOTES, ids=lambda path: path.name)
def test_a_note_names_what_there_is(note: Path) -> None:
    assert _wrong(note.read_text(encoding="utf-8")) == []


def test_a_decision_has_its_date_below_its_title() -> None:
    notes = [note for note in NOTES if note.parent.name == "decisions"]
    assert [note.name for note in notes if note.read_text(encoding="utf-8").splitlines()[1:4] != ["", note.name[:10], ""]] == []


def test_packages_name_what_there_is() -> None:
    said = {path: ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "" for path in CHARTERS}
    assert {path.relative_to(ROOT).as_posix(): wrong for path, text in said.items() if (wrong := _wrong(text))} == {}


def test_a_package_that_lists_its_modules_lists_all() -> None:
    left_out = {}
    for path in CHARTERS:
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        modules = {other.stem for other in path.parent.glob("*.py")} - {"__init__", "apps", "models", "tasks", "urls"}
        listed = {name for line in LISTED.findall(text) for name in line.split(", ")}
        if len(listed & modules) > 1 and (missing := modules - set(re.findall(r"\w+", text))):
            left_out[path.relative_to(ROOT).as_posix()] = sorted(missing)
    assert left_out == {}


def test_what_is_gone_is_seen() -> None:
    assert _wrong("see settlement/gone.py, `settlement.ledger.gone`, `sales.gone()`; `settlement.ledger.sales.post()` is in `sales`") == [
        "settlement/gone.py",
        "settlement.ledger.gone",
        "sales.gone",
    ]
