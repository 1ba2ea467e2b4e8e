"""What a docstring says is raised exists, under that name, and may be imported where it is said."""

from __future__ import annotations

import ast
import builtins
import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LAYERS = ("tenants", "settlement", "federation", "marketplace", "api", "deploy")  # each may import those before it
RAISES = re.compile(r":raises?\s+([^:]+):")
NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _trees() -> dict[str, ast.Module]:
    """Every module by its dotted name."""
    paths = (path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py")))
    return {_dotted(path): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@cache
def _names(module: str) -> dict[str, str]:
    """What a module defines or imports, by name: the dotted name of an imported module, else an empty text."""
    found: dict[str, str] = {}
    for node in ast.walk(_trees()[module]):
        if isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {(alias.asname or alias.name).split(".")[0]: alias.name for alias in node.names}
        elif isinstance(node, ast.ClassDef):
            found[node.name] = ""
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found[node.id] = ""
    return found


def _is_defined(module: str, names: list[str]) -> bool:
    """Whether a module of ours has this name; of others nothing is known, so they do."""
    if module.split(".")[0] not in LAYERS:
        return True
    if module not in _trees():  # a name of a module
        owner, _dot, name = module.rpartition(".")
        return owner in _trees() and name in _names(owner)
    if not names:
        return True
    if f"{module}.{names[0]}" in _trees():
        return _is_defined(f"{module}.{names[0]}", names[1:])
    return names[0] in _names(module)


def _resolves(said: str, module: str) -> bool:
    first, *rest = said.split(".")
    imported = _names(module).get(first)
    if imported is not None:
        return _is_defined(imported, rest) if imported else True
    if hasattr(builtins, first):
        return True
    if first not in LAYERS and rest and importlib.util.find_spec(first) is not None:
        return True  # of somebody else's package, named in full
    allowed = LAYERS[: LAYERS.index(module.split(".")[0]) + 1]
    others = [other for other in _trees() if other.split(".")[0] in allowed and other.rpartition(".")[2] == first]
    return bool(rest) and any(_is_defined(other, rest) for other in others)


def _said(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            for match in RAISES.finditer(ast.get_docstring(node) or ""):
                yield from re.split(r",\s*|\s+or\s+|\s+and\s+", match[1].strip())


@pytest.mark.parametrize("layer", LAYERS)
def test_whatever_is_said_to_be_raised_exists(layer: str) -> None:
    modules = [module for module in _trees() if module.split(".")[0] == layer]
    wrong = [
        f"{module}: {name}"
        for module in modules
        for name in _said(_trees()[module])
        if NAME.fullmatch(name) is None or not _resolves(name, module)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("said", "module", "is_there"),
    [
        ("ValueError", "tenants.codes", True),
        ("DomainError", "tenants.errors", True),
        ("errors.DomainError", "settlement.money", True),
        ("Refused", "tenants.reasons", False),
        ("reasons.Refused", "settlement.money", False),
        ("place_order.PriceChanged", "tenants.reasons", False),
    ],
)
def test_names_are_looked_up_where_they_are_said(said: str, module: str, is_there: bool) -> None:
    assert _resolves(said, module) is is_there
