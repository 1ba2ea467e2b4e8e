"""Names and sentences are plain words: private and archaic ones are gone, and one module name means one thing in the whole tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("api", "deploy", "federation", "marketplace", "settlement", "tenants")
# Words that a newcomer would have to ask about; each has a plain one in the field.
# In names of modules, classes and functions; then those that no name may have.
PRIVATE_FOR_MODULES = {
    "frame",
    "heads",
    "kept",
    "offices",
    "placing",
    "refusals",
    "roll",
    "seen",
    "shown",
    "taking",
    "twin",
    "ways",
    "words",
}
PRIVATE = {
    *("blueprint", "complaints", "crew", "deed", "deeds", "duties", "errand", "errands", "fate", "fates", "fleet", "founding", "grounds"),
    *("haste", "nudge", "purse", "said", "standing", "surroundings", "tally", "told", "trail", "trouble", "twins"),
}
PRIVATE_CLASSES = {"Seen", "Purse", "Tally", "Put", "Leg", "Taken", "OrderRow", "Trouble", "Twins"}
PRIVATE_CLASSES |= {"Way", "Whole", "Thing", "Told", "Asked", "Said"}
# In sentences: comments, docstrings, notes, English messages, SQL.
ARCHAIC = re.compile(
    r"\b(anew|deeds?|purses?|twins?|noughts?|hence|whilst|thereof|thereby|whomever|errands?|fates?|found(?:ed|ing)|heal(?:s|ed)?|tally"
    r"|stands?\s+(?:or|and)\s+falls?|parted\s+by)\b",
    re.IGNORECASE,
)
SENTENCES_IN = ("*.py", "*.md", "*.sql", "*.html", "*.po", "*.toml")
# Files that each package, room or command may have of its own, under the name that Django, Celery or the room gives them.
MANY = {"__init__", "__main__", "apps", "models", "tasks", "urls", "errors", "conftest"}
ROOMS_OF_COMMANDS = {"deploy/cli", "deploy/bench"}  # a file is called as its command
# Packages that share their name with another or with a module: the places, and why.
SHARED_NAMES = {
    "bank": ({"federation/pages/desk/bank", "settlement/bank"}, "the desk's pages about the bank"),
    "buying": ({"federation/buying", "marketplace/pages/buying"}, "the pages of buying that need a village's schema"),
    "catalogue": ({"federation/catalogue", "federation/catalogue/catalogue.py"}, "the package's main module bears its name"),
    "desk": ({"federation/pages/desk", "marketplace/pages/desk"}, "one desk; what shows payments of orders stands above the rest"),
    "members": ({"federation/members", "federation/pages/desk/members"}, "the desk's pages about members"),
    "pages": ({"federation/pages", "marketplace/pages"}, "each house has its views there"),
    "reports": ({"federation/reports", "settlement/reports"}, "each house has its reading for pages there"),
    "seals": ({"settlement/seals", "settlement/seals/seals.py"}, "the package's main module bears its name"),
    "settlement": (
        {"settlement", "federation/pages/desk/settlement", "marketplace/pages/office/settlement"},
        "the desk's and an office's pages about it",
    ),
    "support": ({"deploy/bench/support", "deploy/cli/support"}, "what the commands of a room share"),
}


def _modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _words(name: str) -> set[str]:
    """snake_case and CamelCase, in words."""
    return {word.lower() for part in name.split("_") for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", part)}


def _definitions(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def test_no_module_has_a_private_name():
    words = PRIVATE | PRIVATE_FOR_MODULES
    assert [_name(path) for path in _modules() if words & (_words(path.stem) | _words(path.parent.name))] == []


def test_nothing_is_defined_under_a_private_name():
    found = {
        _name(path): sorted({name for name in _definitions(ast.parse(path.read_text(encoding="utf-8"))) if PRIVATE & _words(name)})
        for path in _modules()
    }
    assert {name: names for name, names in found.items() if names} == {}


def test_no_sentence_has_an_archaic_word():
    folders = [ROOT / package for package in (*PACKAGES, "tests")]
    texts = [path for folder in folders for kind in SENTENCES_IN for path in sorted(folder.rglob(kind))] + sorted(ROOT.glob("*.md"))
    found = {
        _name(path): sorted({match.lower() for match in ARCHAIC.findall(path.read_text(encoding="utf-8"))})
        for path in texts
        if "migrations" not in path.parts and path != Path(__file__).resolve()
    }
    assert {name: words for name, words in found.items() if words} == {}


def test_no_module_is_imported_under_an_alias_of_its_own():
    """But a name that would stand for two things in one module, and what everybody calls by an alias (np, st)."""
    found = [
        f"{_name(path)}: {node.names[0].name} as {alias.asname}"
        for path in _modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname and re.search(r"(words|overviews|forms|reading|reports|script)$", alias.asname)
    ]
    assert found == []


def test_no_class_has_a_name_of_before():
    found = [
        f"{_name(path)}: {node.name}"
        for path in _modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and node.name in PRIVATE_CLASSES and path.parts[-2] != "models"
    ]
    assert found == []


def test_one_module_name_means_one_thing():
    places: dict[str, set[str]] = {}
    for path in _modules():
        if "models" in path.parts:
            continue
        if path.stem == "__init__":
            places.setdefault(path.parent.name, set()).add(_name(path.parent))
        elif path.stem not in MANY and _name(path.parent) not in ROOMS_OF_COMMANDS:
            places.setdefault(path.stem, set()).add(_name(path))
    shared = {name: found for name, found in places.items() if len(found) > 1}
    assert shared == {name: intended for name, (intended, _reason) in SHARED_NAMES.items()}


@pytest.mark.parametrize(("name", "words"), [("take_twins", {"take", "twins"}), ("OrderTwins", {"order", "twins"}), ("told", {"told"})])
def test_names_are_split_into_words(name, words):
    assert _words(name) == words
