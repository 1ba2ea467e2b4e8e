"""Files with people, money or secrets in them: for their owner alone, whatever the umask says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TextIO

MODE = 0o600


def create(path: Path, *, encoding: str = "utf-8") -> TextIO:
    """Open a file to write text from its beginning, line ends as they are; one that is there already is closed to others as well."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE)
    os.fchmod(file, MODE)
    return open(file, "w", encoding=encoding, newline="")
