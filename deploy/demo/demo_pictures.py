"""Small pictures of the goods: flat drawings on warm paper, encoded as WebP. Goods of one kind share a picture."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from deploy.demo.drawings import craft, garden, household, kitchen, pantry, sheet

QUALITY = 60
_OVERSIZE = 4  # drawn that much larger than the smallest picture, so that edges come out smooth

MOTIFS: dict[str, tuple[sheet.Motif, Sequence[str]]] = {
    **garden.MOTIFS,
    **pantry.MOTIFS,
    **kitchen.MOTIFS,
    **household.MOTIFS,
    **craft.MOTIFS,
}


def draw(*, motif: str, variant: int, width: int) -> bytes:
    """A WebP picture, three quarters as high as wide; same arguments, same picture.

    :raises KeyError: if nobody has drawn such a motif
    """
    return draw_widths(motif=motif, variant=variant, widths=(width,))[width]


def draw_widths(*, motif: str, variant: int, widths: Sequence[int]) -> dict[int, bytes]:
    """The same picture in several widths, drawn once."""
    paint, colours = MOTIFS[motif]
    paper = sheet.PAPERS[(list(MOTIFS).index(motif) + variant) % len(sheet.PAPERS)]
    largest = max(widths)
    board = sheet.Sheet(scale=max(min(widths) * _OVERSIZE, largest * 4 / 3) / sheet.WIDTH, paper=paper)
    paint(board, sheet.Colours(main=colours[variant % len(colours)]))
    found = {}
    for width in widths:
        small = width <= 480  # the list's thumbnail is worth the encoder's effort, the large one costs thrice the time for a tenth less
        file = io.BytesIO()
        resampling = Image.Resampling.LANCZOS if small else Image.Resampling.BICUBIC
        picture = board.image.resize((width, width * 3 // 4), resampling, reducing_gap=2.0)
        picture.save(file, "WEBP", quality=QUALITY, method=4 if small else 2)
        found[width] = file.getvalue()
    return found
