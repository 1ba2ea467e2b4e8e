"""Counted over processes, and given back by those that die."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from deploy.web_server import unfinished_bodies

ROOT = Path(__file__).resolve().parents[4]
OTHER = """
import pathlib, sys
from deploy.web_server import unfinished_bodies
count = unfinished_bodies.UnfinishedBodies(pathlib.Path(sys.argv[1]), most=3)
print(sum(count.begin('192.0.2.1') is not None for _ in range(2)), flush=True)
sys.stdin.read()
"""


def test_processes_share_what_an_address_may_have_and_a_dead_one_gives_back(tmp_path: Path) -> None:
    path = tmp_path / "count"
    ours = unfinished_bodies.UnfinishedBodies(path, most=3)
    other = subprocess.Popen([sys.executable, "-c", OTHER, str(path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "2\n"
        place = ours.begin("192.0.2.1")
        assert place is not None
        assert ours.begin("192.0.2.1") is None
        assert ours.begin("192.0.2.2") is not None
        ours.end(place)
        assert ours.begin("192.0.2.1") == place
        other.kill()
        other.wait()
        assert None not in [ours.begin("192.0.2.1") for _ in range(2)]
        assert ours.begin("192.0.2.1") is None
    ours.close()
