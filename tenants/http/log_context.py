"""What marks every log line of a request: its id and who asks. Knows no model, so that logging can be set up before the apps."""

from __future__ import annotations

import contextvars

_marks: contextvars.ContextVar[dict[str, str] | None] = contextvars.ContextVar("log_marks", default=None)


def begin(*, request_id: str) -> None:
    """Mark what this thread logs from now on."""
    _marks.set({"request_id": request_id})


def end() -> None:
    """Mark no more."""
    _marks.set(None)


def current() -> dict[str, str]:
    """The marks of the request at hand, if there is one: request_id, and village while the thread is inside one."""
    from tenants.db import context  # needs Django's settings, which read this module while they set logging up

    marks = dict(_marks.get() or {})
    village = context.current()
    if village:
        marks["village"] = village
    return marks
