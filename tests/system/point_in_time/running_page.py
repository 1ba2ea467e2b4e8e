"""The files and commands of RUNNING's section about restoring to a moment, as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

_PAGE = Path(__file__).resolve().parents[3] / "deploy" / "RUNNING.md"
_HEADING = "## Back to any moment, with a server of your own\n"
_BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MOMENT = "2026-11-30 10:15:00+07"


def section() -> str:
    """The section's text."""
    return _PAGE.read_text(encoding="utf-8").partition(_HEADING)[2].partition("\n## ")[0]


def file(name: str) -> str:
    """What stands in a file of this name."""
    return _BLOCK.findall(section().partition(f"`{name}`:\n")[2])[0]


def preparing() -> str:
    """The script that is run once."""
    return next(block for block in _BLOCK.findall(section()) if "stanza-create" in block)


def restoring() -> str:
    """The script that restores to a moment."""
    return next(block for block in _BLOCK.findall(section()) if " restore " in block)


def afterwards() -> str:
    """What is done when the server is open again."""
    return next(block for block in _BLOCK.findall(section()) if "pg_amcheck" in block)
