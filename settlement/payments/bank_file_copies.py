"""Bank files beside the database, in DATA/bank-files: what was given to a bank is known also where the database is lost.

Both forms are there before anybody gets one. They are only ever added, and never read by the market itself.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.conf import settings

from tenants import disk_room, full_disk, private_files

FOLDER = "bank-files"


def keep(*, message_id: str, pain001: bytes, portal_csv: bytes) -> None:
    """Write both forms where they are not there yet, whole and on the disk.

    :raises full_disk.DiskFull: if there is no room
    """
    folder = Path(settings.DATA) / FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, content in ((f"{message_id}.xml", pain001), (f"{message_id}.csv", portal_csv)):
            if content and not (folder / name).exists():
                _write(folder / name, content)
    except OSError as error:
        if error.errno in disk_room.NO_ROOM:
            raise full_disk.DiskFull from error
        raise


def _write(path: Path, content: bytes) -> None:
    number, name = tempfile.mkstemp(dir=path.parent)  # for its owner alone, as private_files.MODE says
    try:
        with open(number, "wb") as file:
            os.fchmod(file.fileno(), private_files.MODE)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
