"""A WSGI application that says what it got, for tests of the web server without a market."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable
from typing import Any

_waits: list[str] = []


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """/ gives length, hash and environment as JSON, /many/N N bytes in pieces, /pid the process, /wait/S waits, /waits counts those."""
    _, name, *rest = environ["PATH_INFO"].split("/")
    start_response("200 OK", [("Content-Type", "text/plain")])
    if name == "many":
        return (b"x" * 65536 for _ in range(int(rest[0]) // 65536))
    if name == "wait":
        _waits.append(rest[0])
        time.sleep(float(rest[0]))
    if name == "waits":
        return [str(len(_waits)).encode()]
    if name in ("pid", "wait"):
        return [str(os.getpid()).encode()]
    body = environ["wsgi.input"].read()
    told = {key: value for key, value in environ.items() if isinstance(value, str)}
    return [json.dumps({"length": len(body), "sha256": hashlib.sha256(body).hexdigest(), "environ": told}).encode()]


def seen(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The address that Django's market would count, and whether it would take the connection for a safe one."""
    from django.conf import settings
    from django.http import HttpRequest, HttpResponse

    from deploy import settings as market_settings
    from tenants.http import client_address

    if not settings.configured:
        names = ("TRUSTED_PROXIES", "SECURE_PROXY_SSL_HEADER", "ALLOWED_HOSTS")
        settings.configure(**{name: getattr(market_settings, name) for name in names})
    request = HttpRequest()
    request.META = environ
    request._get_scheme = lambda: "http"  # type: ignore[method-assign]
    found: dict[str, object] = {}

    def view(asked: HttpRequest) -> HttpResponse:
        found.update(address=client_address.of(request=asked), is_secure=asked.is_secure())
        return HttpResponse()

    client_address.Fronts(view)(request)
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(found).encode()]
