"""How log lines look: one JSON object each in production, one readable line elsewhere. Both carry request and village."""

from __future__ import annotations

import functools
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
_HIDDEN_PARTS = ((_LINK, "pesanan/", ""), (_ROW, ")=(", ")"), (_PHONE, "08", ""))  # with what is left standing before and after

_LINE_LENGTH_MAX = 2_000
_PART_LENGTH_MAX = 100  # no phone number is longer
_HIDDEN = "\uffff"  # stands for one character that nobody may see; it is none itself
_HIDDEN_RUN = re.compile(f"{_HIDDEN}+")


class JsonFormatter(logging.Formatter):
    """One object per line: what a log collector reads without rules of its own."""

    def format(self, record: logging.LogRecord) -> str:
        secrets = _secrets(record)
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _allowed(record.getMessage(), secrets),
            **{name: plain_lines.harmless(mark) if isinstance(mark, str) else mark for name, mark in _marks(record).items()},
        }
        if record.exc_info:
            entry["exception"] = "\n".join(_exception_lines(self.formatException(record.exc_info), secrets))
        return json.dumps(entry, ensure_ascii=False, default=str)


class LineFormatter(logging.Formatter):
    """One line for people at a terminal."""

    def __init__(self) -> None:
        super().__init__(datefmt="%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        marks, secrets = _marks(record), _secrets(record)
        parts = [str(marks[name]) for name in ("village", "request_id") if name in marks]
        head = f"{self.formatTime(record, self.datefmt)} {record.levelname} {record.name}: {_allowed(record.getMessage(), secrets)}"
        lines = [f"{head} [{' '.join(parts)}]" if parts else head]
        if record.exc_info:
            # Pushed in, so that none looks like the beginning of an entry.
            lines += [f"  {line}" for line in _exception_lines(self.formatException(record.exc_info), secrets)]
        return "\n".join(lines)


def _secrets(record: logging.LogRecord) -> log_context.Secrets:
    return log_context.secrets(getattr(record, "request", None))


def _exception_lines(text: str, secrets: log_context.Secrets) -> list[str]:
    return [_allowed(line, secrets) for line in text.split("\n")]


def _allowed(text: str, secrets: log_context.Secrets) -> str:
    """What may be written: nothing by which somebody else could open a purchase or sign in, nobody's number, no line of a visitor's.

    And no more than _LINE_LENGTH_MAX characters. What is hidden keeps its length until the cut, and what is looked through reaches
    beyond it by the longest secret: none is cut in two and so overlooked.
    """
    read_max = _LINE_LENGTH_MAX + max(secrets.length_max(), _PART_LENGTH_MAX)
    # The bracket ends a row that goes on beyond.
    found = secrets.hide(text if len(text) <= read_max else text[:read_max] + ")", by=_HIDDEN)
    for pattern, before, after in _HIDDEN_PARTS:
        found = pattern.sub(functools.partial(_only, before=before, after=after), found)
    shown = found if len(text) <= _LINE_LENGTH_MAX else found[:_LINE_LENGTH_MAX] + _HIDDEN
    return plain_lines.harmless(_HIDDEN_RUN.sub("…", shown))


def _only(part: re.Match[str], *, before: str, after: str) -> str:
    return before + _HIDDEN * (len(part[0]) - len(before) - len(after)) + after


def _marks(record: logging.LogRecord) -> dict[str, object]:
    own = {name: getattr(record, name) for name in _FIELDS if getattr(record, name, None) not in (None, "")}
    return {**log_context.current(), **own}
