"""Events to deliver, and somebody outside who receives them over HTTP: a stateful fake that can hang, refuse, or be away."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import http.server
import json
import threading
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from tenants import events
from tenants.events import EventKind, NetworkSubscriber, Retries
from tests.support.factories import CIBIRU, START

SECOND, MINUTE = datetime.timedelta(seconds=1), datetime.timedelta(minutes=1)
KIND = EventKind.ORDER_READY
ORDER = uuid.UUID("01930000-0000-7000-8000-000000000001")
SUBSCRIBER = NetworkSubscriber(
    name="partner",
    label="Mitra",
    kinds=frozenset([KIND]),
    deliver=lambda *, event: None,
    retries=Retries(first_seconds=30, longest_seconds=3600, attempts_max=3),
)


def happen(*, kind: EventKind = KIND, subject_id: uuid.UUID = ORDER, at: datetime.datetime = START, **more: Any) -> uuid.UUID:
    """Commit one event, in a transaction of its own, and give its id."""
    with transaction.atomic(durable=True):
        return events.add(kind=kind, subject_id=subject_id, at=at, **{"village_code": CIBIRU, **more})


@dataclasses.dataclass
class Receiver:
    """An HTTP server on this machine. `keys`: the event of each call, in order; `effects`: what it did, once per event."""

    keys: list[str] = dataclasses.field(default_factory=list)
    effects: list[str] = dataclasses.field(default_factory=list)
    doubled: list[str] = dataclasses.field(default_factory=list)  # events that two calls brought at the same moment
    status: int = 200
    pause_seconds: float = 0.0
    going_on: threading.Event = dataclasses.field(default_factory=threading.Event)  # cleared: it takes calls and does not answer
    url: str = ""

    def __post_init__(self) -> None:
        self.going_on.set()
        self._lock = threading.Lock()
        self._under_way: set[str] = set()

    @contextlib.contextmanager
    def running(self) -> Iterator[Receiver]:
        """Answer calls as long as the block lasts."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}/"
        try:
            yield self
        finally:
            self.going_on.set()
            server.shutdown()
            thread.join()
            server.server_close()

    def subscriber(self, **changes: Any) -> NetworkSubscriber:
        """A subscriber whose events are sent here."""
        return dataclasses.replace(SUBSCRIBER, deliver=Sender(self.url), **changes)

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                key = self.headers["Idempotency-Key"]
                self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver._take(key)
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    self.send_response(status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler

    def _take(self, key: str) -> int:
        with self._lock:
            self.keys.append(key)
            if key in self._under_way:
                self.doubled.append(key)
            self._under_way.add(key)
        if self.pause_seconds:
            threading.Event().wait(self.pause_seconds)
        self.going_on.wait(30)
        with self._lock:
            self._under_way.discard(key)
            if self.status == 200 and key not in self.effects:
                self.effects.append(key)
        return self.status


@dataclasses.dataclass(frozen=True)
class Sender:
    """What a subscriber over the network does: one call, with the event's id as its key."""

    url: str
    timeout_seconds: float = 20.0

    def __call__(self, *, event: events.Event) -> None:
        body = json.dumps({"kind": event.kind, "subject": str(event.subject_id)}).encode()
        headers = {"Idempotency-Key": str(event.id), "Content-Type": "application/json"}
        request = urllib.request.Request(self.url, data=body, headers=headers)  # noqa: S310 - of this machine
        with urllib.request.urlopen(request, timeout=self.timeout_seconds):  # noqa: S310 - of this machine
            pass
