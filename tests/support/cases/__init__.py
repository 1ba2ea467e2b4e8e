"""Files and texts as people brought them, on which the product once failed; the tests that read them say what is right."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


def contents(name: str) -> bytes:
    """The bytes of one file."""
    return (FOLDER / name).read_bytes()
