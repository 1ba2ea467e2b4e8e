"""Which browser the tests play in: one that is named, one of the system, or the one that playwright brings."""

import os
import shutil
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW = (
    "`sudo apt install chromium` (Debian), atau / or `.venv/bin/playwright install --with-deps chromium`; "
    "PASARSAMA_CHROMIUM menunjuk yang lain / names another."
)


def find() -> Path | None:
    """Give the program of a Chromium on this machine, or None. PASARSAMA_CHROMIUM decides where it is set; 'none' hides what is there."""
    named = os.environ.get("PASARSAMA_CHROMIUM", "").strip()
    if named:
        return Path(named) if os.access(named, os.X_OK) else None
    for name in _NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path(os.environ.get("HOME") or "/nonexistent") / ".cache" / "ms-playwright")
    brought = sorted(folder.glob("chromium-*/chrome-linux*/chrome"))
    return brought[-1] if brought else None
