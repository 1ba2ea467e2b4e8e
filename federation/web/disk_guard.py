"""On a full disk the market can be read; whatever would write is refused before it does, and says why.

What was sent is read as ever, with the database closed to writing: a page that shows its form again after a refusal does so here too, with
all that was typed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InternalError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from federation.web import error_pages
from tenants import disk_room
from tenants.disk_room import Room
from tenants.full_disk import DiskFull

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
_SQLSTATE = "53100"  # disk_full
_CLOSED = "25006"  # read_only_sql_transaction


class DiskFullGuard:
    """Middleware: 503 for whatever would write while the disk is full, and where a view met the end of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS or not is_full():
            return self._get_response(request)
        if request.path_info.startswith("/api/"):
            return refused(path=request.path_info)
        try:
            with _closed_to_writing():
                return self._get_response(request)
        except DatabaseError:  # a server that ran out of room is gone altogether
            return refused(path=request.path_info)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refused(path=request.path_info) if _is_of_full_disk(exception) else None


@contextlib.contextmanager
def _closed_to_writing() -> Iterator[None]:
    """Whatever would write in here is refused as a rule refuses it, by PostgreSQL itself, also inside its functions."""
    with connection.execute_wrapper(_refusing):
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = on")
        try:
            yield
        finally:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("RESET default_transaction_read_only")
            except DatabaseError:
                connection.close()  # the next one begins open


def _refusing(execute: Callable[..., Any], *statement: Any) -> Any:
    try:
        return execute(*statement)
    except InternalError as error:
        if getattr(error.__cause__, "pgcode", None) != _CLOSED:
            raise
        raise DiskFull from error


def is_full() -> bool:
    """Whether nothing new may be written."""
    return left() is Room.FULL


def left() -> Room:
    """What is left on the disk of this installation."""
    return disk_room.left(folder=Path(settings.DATA))


def refused(*, path: str) -> HttpResponse:
    """The answer to what would write, or met the end of the disk, at this path."""
    if path.startswith("/api/"):
        return JsonResponse({"status": DiskFull.code}, status=error_pages.STATUS[DiskFull.kind])
    return error_pages.no_room(error=DiskFull())


def _is_of_full_disk(exception: Exception) -> bool:
    if isinstance(exception, OperationalError):  # a server that ran out of room may be gone altogether
        return getattr(exception.__cause__, "pgcode", None) == _SQLSTATE or is_full()
    return isinstance(exception, OSError) and exception.errno in disk_room.NO_ROOM
