"""The watch of the disk: a sentence for each change, and the ballast given up and made again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.supervision import disk_watch
from tenants import disk_room
from tenants.disk_room import Room

ROOT = Path(__file__).resolve().parents[4]


class Disk:
    """What the watch finds."""

    def __init__(self, folder: Path) -> None:
        self.left, self.free, self.sentences = Room.ENOUGH, 1 << 30, []
        self.ballast = folder / disk_room.BALLAST


@pytest.fixture
def disk(folder, monkeypatch) -> Disk:
    disk = Disk(folder)
    monkeypatch.setattr(disk_room, "left", lambda folder: disk.left)
    monkeypatch.setattr(disk_room, "free_bytes", lambda folder: disk.free)
    monkeypatch.setattr(disk_watch, "_EVERY_SECONDS", 0.0)
    return disk


def test_each_change_is_told_once_and_the_ballast_goes_last(disk, folder):
    watch = disk_watch.DiskWatch(folder, say=disk.sentences.append, keeps_ballast=True)
    for room, free in ((Room.ENOUGH, 1 << 30), (Room.LOW, 1 << 26), (Room.FULL, 1 << 24), (Room.FULL, 1 << 24)):
        disk.left, disk.free = room, free
        watch.look()
        assert disk.ballast.exists()
    disk.free = 1 << 20
    watch.look()
    assert not disk.ballast.exists()
    disk.left, disk.free = Room.LOW, 1 << 26  # not enough for a ballast and what must stay beside it
    watch.look()
    assert not disk.ballast.exists()
    disk.left, disk.free = Room.ENOUGH, 1 << 30
    watch.look()
    assert disk.ballast.stat().st_size == disk_room.BALLAST_BYTES
    assert [sentence.split("/")[0].split(";")[0].split()[1] for sentence in disk.sentences] == ["tinggal", "penuh", "tinggal", "ruangnya"]


def test_a_server_that_starts_again_gets_the_room_of_the_ballast_only_on_a_full_disk(disk, folder):
    watch = disk_watch.DiskWatch(folder, say=disk.sentences.append, keeps_ballast=True)
    watch.look()
    watch.make_room()
    assert disk.ballast.exists()
    disk.left = Room.FULL
    watch.make_room()
    assert not disk.ballast.exists()


def test_who_keeps_no_data_keeps_no_ballast(disk, folder):
    disk_watch.DiskWatch(folder, say=disk.sentences.append, keeps_ballast=False).look()
    assert not disk.ballast.exists()


def test_a_sentence_that_cannot_be_written_stops_nobody():
    """Output that goes into a file on a full disk."""
    script = "from deploy.console import screen; screen.report('x'); open('/dev/stdout', 'w').write('goes on')"
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=full, text=True, check=False)
    assert done.stdout == "goes on"
