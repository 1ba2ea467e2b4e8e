"""How log lines look: one JSON object each in production, one readable line elsewhere. Both carry request and village."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

from deploy.logs import plain_lines
from tenants.http import log_context

# Set on the record by tenants.http.middleware; no name, phone or address is among them.
_FIELDS = ("request_id", "village", "user_id", "method", "path", "status", "duration_ms")


# A buyer's link opens the purchase for whoever has it. Django's own lines name paths, and an error's text may.
_PHONE = re.compile(r"(?<![\w-])(?:\+?62[ -]?|0)8\d{1,3}(?:[ -]?\d{2,5}){2,3}(?![\w-])")
_ROW = re.compile(r"\)=\(.*\)")  # of PostgreSQL's details: Key (phone)=(+62...) already exists.
_LINK = re.compile(r"(?<!kelola/)\bpesanan/(?!cari\b)(?:(?:lihat|kembali)/)?[^/\s?#\"'\\<>]+")


class JsonFormatter(logging.Formatter):
    """One object per line: what a log collector reads without rules of its own."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _allowed(record.getMessage(), record),
            **{name: plain_lines.harmless(mark) if isinstance(mark, str) else mark for name, mark in _marks(record).items()},
        }
        if record.exc_info:
            entry["exception"] = "\n".join(_exception_lines(self.formatException(record.exc_info), record))
        return json.dumps(entry, ensure_ascii=False, default=str)


class LineFormatter(logging.Formatter):
    """One line for people at a terminal."""

    def __init__(self) -> None:
        super().__init__(datefmt="%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        marks = _marks(record)
        parts = [str(marks[name]) for name in ("village", "request_id") if name in marks]
        head = f"{self.formatTime(record, self.datefmt)} {record.levelname} {record.name}: {_allowed(record.getMessage(), record)}"
        lines = [f"{head} [{' '.join(parts)}]" if parts else head]
        if record.exc_info:
            # Pushed in, so that none looks like the beginning of an entry.
            lines += [f"  {line}" for line in _exception_lines(self.formatException(record.exc_info), record)]
        return "\n".join(lines)


def _exception_lines(text: str, record: logging.LogRecord) -> list[str]:
    return [_allowed(line, record) for line in text.split("\n")]


def _allowed(text: str, record: logging.LogRecord) -> str:
    """What may be written: nothing by which somebody else could open a purchase or sign in, nobody's number, no line of a visitor's."""
    for secret in log_context.secrets(getattr(record, "request", None)):
        text = text.replace(secret, "…")
    return plain_lines.harmless(_PHONE.sub("08…", _ROW.sub(")=(…)", _LINK.sub("pesanan/…", text))))


def _marks(record: logging.LogRecord) -> dict[str, object]:
    own = {name: getattr(record, name) for name in _FIELDS if getattr(record, name, None) not in (None, "")}
    return {**log_context.current(), **own}
