"""A WSGI application behind granian's asynchronous door (RSGI): bodies are waited for in the loop, requests are answered in threads."""

from __future__ import annotations

import asyncio
import importlib
import io
import logging
import queue
import threading
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

from deploy.web_server import body_limits, request_bodies, unfinished_bodies, wsgi_environment
from tenants.http import client_address

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
log = logging.getLogger(__name__)

UNREAD = "pasarsama.unread"  # in the environment: why the body is not there (request_bodies.Unread)


# Of answers that the application does not give; it says the same for its own.
_HEADERS = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
]


class Connection(Protocol):
    """What granian gives to read a body from and to answer by; the answer may come from any thread."""

    def __aiter__(self) -> Any: ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...


class Application:
    """The door of one web process."""

    def __init__(self, wsgi: Wsgi, *, limit: body_limits.Limits, counts: Path) -> None:
        self._wsgi, self._limit, self._counts = wsgi, limit, counts
        self._trusted = client_address.networks(limit.trusted_proxies)
        self._waiting: queue.SimpleQueue[tuple[dict[str, Any], Connection, Callable[[], object]] | None] = queue.SimpleQueue()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._unfinished = unfinished_bodies.UnfinishedBodies(self._counts, most=body_limits.UNFINISHED_PER_ADDRESS)
        for number in range(self._limit.threads):
            threading.Thread(target=self._answer_all, name=f"web-{number}", daemon=True).start()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        for _ in range(self._limit.threads):
            self._waiting.put(None)

    async def __rsgi__(self, scope: wsgi_environment.Scope, connection: Connection) -> None:
        environment = wsgi_environment.make(scope)
        announced = environment["CONTENT_LENGTH"]
        if announced in ("", "0") and "HTTP_TRANSFER_ENCODING" not in environment:
            wsgi_environment.add_body(environment, file=io.BytesIO(), length=0)
        elif announced and int(announced) > body_limits.BODY_BYTES_MAX:
            wsgi_environment.add_body(environment, file=io.BytesIO(), length=int(announced))  # refused by its length, unread
        else:
            body = await self._read(connection, int(announced) if announced else None, environment["REMOTE_ADDR"])
            if body is request_bodies.Unread.BROKEN:
                return connection.response_bytes(400, _HEADERS, b"")  # nobody is there to read more
            if isinstance(body, request_bodies.Unread):
                environment[UNREAD] = body.value
                wsgi_environment.add_body(environment, file=io.BytesIO(), length=0)
            else:
                wsgi_environment.add_body(environment, file=body.file, length=body.length)
        await self._answered(environment, connection)
        return None

    def _read(self, connection: Connection, announced: int | None, address: str) -> Awaitable[request_bodies.Body | request_bodies.Unread]:
        is_front = client_address.is_in(address, self._trusted)  # it sends for many
        return request_bodies.read(
            connection,
            announced=announced,
            seconds=self._limit.seconds,
            begin=(lambda: 0) if is_front else (lambda: self._unfinished.begin(client_address.counted(address))),
            end=(lambda _: None) if is_front else self._unfinished.end,
        )

    def _answered(self, environment: dict[str, Any], connection: Connection) -> Awaitable[None]:
        done: asyncio.Future[None] = self._loop.create_future()
        self._waiting.put((environment, connection, lambda: self._loop.call_soon_threadsafe(_finish, done)))
        return done

    def _answer_all(self) -> None:
        while (one := self._waiting.get()) is not None:
            environment, connection, finish = one
            try:
                self._answer(environment, connection)
            except Exception:
                log.exception("The application raised.")
                connection.response_bytes(500, _HEADERS, b"")
            del one, environment, connection
            finish()

    def _answer(self, environment: dict[str, Any], connection: Connection) -> None:
        """Answer whole, streams too: who reads slowly holds no thread."""
        head: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
            head[:] = [int(status[:3]), headers]

        parts = self._wsgi(environment, start_response)
        try:
            body = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
        status, headers = head
        if UNREAD in environment:
            headers = [*headers, ("Connection", "close")]
        connection.response_bytes(status, headers, body)


def load(limit: body_limits.Limits, counts: Path, target: str) -> Application:
    """Give the door to the WSGI application called module:name."""
    module, _, name = target.partition(":")
    return Application(getattr(importlib.import_module(module), name), limit=limit, counts=counts)


def _finish(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)
