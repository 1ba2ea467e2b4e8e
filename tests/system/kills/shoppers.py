"""Buyers who order over HTTP without pause, and press the button again when no answer comes, as people do."""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass, field

from tests.support import buying, page_text, web

PATIENCE_SECONDS = 90.0  # until a form that was sent must have been answered, kills or not
PAUSE_SECONDS = 0.2


@dataclass
class Diary:
    """What the buyers saw, all of them together."""

    acknowledged: dict[str, str] = field(default_factory=dict)  # form key -> the purchase's token, from the answer
    sent: set[str] = field(default_factory=set)
    in_flight: int = 0
    interrupted: int = 0  # forms sent whose answer did not come, or was an error
    answered_again: int = 0  # forms that had to be sent more than once until they were acknowledged
    surprises: list[str] = field(default_factory=list)  # what no buyer may see
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def count(self) -> int:
        return len(self.acknowledged)


class _ErrorPage(Exception):
    """A page on the way to the checkout broke."""


class _Patient(web.Browser):
    """A browser whose owner starts again when a page on the way broke; what the form itself is answered is looked at."""

    def _ask(self, method: str, path: str, body: str | None = None) -> web.Answer:
        answer = super()._ask(method, path, body)
        if answer.status_code >= 500 and not (method == "POST" and path == "/keranjang/pesan/"):
            raise _ErrorPage
        return answer


class Shopper(threading.Thread):
    """Buys one piece of each product, again and again, until told to stop; finishes what was sent."""

    def __init__(self, *, number: int, port: int, products: list[uuid.UUID], diary: Diary, stop: threading.Event) -> None:
        super().__init__(name=f"shopper {number}", daemon=True)
        self.number, self.port, self.products, self.diary, self.stop = number, port, products, diary, stop

    def run(self) -> None:
        bought = 0
        while not self.stop.is_set():
            try:
                browser, form = self._to_checkout(f"0813{self.number:02}{bought:06}")
            except (web.Unreachable, _ErrorPage):
                self.stop.wait(PAUSE_SECONDS)
                continue
            bought += 1
            self._order(browser, form)

    def _to_checkout(self, phone: str) -> tuple[web.Browser, page_text.Form]:
        browser = _Patient(self.port)
        form = buying.to_checkout(browser, dict.fromkeys(self.products, 1)).form("/keranjang/pesan/")  # type: ignore[arg-type]
        form.values.update(name="Bu Wati", phone=phone, address="Dusun Kaliputih")
        return browser, form

    def _order(self, browser: web.Browser, form: page_text.Form) -> None:
        """Send the form until it is acknowledged."""
        key, tries, until = form.values["kunci"], 0, time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            tries += 1
            with self.diary.lock:
                self.diary.sent.add(key)
                self.diary.in_flight += 1
            answer = self._send(browser, form)
            with self.diary.lock:
                self.diary.in_flight -= 1
                if answer is not None and answer.status_code == 302:
                    self.diary.acknowledged[key] = answer["Location"].removeprefix("/pesanan/").strip("/")
                    self.diary.answered_again += tries > 1
                    return
                self.diary.interrupted += 1
                if answer is not None and answer.status_code < 500:
                    self.diary.surprises.append(f"{answer.status_code}: {page_text.read(answer).text[:300]}")  # type: ignore[arg-type]
                    return
            time.sleep(PAUSE_SECONDS)
        self.diary.surprises.append(f"{key} was not answered in {PATIENCE_SECONDS:g} s")

    def _send(self, browser: web.Browser, form: page_text.Form) -> web.Answer | None:
        try:
            return page_text.send(browser, form)  # type: ignore[arg-type, return-value]
        except web.Unreachable:
            return None
