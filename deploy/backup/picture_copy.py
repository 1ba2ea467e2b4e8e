"""The pictures: hard links to the backup before where a picture is there already, copies where it is not.

A picture's name is made of its content, so a file of the same name and size is the same picture. They are copied after the database: what
was added meanwhile is too many, never missing.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from deploy.backup import manifest


def take(*, pictures: Path, folder: Path, before: Path | None, progress: manifest.Progress) -> set[str]:
    """Copy every picture below `pictures` into a new folder, and give the paths in it that are links to `before`, a former copy.

    A picture that goes while it is copied is left out: its product went with it.
    """
    folder.mkdir(mode=0o700)
    linked: set[str] = set()
    paths = sorted(pictures.rglob("*.webp")) if pictures.is_dir() else []  # not the half-written ones
    for number, path in enumerate(paths):
        progress(number, len(paths), "pictures")
        name = path.relative_to(pictures)
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileNotFoundError):
            if before is not None and _linked(before / name, target, size=path.stat().st_size):
                linked.add(name.as_posix())
            else:
                _copied(path, target)
    return linked


def _linked(old: Path, new: Path, *, size: int) -> bool:
    try:
        if old.stat().st_size != size:
            return False
        os.link(old, new)
    except OSError:  # not there, or on another disk
        return False
    return True


def _copied(path: Path, target: Path) -> None:
    shutil.copyfile(path, target)
    target.chmod(0o600)
