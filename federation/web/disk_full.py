"""On a full disk the market can be read; whatever would write is refused before it begins, and says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_noop

from federation.web import error_pages
from tenants import disk_room
from tenants.disk_room import Room
from tenants.errors import DomainError, Kind

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
_SQLSTATE = "53100"  # disk_full


class DiskFull(DomainError):
    """There is no room to write it down."""

    kind = Kind.UNAVAILABLE
    code = "disk-full"
    sentence = gettext_noop(
        "Ruang penyimpanan pasar ini penuh, jadi pesanan dan perubahan belum bisa dicatat. Tidak ada yang berubah, dan yang sudah tercatat "
        "tetap ada. Coba lagi nanti; pengelola sudah diberi tahu."
    )


class DiskFullGuard:
    """Middleware: 503 for whatever may write while the disk is full, and where a view met the end of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS and is_full():
            return refused(path=request.path_info)
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refused(path=request.path_info) if _is_of_full_disk(exception) else None


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
