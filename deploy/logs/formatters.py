"""How log lines look: one JSON object each in production, one readable line elsewhere. Both carry request and village."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

from tenants.http import log_context

# Set on the record by tenants.http.middleware; no name, phone or address is among them.
_FIELDS = ("request_id", "village", "user_id", "method", "path", "status", "duration_ms")


# A buyer's link opens the purchase for whoever has it. Django's own lines name paths, and an error's text may.
_LINK = re.compile(r"(?<!kelola/)\bpesanan/(?!cari\b)(?:(?:lihat|kembali)/)?[^/\s?#\"'\\<>]+")


class JsonFormatter(logging.Formatter):
    """One object per line: what a log collector reads without rules of its own."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_marks(record),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return _without_links(json.dumps(entry, ensure_ascii=False, default=str))


class LineFormatter(logging.Formatter):
    """One line for people at a terminal."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", datefmt="%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        line = _without_links(super().format(record))
        marks = _marks(record)
        parts = [str(marks[name]) for name in ("village", "request_id") if name in marks]
        return f"{line} [{' '.join(parts)}]" if parts else line


def _without_links(text: str) -> str:
    return _LINK.sub("pesanan/…", text)


def _marks(record: logging.LogRecord) -> dict[str, object]:
    own = {name: getattr(record, name) for name in _FIELDS if getattr(record, name, None) not in (None, "")}
    return {**log_context.current(), **own}
