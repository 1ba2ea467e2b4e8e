"""Files stay small enough to be read at once, modules are called by what they hold, and nothing names the machine it was written on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("api", "deploy", "federation", "marketplace", "settlement", "tenants", "tests")
LINES_MAX = 300
# path -> lines it may have, with a reason beside it
TOO_LONG: dict[str, int] = {}
NAMES_THAT_SAY_NOTHING = {"services", "utils", "helpers", "common", "managers"}
NO_TEXT = {".avif", ".ico", ".jpg", ".jpeg", ".mo", ".png", ".pyc", ".webp", ".woff", ".woff2", ".br", ".gz"}
# In two pieces, so that this file does not find itself.
ELSEWHERE = re.compile(
    "|".join((r"\.\./" + r"shared\b", r"(?<![\w.])/" + r"work/", r"/tmp/" + r"brief", r"/home/" + r"\w+/", r"/" + r"Users/"))
)


def _files() -> Iterator[Path]:
    found = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    yield from (path for path in found if path.is_file() and "__pycache__" not in path.parts and path.suffix not in NO_TEXT)
    yield from (path for path in ROOT.iterdir() if path.is_file() and path.suffix in {".md", ".toml", ".lock"})


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_is_longer_than_can_be_read_at_once():
    sizes = {
        _name(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in _files()
        if path.suffix == ".py" and "migrations" not in path.parts
    }
    assert len(sizes) > 200
    assert {name: size for name, size in sizes.items() if size > TOO_LONG.get(name, LINES_MAX)} == {}
    assert [name for name in TOO_LONG if sizes.get(name, 0) <= LINES_MAX] == []  # an exception that is needed no more


def test_modules_are_named_after_what_they_hold():
    assert [_name(path) for path in _files() if NAMES_THAT_SAY_NOTHING & {path.stem, *path.relative_to(ROOT).parts[:-1]}] == []


def test_nothing_names_the_machine_it_was_written_on():
    found = {_name(path): ELSEWHERE.findall(path.read_text(encoding="utf-8", errors="replace")) for path in _files()}
    assert {name: hits for name, hits in found.items() if hits} == {}


@pytest.mark.parametrize("text", ["see ../" + "shared/design.md", "in /" + "work/main", "/tmp/" + "brief/x", "/home/" + "someone/x"])
def test_the_search_sees_them(text):
    assert ELSEWHERE.search(text)
