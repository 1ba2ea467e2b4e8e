"""Processes that outlive the command that started them, and how they are found again.

A server's working folder is its data folder, so `/proc/PID/cwd` says for certain whose process a number in a pid file is: numbers are
given out again after a restart of the machine, folders are not.
"""

import ctypes
import os
import subprocess
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from deploy.embedded import system_users

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def launch(
    *,
    command: list[str],
    log: IO[bytes] | None,
    folder: Path | None = None,
    account: system_users.Account | None = None,
    environment: Mapping[str, str] | None = None,
    signal_at_our_end: int | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a process in a session of its own, in `folder`, with all it says in `log` (None: it speaks where we speak).

    Ctrl-C in the terminal does not reach it. It lives on when this process is killed, unless a signal is named that it then gets.
    """
    with warnings.catch_warnings():
        # Newer Pythons warn of preexec_fn beside threads; ours makes one system call and takes no lock.
        warnings.simplefilter("ignore", DeprecationWarning)
        return subprocess.Popen(  # noqa: S603 - our own programs only
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=dict(environment) if environment is not None else None,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            start_new_session=True,
            umask=0o077 if folder else -1,
            preexec_fn=_tie(signal_at_our_end) if signal_at_our_end else None,
        )


def _tie(number: int) -> Callable[[], None]:
    """Give what runs between fork and exec: the kernel sends this signal when the starter is gone, however it went."""
    parent = os.getpid()

    def before_exec() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return before_exec


def works_in(pid: int, folder: Path) -> bool:
    """Say whether the process lives and has `folder` as its working folder. A dead child that nobody has asked for is not alive."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder.resolve()
    except OSError:
        return False


def all_in(folder: Path) -> list[int]:
    """Give every living process whose working folder is `folder`."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and works_in(int(entry.name), folder)]


def end(*, pid: int, folder: Path, steps: Sequence[tuple[int, float]], child: "subprocess.Popen[bytes] | None" = None) -> None:
    """Ask a process to end, step by step: each step is a signal and the seconds to wait for its effect."""
    for number, seconds in steps:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            break
        if wait(lambda: gone(pid=pid, folder=folder, child=child), seconds=seconds):
            break
    if child is not None and child.pid == pid:
        child.wait()


def gone(*, pid: int, folder: Path, child: "subprocess.Popen[bytes] | None" = None) -> bool:
    """Say whether the process has ended; a child of ours is also reaped."""
    if child is not None and child.pid == pid:
        return child.poll() is not None
    return not works_in(pid, folder)


def wait(condition: Callable[[], bool], *, seconds: float, step: float = 0.02) -> bool:
    """Wait until the condition holds; False when the time is over."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= until:
            return False
        time.sleep(step)
    return True
