"""Pages that look the same to everybody, stored compressed in each process until the catalogue changes.

catalogue_stamp says which state of the catalogue is the newest. A hit costs one look at it and no template, no
session and no statement. The stamp is read before a page is rendered, so a page that was rendered while a price changed stands
under the old stamp and is never served after the change was announced.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from federation.catalogue import catalogue_stamp
from federation.web import visitors

PAGES_MAX = 512
BYTES_MAX = 8 * 1024 * 1024
STORE_SECONDS = 60.0  # bounds what a lost announcement, or a page that names the time of day, can leave behind
REMEMBER_SECONDS = 5.0
BODY_BYTES_MAX = 256 * 1024


def for_everybody(response: HttpResponse) -> HttpResponse:
    """Mark a page that shows nothing of its visitor; only such pages are stored."""
    response.is_for_everybody = True  # type: ignore[attr-defined]
    return response


def remembered(request: HttpRequest, name: str, make: Callable[[], Any]) -> Any:
    """What `make` gives, stored in this process under the catalogue's stamp that this request found, a few seconds at most.

    For what every page of the market needs and few changes touch; a request that asked for no stamp has its page made again.
    """
    stamp = getattr(request, "catalogue_stamp", None)
    if stamp is None:
        return make()
    found = _remembered.get(name)
    if found is None or found[0] != stamp or found[1] < time.monotonic():
        found = _remembered[name] = (stamp, time.monotonic() + REMEMBER_SECONDS, make())
    return found[2]


_remembered: dict[str, tuple[str, float, Any]] = {}


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page as it goes over the wire."""

    stamp: str
    until: float  # time.monotonic()
    etag: str
    headers: tuple[tuple[str, str], ...]
    compressed: bytes


class Pages:
    """The pages of this process: at most PAGES_MAX and BYTES_MAX, the longest unused goes first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stored: OrderedDict[tuple[str, ...], StoredPage] = OrderedDict()
        self._bytes = 0

    def get(self, key: tuple[str, ...]) -> StoredPage | None:
        with self._lock:
            stored = self._stored.get(key)
            if stored is not None:
                self._stored.move_to_end(key)
            return stored

    def put(self, key: tuple[str, ...], stored: StoredPage) -> None:
        with self._lock:
            former = self._stored.pop(key, None)
            self._stored[key] = stored
            self._bytes += len(stored.compressed) - (len(former.compressed) if former else 0)
            while len(self._stored) > PAGES_MAX or self._bytes > BYTES_MAX:
                _, gone = self._stored.popitem(last=False)
                self._bytes -= len(gone.compressed)

    def clear(self) -> None:
        with self._lock:
            self._stored.clear()
            self._bytes = 0


_pages = Pages()


class AnonymousPages:
    """Middleware: answers a visitor without session and basket from the stored pages. Stands before sessions and language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _key(request)
        if key is None:
            return self._get_response(request)
        stamp = catalogue_stamp.current()
        if stamp is None:  # no cache server: nothing tells whether a stored page is still true
            return self._get_response(request)
        stored = _pages.get(key)
        if stored is not None and stored.stamp == stamp and stored.until > time.monotonic():
            return _answer(request, stored)
        request.catalogue_stamp = stamp  # type: ignore[attr-defined]
        response = self._get_response(request)
        if response.status_code != 200 or not getattr(response, "is_for_everybody", False) or response.cookies or response.streaming:
            return response
        stored = _store(response, stamp)
        if len(stored.compressed) <= BODY_BYTES_MAX:
            _pages.put(key, stored)
        return _answer(request, stored)


def _key(request: HttpRequest) -> tuple[str, ...] | None:
    """What a stored page depends on; None where the answer depends on the visitor, or is not a page of the market."""
    path = request.path_info
    if request.method != "GET" or not (path == "/" or (path.startswith("/desa/") and path.count("/") <= 3)):
        return None
    cookies = request.COOKIES
    if settings.SESSION_COOKIE_NAME in cookies or visitors.cookie_name() in cookies:
        return None
    query = request.META.get("QUERY_STRING", "")
    if "bahasa=" in query or len(query) > 400:  # the language switch sets a cookie
        return None
    return (path, query, "en" if cookies.get("bahasa") == "en" else "id")


def _store(response: HttpResponse, stamp: str) -> StoredPage:
    headers = tuple((name, value) for name, value in response.items() if name.lower() not in ("content-length", "vary", "cache-control"))
    return StoredPage(
        stamp=stamp,
        until=time.monotonic() + STORE_SECONDS,
        etag=f'W/"{hashlib.sha256(response.content).hexdigest()[:20]}"',
        headers=headers,
        compressed=gzip.compress(response.content, compresslevel=9, mtime=0),
    )


def _answer(request: HttpRequest, stored: StoredPage) -> HttpResponse:
    """The stored page; nothing but its name when the browser has it already (a villager pays for every byte)."""
    if request.META.get("HTTP_IF_NONE_MATCH") == stored.etag:
        response = HttpResponse(status=304)
    elif "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        response = HttpResponse(stored.compressed)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(gzip.decompress(stored.compressed))
    if response.content:
        response.headers["Content-Length"] = str(len(response.content))  # else the server sends it in pieces
    for name, value in stored.headers:
        response.headers[name] = value
    response.headers["ETag"] = stored.etag
    response.headers["Vary"] = "Cookie, Accept-Encoding"
    response.headers["Cache-Control"] = "private, no-cache"  # ask again each time: a price may have changed
    return response
