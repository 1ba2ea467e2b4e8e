"""The supervisor with small children of its own kind: what dies comes back, and nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from deploy.embedded import processes

ROOT = Path(__file__).resolve().parents[4]
# Each child writes its number into a file and leaves a grandchild, as web servers and workers do.
CHILD = """
import os, subprocess, sys
grandchild = subprocess.Popen(['sleep', '60'], stdout=subprocess.DEVNULL)
open(sys.argv[1], 'a').write(f'{os.getpid()} {grandchild.pid}\\n')
grandchild.wait()
"""
PROGRAM = f"""
import pathlib, sys
from deploy.supervision import supervise
folder = pathlib.Path(sys.argv[1])
record = folder / 'children.json'
supervise.end_left_overs(record)
def child(name):
    return supervise.Child(name=name, command=[sys.executable, '-c', {CHILD!r}, str(folder / name)], patience_seconds=2.0)
children = [child('web'), child('worker')]
supervisor = supervise.Supervisor(children, say=lambda text: print(text, flush=True), record=record)
supervisor.run(ready=lambda: print('ready', flush=True))
print('ended', flush=True)
"""


def begin(folder: Path) -> subprocess.Popen[str]:
    supervisor = subprocess.Popen([sys.executable, "-c", PROGRAM, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline() == "ready\n"
    return supervisor


def pids(path: Path, *, generation: int = 1) -> list[int]:
    """Give child and grandchild of the newest start, once that many have been made."""
    assert processes.wait(lambda: path.exists() and path.read_text().count("\n") >= generation, seconds=10)
    return [int(word) for word in path.read_text().splitlines()[-1].split()]


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_killed_child_comes_back_and_its_own_children_do_not_stay(folder: Path) -> None:
    supervisor = begin(folder)
    child, grandchild = pids(folder / "web")
    os.kill(child, signal.SIGKILL)

    again, _ = pids(folder / "web", generation=2)

    assert lives(again)
    assert not lives(grandchild)
    supervisor.send_signal(signal.SIGTERM)
    said, _ = supervisor.communicate(timeout=20)
    assert "web: berhenti (SIGKILL)" in said
    assert said.endswith("ended\n")


def test_a_term_ends_everything(folder: Path) -> None:
    supervisor = begin(folder)
    everyone = pids(folder / "web") + pids(folder / "worker")

    supervisor.send_signal(signal.SIGINT)
    supervisor.communicate(timeout=20)

    assert supervisor.returncode == 0
    assert not any(lives(pid) for pid in everyone)
    assert not (folder / "children.json").exists()


def test_children_of_a_killed_supervisor_end_and_the_next_start_ends_what_they_left(folder: Path) -> None:
    supervisor = begin(folder)
    (web, left_by_web), (worker, left_by_worker) = pids(folder / "web"), pids(folder / "worker")

    supervisor.kill()
    supervisor.communicate()

    assert processes.wait(lambda: not lives(web) and not lives(worker), seconds=10)
    second = begin(folder)
    assert processes.wait(lambda: not lives(left_by_web) and not lives(left_by_worker), seconds=10)
    second.terminate()
    second.communicate(timeout=20)
