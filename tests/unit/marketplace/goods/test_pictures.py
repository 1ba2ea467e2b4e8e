"""A photo as phones make it becomes a right picture, or is refused; until its form is right, only its owner has it."""

from __future__ import annotations

import errno
import io
import os
import struct
import tempfile
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pillow_heif
import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone
from PIL import Image

from marketplace.goods import picture_encoder, pictures
from tenants import disk_room, full_disk
from tenants.codes import VillageCode
from tests.support import factories

VILLAGE = VillageCode(factories.CIBIRU)
SARI = uuid.uuid4()
LEAF = (15, 107, 69)


@pytest.fixture(autouse=True)
def folders(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path / "pictures", PASARSAMA_HELD_PICTURES=tmp_path / "held"):
        yield


def as_file(picture: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def encoded(content: bytes) -> Image.Image:
    """What becomes of a photo, as browsers get it."""
    name = pictures.hold(village_code=VILLAGE, account_id=SARI, picture=content)
    key = pictures.keep(village_code=VILLAGE, account_id=SARI, name=name)
    return Image.open(io.BytesIO((Path(settings.MEDIA_ROOT) / f"{key}-320.webp").read_bytes()))


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    return isinstance(pixel, tuple) and all(abs(one - other) <= 12 for one, other in zip(pixel, colour, strict=True))


def exif(orientation: int, *, order: str = "<", damaged: bool = False) -> bytes:
    """Tags that say how the phone was held; the damaged ones are of an unknown type and point behind the end."""
    tags = [struct.pack(f"{order}HHII", 0x010F, 99, 2**31, 2**31)] if damaged else []
    tags.append(struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0))
    head = {"<": b"II", ">": b"MM"}[order] + struct.pack(f"{order}HI", 42, 8)
    return b"Exif\x00\x00" + head + struct.pack(f"{order}H", len(tags)) + b"".join(tags) + (b"\xff" * 3 if damaged else bytes(4))


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_what_was_transparent_is_white(form):
    clear = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    clear.paste((*LEAF, 255), (0, 0, 200, 400))
    picture = encoded(as_file(clear, form, lossless=True)).convert("RGB")
    assert near(picture.getpixel((300, 160)), (255, 255, 255))
    assert near(picture.getpixel((20, 160)), LEAF)


@pytest.mark.parametrize(("mode", "clear"), [("P", 0), ("L", 0), ("RGB", (0, 0, 0)), ("LA", None)])
def test_so_is_what_a_palette_or_one_colour_says_is_transparent(mode, clear):
    picture = Image.new(mode, (400, 400))  # all of it black
    options = {} if clear is None else {"transparency": clear}
    assert near(encoded(as_file(picture, "PNG", **options)).convert("RGB").getpixel((100, 100)), (255, 255, 255))


def test_grey_in_16_bits_keeps_its_shades():
    row = struct.pack("<400H", *[30 * 256] * 200, *[128 * 256] * 200)
    shades = Image.frombytes("I;16", (400, 400), row * 400)
    picture = encoded(as_file(shades, "PNG")).convert("RGB")
    assert near(picture.getpixel((300, 160)), (128, 128, 128))
    assert near(picture.getpixel((20, 160)), (30, 30, 30))


