"""What is too large or cannot be text is turned away here, in our own words, before anything reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from federation.web import disk_guard, error_pages
from tenants import disk_room

UNREAD = "pasarsama.unread"  # in the environment: why the web server did not read the body (deploy.web_server.request_bodies.Unread)
# Longer than any address of ours: 400, before a file system, a cache or a statement meets it.
PATH_LENGTH_MAX = 1_000
QUERY_LENGTH_MAX = 8_000
NUL = "\x00"  # no text of a database holds it; every statement that carries one fails


class Admission:
    """Middleware: 413 beyond the limit of one request, 400 where path, query, cookies or form hold a NUL, or the address is too long.

    And what the web server has to say of a body that did not come.

    Stands after the language and before whatever reads a form. Too many parameters, or a form in pieces, raise here and become
    Django's 400, whose page is ours too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if len(request.path_info) > PATH_LENGTH_MAX or len(request.META.get("QUERY_STRING", "")) > QUERY_LENGTH_MAX:
            return error_pages.unreadable()
        unread = request.META.get(UNREAD)
        if unread is not None:
            return error_pages.unread(why=str(unread))
        if announced_bytes(request=request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return error_pages.too_large(path=request.path_info)
        try:
            has_nul = any(NUL in text for text in _texts(request))
        except OSError as error:  # a photo waits on the disk
            if error.errno in disk_room.NO_ROOM:
                return disk_guard.refused(path=request.path_info)
            raise
        if has_nul:
            return error_pages.unreadable()
        return self._get_response(request)


def announced_bytes(*, request: HttpRequest) -> int:
    """How large the body is, or says it is where it was not read. Our web server counts one that comes in pieces without a length."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def _texts(request: HttpRequest) -> Iterator[str]:
    """Everything that a visitor can write. Forms are parsed for their token in any case; other bodies are left unread."""
    yield request.path_info
    yield from request.COOKIES.values()
    for sent in (request.GET, request.POST):
        for name, values in sent.lists():
            yield name
            yield from values
