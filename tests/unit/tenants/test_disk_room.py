"""What is left: a tenth is low, 32 MB are full, and the ballast's bytes are no room."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tenants import disk_room
from tenants.disk_room import Room

MB = 1 << 20


@pytest.mark.parametrize(
    ("free_mb", "ballast_mb", "room"),
    [
        (200, 64, Room.ENOUGH),
        (99, 64, Room.LOW),
        (32, 64, Room.LOW),
        (31, 64, Room.FULL),
        (95, 0, Room.FULL),  # what the ballast set free is not for orders
        (96, 0, Room.LOW),
        (0, 0, Room.FULL),
    ],
)
def test_what_is_left_of_a_gigabyte(monkeypatch, tmp_path, free_mb, ballast_mb, room):
    monkeypatch.setattr(disk_room.os, "statvfs", lambda folder: SimpleNamespace(f_bavail=free_mb, f_blocks=1000, f_frsize=MB))
    monkeypatch.setattr(disk_room, "ballast_bytes", lambda folder: ballast_mb * MB)
    assert disk_room.left(folder=tmp_path) is room


def test_a_folder_that_is_not_there_yet_is_on_its_parents_disk(tmp_path):
    assert disk_room.free_bytes(folder=tmp_path / "not" / "yet") > 0
    assert disk_room.ballast_bytes(folder=tmp_path) == 0
