"""Log lines of processes that do not know Django: the supervisor and the web server's parent. Same objects as `formatters`.

And what no line may hold, whoever writes it: anything that ends a line, moves the cursor or turns text round, which would let a
visitor's words pass for lines of ours. Words that are written right to left are set apart, so that a figure beside them stays where it is.
"""

import json
import logging
import unicodedata
from datetime import UTC, datetime

from tenants import text_direction

# Control and format characters (Cc, Cf), line and paragraph separators, and halves of characters.
_FORGING = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})


def harmless(text: str) -> str:
    """Give the text with everything that could forge a line written out (a line break becomes the two characters \\n), and set apart
    what is written right to left.
    """
    if text.isascii() and text.isprintable():
        return text
    written_out = "".join(
        character.encode("unicode_escape").decode() if unicodedata.category(character) in _FORGING else character for character in text
    )
    return text_direction.runs_isolated(written_out)


class Formatter(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        return line(level=record.levelname.lower(), logger=record.name, message=record.getMessage(), at=record.created)


def line(*, level: str, logger: str, message: str, at: float) -> str:
    """Give one line; `at` is seconds since the epoch."""
    moment = datetime.fromtimestamp(at, tz=UTC).isoformat(timespec="milliseconds")
    return json.dumps({"at": moment, "level": level, "logger": logger, "message": harmless(message)}, ensure_ascii=False)
