"""The environment of a WSGI request (PEP 3333), made of what granian knows of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import IO, Any, Protocol


class Headers(Protocol):
    """As granian's: names in small letters, values that are ASCII."""

    def items(self) -> Iterable[tuple[str, str]]: ...


class Scope(Protocol):
    """What is known of a request before its body (RSGI)."""

    method: str
    path: str
    query_string: str
    http_version: str
    scheme: str
    server: str
    client: str
    headers: Headers


def make(scope: Scope) -> dict[str, Any]:
    """Give the environment without a body. A name with an underscore would stand for another header's, and is left out."""
    server, _, port = scope.server.rpartition(":")
    environment: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _as_bytes(scope.path),
        "QUERY_STRING": _as_bytes(scope.query_string),
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "REMOTE_ADDR": peer(scope),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = "HTTP_" + name.upper().replace("-", "_")
        former = environment.get(key)
        environment[key] = value if former is None else f"{former}{';' if key == 'HTTP_COOKIE' else ','}{value}"
    environment["CONTENT_TYPE"] = environment.pop("HTTP_CONTENT_TYPE", "")
    environment["CONTENT_LENGTH"] = environment.pop("HTTP_CONTENT_LENGTH", "")
    return environment


def add_body(environment: dict[str, Any], *, file: IO[bytes], length: int) -> None:
    """Add the body. Its length is a fact from here on, in pieces or not."""
    environment["wsgi.input"] = file
    environment["CONTENT_LENGTH"] = str(length) if length else environment["CONTENT_LENGTH"]
    environment.pop("HTTP_TRANSFER_ENCODING", None)


def peer(scope: Scope) -> str:
    """The address at the other end of the connection, without its port."""
    return scope.client.rpartition(":")[0].strip("[]")


def _as_bytes(text: str) -> str:
    return text if text.isascii() else text.encode().decode("latin-1")
