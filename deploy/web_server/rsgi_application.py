"""A WSGI application behind granian's asynchronous door (RSGI): bodies are waited for in the loop, requests are answered in threads."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import importlib
import io
import logging
import queue
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

from deploy.web_server import answer_bodies, body_limits, request_bodies, unfinished_bodies, wsgi_environment
from tenants import disk_room
from tenants.http import client_address

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
log = logging.getLogger(__name__)

UNREAD = "pasarsama.unread"  # in the environment: why the body is not there (request_bodies.Unread)


# Of answers that the application does not give; it says the same for its own.
_HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
]
_LATER_HEADERS = [*_HEADERS, ("Retry-After", "10"), ("Connection", "close")]
_BUSY = b"""<!doctype html><html lang="id"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Sedang ramai</title><h1>Sedang ramai</h1>
<p>Terlalu banyak yang datang sekaligus. Tidak ada yang berubah. Tunggu sebentar, lalu coba lagi.</p>
<p lang="en">Too many people came at once. Nothing has changed. Wait a moment, then try again.</p></html>
"""
_NO_ROOM = b"""<!doctype html><html lang="id"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Disk penuh</title><h1>Disk penuh</h1>
<p>Jawaban ini besar, dan di disk server tidak ada tempat untuk menyiapkannya. Beri tahu pengelola pasar, lalu coba lagi nanti.</p>
<p lang="en">This answer is large, and the server's disk has no room to prepare it. Tell whoever runs the market, then try again
later.</p></html>
"""


class Connection(Protocol):
    """What granian gives to read a body from and to answer by; the answer may come from any thread."""

    def __aiter__(self) -> Any: ...

    async def client_disconnect(self) -> None: ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...

    def response_file(self, status: int, headers: list[tuple[str, str]], file: str) -> None: ...


@dataclasses.dataclass(frozen=True)
class _Answer:
    """An answer that its visitor reads from a file."""

    status: int
    headers: list[tuple[str, str]]
    body: answer_bodies.Stored


@dataclasses.dataclass
class _Whole:
    """A request whose body is there; `finish` wakes the loop."""

    environment: dict[str, Any]
    connection: Connection
    finish: Callable[[], object]
    is_given_up: bool = False  # by a visitor who left before its turn came
    answer: _Answer | None = None  # what the thread left to be sent


class Application:
    """The door of one web process."""

    def __init__(self, wsgi: Wsgi, *, limit: body_limits.Limits, folder: Path) -> None:
        self._wsgi, self._limit, self._folder = wsgi, limit, folder
        self._trusted = client_address.networks(limit.trusted_proxies)
        self._waiting: queue.SimpleQueue[_Whole | None] = queue.SimpleQueue()
        self._unanswered = 0  # whole requests; the loop alone counts

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._unfinished = unfinished_bodies.UnfinishedBodies(self._folder / "unfinished-bodies", most=body_limits.UNFINISHED_PER_ADDRESS)
        for number in range(self._limit.threads):
            threading.Thread(target=self._answer_all, name=f"web-{number}", daemon=True).start()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        for _ in range(self._limit.threads):
            self._waiting.put(None)

    async def __rsgi__(self, scope: wsgi_environment.Scope, connection: Connection) -> None:
        if self._is_busy():
            return connection.response_bytes(503, _LATER_HEADERS, _BUSY)
        environment = wsgi_environment.make(scope)
        with self._counting(environment["REMOTE_ADDR"]) as begin:
            await self._take(environment, connection, begin)
        return None

    async def _take(self, environment: dict[str, Any], connection: Connection, begin: Callable[[], bool]) -> None:
        announced = environment["CONTENT_LENGTH"]
        if announced in ("", "0") and "HTTP_TRANSFER_ENCODING" not in environment:
            wsgi_environment.add_body(environment, file=io.BytesIO(), length=0)
        elif announced and int(announced) > body_limits.BODY_BYTES_MAX:
            wsgi_environment.add_body(environment, file=io.BytesIO(), length=int(announced))  # refused by its length, unread
        else:
            body = await request_bodies.read(
                connection, announced=int(announced) if announced else None, seconds=self._limit.seconds, begin=begin
            )
            if body is request_bodies.Unread.BROKEN:
                return connection.response_bytes(400, _HEADERS, b"")  # nobody is there to read more
            if isinstance(body, request_bodies.Unread):
                environment[UNREAD] = body.value
                wsgi_environment.add_body(environment, file=io.BytesIO(), length=0)
            else:
                wsgi_environment.add_body(environment, file=body.file, length=body.length)
        if self._is_busy():  # by now
            return connection.response_bytes(503, _LATER_HEADERS, _BUSY)
        await self._answered(environment, connection)
        return None

    def _is_busy(self) -> bool:
        return self._unanswered >= self._limit.threads * (1 + body_limits.WAITING_PER_THREAD)

    def _counting(self, address: str) -> contextlib.AbstractContextManager[Callable[[], bool]]:
        if client_address.is_in(address, self._trusted):  # it sends for many
            return contextlib.nullcontext(lambda: True)
        return self._unfinished.counting(client_address.counted(address))

    async def _answered(self, environment: dict[str, Any], connection: Connection) -> None:
        done: asyncio.Future[None] = self._loop.create_future()
        request = _Whole(environment, connection, finish=lambda: self._loop.call_soon_threadsafe(_finish, done))
        self._unanswered += 1
        watching = self._loop.create_task(_watch(request)) if self._unanswered > self._limit.threads else None
        self._waiting.put(request)
        try:
            await done
        finally:
            self._unanswered -= 1
            if watching is not None:
                watching.cancel()
        if request.answer is not None:
            answer, request.answer = request.answer, None
            await answer_bodies.send(answer.body, connection, status=answer.status, headers=answer.headers, folder=self._folder)

    def _answer_all(self) -> None:
        while (request := self._waiting.get()) is not None:
            if not request.is_given_up:
                try:
                    request.answer = self._answer(request.environment, request.connection)
                except Exception:
                    log.exception("The application raised.")
                    request.connection.response_bytes(500, _HEADERS, b"")
            finish = request.finish
            del request
            finish()

    def _answer(self, environment: dict[str, Any], connection: Connection) -> _Answer | None:
        """Answer whole, streams too: who reads slowly holds no thread. What is too large for memory is given back for the loop to send."""
        head: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
            head[:] = [int(status[:3]), headers]

        parts = self._wsgi(environment, start_response)
        try:
            body = answer_bodies.gather(parts)
        except OSError as error:
            if error.errno not in disk_room.NO_ROOM:
                raise
            connection.response_bytes(503, _LATER_HEADERS, _NO_ROOM)
            return None
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
        status, headers = head
        if UNREAD in environment:
            headers = [*headers, ("Connection", "close")]
        if isinstance(body, answer_bodies.Stored):
            others = (header for header in headers if header[0].lower() != "content-length")
            return _Answer(status, [*others, ("Content-Length", str(body.length))], body)
        connection.response_bytes(status, headers, body)
        return None


def load(limit: body_limits.Limits, folder: Path, target: str) -> Application:
    """Give the door to the WSGI application called module:name; all processes share the folder."""
    module, _, name = target.partition(":")
    return Application(getattr(importlib.import_module(module), name), limit=limit, folder=folder)


def _finish(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)


async def _watch(request: _Whole) -> None:
    await request.connection.client_disconnect()
    request.is_given_up = True