@pytest.mark.parametrize("damaged", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_way_to_hold_a_phone_ends_upright(orientation, order, damaged):
    """Also where another tag is damaged. The upright picture has its leaf in the corner above on the left."""
    upright = Image.new("RGB", (400, 300), "white")
    upright.paste(LEAF, (0, 0, 200, 150))
    back = {5: 5, 7: 7, 6: 8, 8: 6}.get(orientation, orientation)
    held = upright.transpose(picture_encoder.UPRIGHT[back]) if orientation > 1 else upright
    picture = encoded(as_file(held, "JPEG", exif=exif(orientation, order=order, damaged=damaged)))
    assert picture.size == (320, 240)
    assert near(picture.convert("RGB").getpixel((40, 30)), LEAF)
    assert near(picture.convert("RGB").getpixel((300, 200)), (255, 255, 255))
    assert "exif" not in picture.info


def test_a_phone_of_64_megapixels_is_taken():
    large = Image.effect_noise((925, 694), 40).resize((9248, 6936)).convert("RGB")  # 64.1 million
    for options in ({}, {"progressive": True}):
        content = as_file(large, "JPEG", quality=40, **options)
        assert encoded(content).size == (320, 240)


def test_a_photo_in_heic_is_taken_upright():
    pillow_heif.register_heif_opener()
    upright = Image.new("RGB", (400, 300), "white")
    upright.paste(LEAF, (0, 0, 200, 150))
    tags = upright.getexif()
    tags[0x0112] = 6
    content = as_file(upright.transpose(Image.Transpose.ROTATE_90), "HEIF", exif=tags.tobytes())
    picture = encoded(content)
    assert picture.size == (320, 240)
    assert near(picture.convert("RGB").getpixel((40, 30)), LEAF)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg/>",
        as_file(Image.new("RGB", (9, 9)), "GIF"),
        as_file(Image.new("RGB", (400, 300)), "JPEG")[:200],
        as_file(Image.new("1", (8_100, 8_100)), "PNG"),  # small on the wire, 65.6 million when it is open
        b"\xff" * (pictures.BYTES_MAX + 1),
    ],
)
def test_what_is_no_photo_or_too_large_is_refused(content):
    with pytest.raises(pictures.BadPicture):
        pictures.hold(village_code=VILLAGE, account_id=SARI, picture=content)


def test_a_held_photo_is_one_persons_in_one_village_for_a_day():
    name = pictures.hold(village_code=VILLAGE, account_id=SARI, picture=as_file(Image.new("RGB", (40, 30)), "JPEG"))
    for village, person in ((VILLAGE, uuid.uuid4()), (VillageCode(factories.MELATI), SARI)):
        assert not pictures.is_held(village_code=village, account_id=person, name=name)
        with pytest.raises(pictures.BadPicture):
            pictures.keep(village_code=village, account_id=person, name=name)
    for wrong in ("", "../" + name, name[:-1], f"{name}-320.webp"):
        assert not pictures.is_held(village_code=VILLAGE, account_id=SARI, name=wrong)
    files = list(Path(settings.PASARSAMA_HELD_PICTURES).rglob("*.webp"))
    assert len(files) == len(pictures.WIDTHS)
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}

    now = timezone.now()
    assert pictures.delete_held(at=now) == 0
    set_age(files, now - timedelta(hours=pictures.HELD_HOURS, minutes=1))
    assert pictures.delete_held(at=now) == len(files)
    assert not pictures.is_held(village_code=VILLAGE, account_id=SARI, name=name)


def set_age(files: list[Path], at: datetime) -> None:
    for file in files:
        os.utime(file, (at.timestamp(), at.timestamp()))


class _FullFolder(tempfile.TemporaryDirectory[str]):
    """A folder in which the encoder's files find no room."""

    def __enter__(self) -> str:
        for width in pictures.WIDTHS:
            Path(self.name, f"{width}.webp").symlink_to("/dev/full")
        return self.name


def test_an_encoder_without_room_says_so_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not that the photo cannot be read, which would be sent again and again."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(pictures.tempfile, "TemporaryDirectory", _FullFolder)
    with pytest.raises(full_disk.DiskFull):
        encoded(as_file(Image.new("RGB", (640, 480), LEAF), "JPEG"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("code", disk_room.NO_ROOM)
def test_a_picture_that_cannot_be_kept_leaves_nothing_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def full(*args: object) -> None:
        raise OSError(code, "no room")

    monkeypatch.setattr(pictures.os, "replace", full)
    with pytest.raises(full_disk.DiskFull):
        encoded(as_file(Image.new("RGB", (640, 480), LEAF), "JPEG"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_fault_of_another_kind_stays_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(pictures.os, "replace", broken)
    with pytest.raises(OSError, match="Input/output"):
        encoded(as_file(Image.new("RGB", (640, 480), LEAF), "JPEG"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
