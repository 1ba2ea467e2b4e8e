"""A browser inside this process: it hands a request to Django as the web server does, and counts what comes of it."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping
from http import cookies
from typing import Any
from urllib import parse

CSRF = "x" * 32  # sent as cookie and as field: what Django compares


class Visitor:
    """Keeps the cookies that it was given. Django must be set up."""

    def __init__(self) -> None:
        from django.core.handlers.wsgi import WSGIHandler

        self._application = WSGIHandler()
        self.cookies = {"csrf": CSRF}

    def get(self, address: str) -> bytes:
        """The page at an address.

        :raises RuntimeError: if it is not answered by 200
        """
        return self._ask("GET", address, b"", 200)

    def post(self, path: str, fields: Mapping[str, str]) -> None:
        """Send a form.

        :raises RuntimeError: if the answer does not lead on
        """
        self._ask("POST", path, body(fields), 302)

    def post_again(self, path: str, fields: Mapping[str, str]) -> bytes:
        """Send a form that comes back; gives its page.

        :raises RuntimeError: if it does not come back
        """
        return self._ask("POST", path, body(fields), 200)

    def _ask(self, method: str, address: str, sent: bytes, expected: int) -> bytes:
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(sent)),
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if sent else "",
            "HTTP_ACCEPT_ENCODING": "gzip",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "HTTP_HOST": "localhost",
            "REMOTE_ADDR": "127.0.0.1",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(sent),
            "wsgi.errors": io.StringIO(),
        }
        status, head = "", []

        def start(line: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Callable[[bytes], object]:
            nonlocal status, head
            status, head = line, headers
            return io.BytesIO().write

        answer = self._application(environ, start)
        page = b"".join(answer)
        answer.close()
        if not status.startswith(str(expected)):
            raise RuntimeError(f"{method} {address}: {status} {page[:200]!r}")
        for name, value in head:
            if name.lower() == "set-cookie":
                self.cookies.update((morsel.key, morsel.value) for morsel in cookies.SimpleCookie(value).values())
        return page


def body(fields: Mapping[str, str]) -> bytes:
    """A form as it is sent, with its token."""
    return parse.urlencode({**fields, "csrfmiddlewaretoken": CSRF}).encode()


Action = Callable[[int], object]  # given which time it is


def statements(action: Action, *, times: int = 1) -> float:
    """How much a action says to the database, BEGIN and COMMIT included, changes of the search path apart."""
    return sum("search_path" not in text for text in _statements(action, times)) / times


def switches(action: Action, *, times: int) -> float:
    """How often a action changes the search path."""
    return sum("search_path" in text for text in _statements(action, times)) / times


def _statements(action: Action, times: int) -> list[str]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as kept:
        for number in range(times):
            action(number)
    return [query["sql"] for query in kept.captured_queries]


def cpu_ms(action: Action, *, times: int) -> float:
    """Processor time of this process for one of `times` actions."""
    began = time.process_time()
    for number in range(times):
        action(number)
    return (time.process_time() - began) * 1_000 / times
