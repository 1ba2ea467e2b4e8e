"""Pictures of products: decoded in a limited process, always re-encoded as WebP without metadata, stored under the village's code."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_noop

from tenants.codes import VillageCode
from tenants.errors import DomainError, Kind

BYTES_MAX = 8 * 1024 * 1024
SECONDS_MAX = 20
WIDTHS = (320, 960)


class BadPicture(DomainError):
    """A picture is a JPEG, PNG or WebP of at most 8 MB and 20 megapixels."""

    kind = Kind.INVALID
    code = "bad-picture"
    sentence = gettext_noop("Foto tidak bisa dibaca. Pakai foto JPEG, PNG atau WebP, paling besar 8 MB dan 20 megapiksel.")


def keep(*, village_code: VillageCode, picture: bytes) -> str:
    """Store a picture in the widths of WIDTHS; returns its key (the same picture has the same key).

    :raises BadPicture: if it is no picture of the allowed kinds, or too large
    """
    if len(picture) > BYTES_MAX:
        raise BadPicture
    key = f"{village_code}/{hashlib.sha256(picture).hexdigest()[:32]}"
    if (Path(settings.MEDIA_ROOT) / f"{key}-{WIDTHS[-1]}.webp").exists():
        return key
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
        except subprocess.SubprocessError as error:
            raise BadPicture from error
        for width in WIDTHS:
            _put(key=f"{key}-{width}.webp", content=(Path(folder) / f"{width}.webp").read_bytes())
    return key


def keep_encoded(*, key: str, encoded: dict[int, bytes]) -> None:
    """Store a picture that this project drew itself, WebP by width, under a key that begins with its village's code."""
    for width, content in encoded.items():
        _put(key=f"{key}-{width}.webp", content=content)


def _put(*, key: str, content: bytes) -> None:
    """Write whole or not at all: a reader never sees half a file."""
    path = Path(settings.MEDIA_ROOT) / key
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)
