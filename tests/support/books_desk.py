"""The books of the desk, as tests use them: a sealed day, and a download with its last line."""

from __future__ import annotations

import csv
import datetime
import io

from django.http import HttpResponse

from federation.web import csv_export
from settlement.seals import seals


def sealed(day: int = 1) -> str:
    """Seal a day of July 2026 and give its hash."""
    made = seals.seal(day=datetime.date(2026, 7, day), at=datetime.datetime(2026, 7, day + 1, 1, tzinfo=datetime.UTC))
    assert made is not None
    return made.sha256


def rows(response: HttpResponse) -> list[list[str]]:
    """A download with its last line."""
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text.removeprefix(csv_export.BYTE_ORDER_MARK))))
