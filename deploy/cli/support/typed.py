"""Whole numbers and folders on the command line, as types of argparse."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def between(least: int, most: int) -> Callable[[str], int]:
    """A type for a whole number in digits, within bounds."""

    def whole_number(text: str) -> int:
        plain = text.isascii() and text.isdigit() and len(text) <= len(str(most))
        if not plain or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text[:40]!r}: bilangan bulat {least} sampai {most} / a whole number from {least} to {most}")
        return int(text)

    return whole_number


PORT = between(1, 65_535)
PROCESSES = between(1, 64)
VILLAGES = between(11, 90_000)
_NAME_BYTES_MAX = 200


def folder(text: str) -> Path:
    """A type for the name of a folder; no name is no name of this one."""
    if not text.strip() or any(len(part.encode()) > _NAME_BYTES_MAX for part in Path(text).parts):
        raise argparse.ArgumentTypeError(f"{text[:40]!r}: perlu nama folder / a folder's name is needed (1-{_NAME_BYTES_MAX})")
    return Path(text)
