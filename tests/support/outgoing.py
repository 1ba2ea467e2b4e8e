"""Which addresses the processes of a test spoke to: each Python process writes down its own, by an audit hook that starts with it."""

from __future__ import annotations

import os
from pathlib import Path

_HOOK = """
import os, sys

def seen(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        with open(os.environ["SOCKETS_SEEN"], "a", encoding="utf-8") as file:
            file.write(f"{event} {arguments[1:] if arguments[1:] and event != 'socket.getaddrinfo' else arguments!r}\\n")

with open(os.environ["SOCKETS_SEEN"], "a", encoding="utf-8") as file:
    file.write("started\\n")
sys.addaudithook(seen)
"""


def environment(folder: Path) -> dict[str, str]:
    """What lets the Python processes that are started with it write to `folder`."""
    (folder / "sitecustomize.py").write_text(_HOOK, encoding="utf-8")
    before = os.environ.get("PYTHONPATH", "")
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(folder), before])), "SOCKETS_SEEN": str(folder / "seen")}


def outside(folder: Path) -> list[str]:
    """What was spoken to beside unix sockets.

    :raises AssertionError: if no process wrote anything, so that nothing is known
    """
    lines = (folder / "seen").read_text(encoding="utf-8").splitlines()
    assert "started" in lines
    return [line for line in lines if line != "started" and not line.startswith(("socket.connect ('/", "socket.connect (b'/"))]
