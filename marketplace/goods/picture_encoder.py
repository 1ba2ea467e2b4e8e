"""Runs apart from the server: reads a picture from standard input and writes it as WebP in the widths asked for.

`python -m marketplace.goods.picture_encoder FOLDER WIDTH...`; any failure is a non-zero exit status.
"""

import io
import resource
import sys
from pathlib import Path

from PIL import Image, ImageOps

PIXELS_MAX = 20_000_000
MEMORY_BYTES_MAX = 1024 * 1024 * 1024
CPU_SECONDS_MAX = 15


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    folder, widths = Path(sys.argv[1]), [int(width) for width in sys.argv[2:]]
    source = Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=("JPEG", "PNG", "WEBP"))
    if source.width * source.height > PIXELS_MAX:
        sys.exit(1)
    picture = ImageOps.exif_transpose(source).convert("RGB")  # upright, then nothing of the metadata remains
    for width in widths:
        copy = picture.copy()
        copy.thumbnail((width, width * 2))
        copy.save(folder / f"{width}.webp", "WEBP", quality=60, method=4)


if __name__ == "__main__":
    main()
