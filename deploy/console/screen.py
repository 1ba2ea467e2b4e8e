"""What a command shows while it works: steps, and a bar where somebody looks."""

import contextlib
import os
import sys
import time

from deploy.logs import plain_lines

_WIDTH = 30
_EVERY_SECONDS = 0.1
_EVERY_LINE_SECONDS = 5.0


def say(text: str) -> None:
    """Print one line of progress beside a command's own output; where it cannot be written (a full disk) the command goes on."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def report(text: str) -> None:
    """Tell what happens while a market runs: a line for people, or in production a JSON object for the log collector."""
    if os.environ.get("PASARSAMA_MODE") == "production":
        text = plain_lines.line(level="warning", logger="pasarsama.supervisor", message=text, at=time.time())
    else:
        text = plain_lines.harmless(text)
    say(text)


class Bar:
    """A progress bar in a terminal; elsewhere a line every few seconds. Called with (done, total, what)."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._shown_at = 0.0
        self._what = ""

    def __call__(self, done: int, total: int, what: str = "") -> None:
        now = time.monotonic()
        new = what != self._what
        wait = _EVERY_SECONDS if self._terminal else _EVERY_LINE_SECONDS
        if not new and done < total and now - self._shown_at < wait:
            return
        if not self._terminal and not new and done >= total:
            return
        self._shown_at, self._what = now, what
        share = min(done / total, 1.0) if total else 1.0
        if self._terminal:
            full = round(share * _WIDTH)
            print(f"\r\033[K  [{'#' * full}{'.' * (_WIDTH - full)}] {share:4.0%}  {what}", end="", file=sys.stderr, flush=True)
        else:
            say(f"  {share:4.0%}  {what}")

    def close(self) -> None:
        """Leave the line empty for what comes next."""
        if self._terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
