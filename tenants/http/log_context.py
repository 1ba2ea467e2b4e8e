"""What marks every log line of a request: its id and who asks; and what of it no line may hold.

Knows no model, so that logging can be set up before the apps.
"""

from __future__ import annotations

import contextvars
import dataclasses
import functools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_plus

if TYPE_CHECKING:
    from django.http import HttpRequest

_SECRET_LENGTH_MIN = 4  # shorter ones are in every other word
_SECRET_LENGTH_MAX = 500  # longer ones are known by their beginning: a form may hold megabytes
_SHOWN = frozenset({"slug", "number", "cycle", "kind"})  # parts of paths that name what everybody may know

_request: contextvars.ContextVar[HttpRequest | None] = contextvars.ContextVar("log_request", default=None)
_marks: contextvars.ContextVar[dict[str, str] | None] = contextvars.ContextVar("log_marks", default=None)


def begin(*, request_id: str, request: HttpRequest) -> None:
    """Mark what this thread logs from now on, and keep from it what the request says in confidence."""
    _marks.set({"request_id": request_id})
    _request.set(request)


def end() -> None:
    """Mark no more."""
    _marks.set(None)
    _request.set(None)


def current() -> dict[str, str]:
    """The marks of the request at hand, if there is one: request_id, and village while the thread is inside one."""
    from tenants.db import context  # needs Django's settings, which read this module while they set logging up

    marks = dict(_marks.get() or {})
    village = context.current()
    if village:
        marks["village"] = village
    return marks


@dataclasses.dataclass(frozen=True)
class Secrets:
    """What no log line may hold, longest first; `beginnings` are those of texts that are too long to look for whole."""

    texts: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()

    def length_max(self) -> int:
        """How many characters the longest has."""
        return max(map(len, self.texts + self.beginnings), default=0)

    def hide(self, text: str, *, by: str) -> str:
        """Give the text, as long as it was, with the character `by` for each of a secret's, and for all that follows a beginning."""
        for beginning in self.beginnings:
            shown, found, hidden = text.partition(beginning)
            text = shown + by * len(found + hidden)
        for secret in self.texts:
            text = text.replace(secret, by * len(secret))
        return text


def secrets(request: HttpRequest | None = None) -> Secrets:
    """What a visitor said in confidence; of the request at hand, unless one is given.

    Keys and codes in the path, the whole query, cookies, and what a form held where somebody has read it.
    """
    request = request or _request.get()
    if request is None:
        return Secrets()
    texts: set[str] = set()
    beginnings: set[str] = set()
    for given in _given(request):
        written = given[:_SECRET_LENGTH_MAX]
        (texts if written == given else beginnings).update((written, quote(written), quote(written, safe="")))
    return Secrets(texts=_longest_first(texts), beginnings=_longest_first(beginnings))


def _longest_first(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted((text for text in texts if len(text) >= _SECRET_LENGTH_MIN), key=len, reverse=True))


def is_first_part(text: str) -> bool:
    """Whether paths of ours begin with this part."""
    return not text or text in _first_parts()


@functools.cache
def _first_parts() -> frozenset[str]:
    from django.conf import settings
    from django.urls import get_resolver

    return frozenset({settings.STATIC_URL.strip("/"), *_first_parts_below(get_resolver().url_patterns)})


def _first_parts_below(patterns: Iterable[Any]) -> Iterator[str]:
    for pattern in patterns:
        route = str(pattern.pattern).lstrip("^")
        if not route and hasattr(pattern, "url_patterns"):
            yield from _first_parts_below(pattern.url_patterns)
        yield route.partition("/")[0]


def _given(request: HttpRequest) -> Iterator[str]:
    match = request.resolver_match
    if match is not None:
        yield from (value for name, value in match.kwargs.items() if isinstance(value, str) and name not in _SHOWN)
    else:
        first, *rest = request.path_info.lstrip("/").split("/")
        yield from rest if is_first_part(first) else (first, *rest)
    query = request.META.get("QUERY_STRING", "")
    yield query
    for pair in query.split("&"):
        yield unquote_plus(pair.partition("=")[2])
        yield pair.partition("=")[2]
    yield from request.COOKIES.values()
    form = request.__dict__.get("_post")  # looking at POST would read a body
    if form is not None:
        for _, values in form.lists():
            yield from values
