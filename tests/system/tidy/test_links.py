"""Only what makes pages makes addresses: domain modules know no URL names, which may be those of a package above."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HOUSES = ("federation", "marketplace", "settlement", "tenants")
MAKE_PAGES = {"pages", "web", "templatetags"}
IMPORTS = re.compile(r"^\s*from django\.urls import .*\breverse(?:_lazy)?\b", re.MULTILINE)


def test_domain_modules_link_to_no_page() -> None:
    modules = [path.relative_to(ROOT) for house in HOUSES for path in (ROOT / house).rglob("*.py")]
    linking = {path for path in modules if IMPORTS.search((ROOT / path).read_text(encoding="utf-8"))}
    assert len(linking) > 10
    assert sorted(path.as_posix() for path in linking if not MAKE_PAGES & set(path.parts)) == []
