"""The drawn pictures of the demonstration: one for every good, small, and the same each time."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from deploy.demo import demo_goods, demo_pictures

SEED = 2020


def test_every_good_has_a_picture_that_is_small_and_its_own() -> None:
    looks = {(good.motif, good.variant) for good in demo_goods.goods(full=True, seed=SEED)}

    assert len(demo_pictures.MOTIFS) >= 24
    assert {motif for motif, _ in looks} <= set(demo_pictures.MOTIFS)
    assert all(variant < len(demo_pictures.MOTIFS[motif][1]) for motif, variant in looks)
    seen = set()
    for motif, _ in sorted({(motif, 0) for motif, _ in looks}):
        encoded = demo_pictures.draw(motif=motif, variant=0, width=320)
        with Image.open(io.BytesIO(encoded)) as image:
            assert (image.format, image.size) == ("WEBP", (320, 240))
        assert len(encoded) < 5_000
        seen.add(encoded)
    assert len(seen) == len({motif for motif, _ in looks})
    assert demo_pictures.draw(motif="tempe", variant=1, width=320) == demo_pictures.draw(motif="tempe", variant=1, width=320)
    assert demo_pictures.draw(motif="tempe", variant=1, width=320) != demo_pictures.draw(motif="tempe", variant=0, width=320)


def test_an_unknown_motif_is_an_error() -> None:
    with pytest.raises(KeyError):
        demo_pictures.draw(motif="gajah", variant=0, width=320)


def test_several_widths_are_one_drawing() -> None:
    found = demo_pictures.draw_widths(motif="bunch", variant=0, widths=(320, 960))

    for width, encoded in found.items():
        with Image.open(io.BytesIO(encoded)) as image:
            assert image.size == (width, width * 3 // 4)
