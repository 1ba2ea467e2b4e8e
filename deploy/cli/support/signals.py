"""How a command that works for long is ended from outside."""

import signal
from typing import NoReturn


def end_like_ctrl_c() -> None:
    """Let SIGTERM and SIGHUP end this process as Ctrl-C does: what is half done is put away, and the servers are stopped."""

    def end(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
