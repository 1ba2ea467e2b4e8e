"""Eight readers at once, each going from village to village in its own mixed order, who write down every canary they hear."""

from __future__ import annotations

import html
import io
import queue
import random
import threading
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.system.isolation import ten

READERS = 8


@dataclass(frozen=True)
class Visit:
    """A page to be read, and the canaries that may be heard there."""

    village: str
    path: str
    words: frozenset[str]
    get: Callable[[str], tuple[int, str]]  # path -> (status, what the page says)


@dataclass
class Heard:
    """What was heard, by all readers together."""

    pages: int = 0
    own: dict[str, int] = field(default_factory=dict)  # word -> on how many pages it was heard where it belongs
    foreign: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)  # answers that are no page
    lock: threading.Lock = field(default_factory=threading.Lock)


def read_all(visits: Iterable[Visit], *, done: Callable[[], None] = lambda: None) -> Heard:
    """Read all pages with READERS threads; `done` is called at the end of each thread."""
    mixed = list(visits)
    random.shuffle(mixed)
    waiting: queue.SimpleQueue[Visit] = queue.SimpleQueue()
    for visit in mixed:
        waiting.put(visit)
    heard = Heard()

    def read() -> None:
        try:
            while True:
                _read(waiting.get_nowait(), heard)
        except queue.Empty:
            done()

    readers = [threading.Thread(target=read, name=f"reader {number}") for number in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return heard


def text_of(content: bytes) -> str:
    """What an answer says: a page or a table as it is, a workbook unpacked."""
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "".join(packed.read(name).decode() for name in packed.namelist())


def _read(visit: Visit, heard: Heard) -> None:
    try:
        status, text = visit.get(visit.path)
    except Exception as error:
        status, text = 0, repr(error)
    words = ten.heard(html.unescape(text))
    with heard.lock:
        heard.pages += 1
        if status != 200 and not 300 <= status < 400:
            heard.broken.append(f"{visit.path}: {status} {text[:200]}")
        for word in words:
            if word in visit.words:
                heard.own[word] = heard.own.get(word, 0) + 1
            else:
                heard.foreign.append(f"{word} at {visit.path}")
