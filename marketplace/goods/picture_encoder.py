"""Runs apart from the server: reads a picture from standard input and writes it as WebP in the widths asked for.

`python -m marketplace.goods.picture_encoder FOLDER WIDTH...`; any failure is a non-zero exit status, EX_TEMPFAIL where the disk is
full.
"""

import errno
import io
import os
import resource
import struct
import sys
from pathlib import Path

import pillow_heif
from PIL import Image

PIXELS_MAX = 65_000_000  # phones say 64 megapixels and mean up to 64.2 million
MEMORY_BYTES_MAX = 1024 * 1024 * 1024
CPU_SECONDS_MAX = 15
DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N")  # grey in 16 bits
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    folder, widths = Path(sys.argv[1]), [int(width) for width in sys.argv[2:]]
    pillow_heif.register_heif_opener(thumbnails=False)
    pillow_heif.options.DECODE_THREADS = 1  # each would ask for memory of its own
    source = Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=("JPEG", "PNG", "WEBP", "HEIF"))
    if source.width * source.height > PIXELS_MAX:
        sys.exit(1)
    picture = upright_on_white(source, side=2 * max(widths))
    for width in widths:
        copy = picture.copy()
        copy.thumbnail((width, width * 2))
        encoded = io.BytesIO()
        copy.save(encoded, "WEBP", quality=60, method=4)  # new, so that nothing of the metadata remains
        try:
            (folder / f"{width}.webp").write_bytes(encoded.getvalue())
        except OSError as error:
            sys.exit(os.EX_TEMPFAIL if error.errno in (errno.ENOSPC, errno.EDQUOT) else 1)


def upright_on_white(source: Image.Image, *, side: int) -> Image.Image:
    """The picture in colours, with no side longer than `side`: small first, so that the largest one fits in the memory."""
    source.draft("RGB", (side, side))  # of a JPEG no more is decoded than that needs
    source.load()
    orientation = orientation_of(source.info.get("exif", b""))
    if source.mode in DEEP:
        source = source.convert("I")
    elif source.has_transparency_data:
        source = source.convert("RGBA")
    elif source.mode != "RGB":
        source = source.convert("RGB")
    source.thumbnail((side, side))
    if source.mode == "I":
        source = source.point(lambda value: value * (1 / 256)).convert("L")
    if source.mode == "RGBA":
        ground = Image.new("RGBA", source.size, "white")
        ground.alpha_composite(source)
        source = ground
    picture = source.convert("RGB")
    return picture.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else picture


def orientation_of(exif: bytes) -> int:
    """How the phone was held, as the first directory of tags says, whatever else is damaged there. 1: upright, or not known."""
    tiff = exif.removeprefix(b"Exif\x00\x00")
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2], "")
    if not order:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for number in range(count):
            tag, kind, _values, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
            if (tag, kind) == (0x0112, 3):
                return int(value)
    except struct.error:
        pass
    return 1


if __name__ == "__main__":
    main()
