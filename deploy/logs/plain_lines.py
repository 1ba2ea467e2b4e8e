"""Log lines of processes that do not know Django: the supervisor and the web server's parent. Same objects as `formatters`."""

import json
import logging
from datetime import UTC, datetime


class Formatter(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        return line(level=record.levelname.lower(), logger=record.name, message=record.getMessage(), at=record.created)


def line(*, level: str, logger: str, message: str, at: float) -> str:
    """Give one line; `at` is seconds since the epoch."""
    moment = datetime.fromtimestamp(at, tz=UTC).isoformat(timespec="milliseconds")
    return json.dumps({"at": moment, "level": level, "logger": logger, "message": message}, ensure_ascii=False)
