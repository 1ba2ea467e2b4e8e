"""Pictures of products: decoded in a limited process, always re-encoded as WebP without metadata, stored under the village's code.

A picture is held for the person who sent it until the form it came with is right: nobody else gets it, and a day later it is gone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_noop

from tenants import disk_room, full_disk
from tenants.codes import VillageCode
from tenants.errors import DomainError, Kind

BYTES_MAX = 12 * 1024 * 1024
SECONDS_MAX = 20
WIDTHS = (320, 960)
HELD_HOURS = 24
_NAME = re.compile(r"[0-9a-f]{32}")


class BadPicture(DomainError):
    """A picture is a JPEG, PNG, WebP or HEIC of at most 12 MB and 64 megapixels."""

    kind = Kind.INVALID
    code = "bad-picture"
    sentence = gettext_noop("Foto tidak bisa dibaca. Pakai foto JPEG, PNG, WebP atau HEIC, paling besar 12 MB dan 64 megapiksel.")


def hold(*, village_code: VillageCode, account_id: UUID | None, picture: bytes) -> str:
    """Encode a picture in the widths of WIDTHS and hold it for this person; gives its name (the same picture has the same one).

    :raises BadPicture: if it is no picture of the allowed kinds, or too large
    :raises full_disk.DiskFull: if there is no room for it
    """
    if len(picture) > BYTES_MAX:
        raise BadPicture
    with _room():
        return _hold(village_code, account_id, picture)


def _hold(village_code: VillageCode, account_id: UUID | None, picture: bytes) -> str:
    name = hashlib.sha256(picture).hexdigest()[:32]
    if is_held(village_code=village_code, account_id=account_id, name=name):
        return name
    # A hostile file may crash or exhaust the decoder: it runs apart, with its memory and time bounded.
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
                [sys.executable, "-m", "marketplace.goods.picture_encoder", folder, *map(str, WIDTHS)],
                input=picture,
                check=True,
                capture_output=True,
                timeout=SECONDS_MAX,
                cwd=settings.ROOT,
            )
        except subprocess.CalledProcessError as error:
            if error.returncode == os.EX_TEMPFAIL:
                raise full_disk.DiskFull from error
            raise BadPicture from error
        except subprocess.SubprocessError as error:
            raise BadPicture from error
        for width in WIDTHS:
            content = (Path(folder) / f"{width}.webp").read_bytes()
            _put(_held(village_code, account_id) / f"{name}-{width}.webp", content=content, mode=0o600)
    return name


def is_held(*, village_code: VillageCode, account_id: UUID | None, name: str) -> bool:
    """Whether a picture of this name waits for this person in this village."""
    return _NAME.fullmatch(name) is not None and (_held(village_code, account_id) / f"{name}-{WIDTHS[-1]}.webp").is_file()


def keep(*, village_code: VillageCode, account_id: UUID | None, name: str) -> str:
    """Store a held picture for everybody; gives its key. It stays held: the form may be sent again.

    :raises BadPicture: if none is held under that name
    :raises full_disk.DiskFull: if there is no room for it
    """
    if not is_held(village_code=village_code, account_id=account_id, name=name):
        raise BadPicture
    key = f"{village_code}/{name}"
    held = _held(village_code, account_id)
    with _room():
        keep_encoded(key=key, encoded={width: (held / f"{name}-{width}.webp").read_bytes() for width in WIDTHS})
    return key


def keep_encoded(*, key: str, encoded: dict[int, bytes]) -> None:
    """Store a picture that this project encoded itself, WebP by width, under a key that begins with its village's code."""
    for width, content in encoded.items():
        _put(Path(settings.MEDIA_ROOT) / f"{key}-{width}.webp", content=content, mode=0o644)


def delete_held(*, at: datetime) -> int:
    """Delete what is held for longer than a day; gives the number of files."""
    before = (at - timedelta(hours=HELD_HOURS)).timestamp()
    old = [path for path in Path(settings.PASARSAMA_HELD_PICTURES).rglob("*.webp") if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _held(village_code: VillageCode, account_id: UUID | None) -> Path:
    """Where the pictures lie that one person chose in one village."""
    return Path(settings.PASARSAMA_HELD_PICTURES) / village_code / str(account_id)


@contextlib.contextmanager
def _room() -> Iterator[None]:
    """The end of the disk is a refusal in words, before it is reached as on it."""
    if disk_room.left(folder=Path(settings.DATA)) is disk_room.Room.FULL:
        raise full_disk.DiskFull
    try:
        yield
    except OSError as error:
        if error.errno not in disk_room.NO_ROOM:
            raise
        raise full_disk.DiskFull from error


def _put(path: Path, *, content: bytes, mode: int) -> None:
    """Write whole or not at all: a reader never sees half a file, and none stays that could not be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file, name = tempfile.mkstemp(dir=path.parent)
    try:
        with open(file, "wb") as written:
            written.write(content)
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
