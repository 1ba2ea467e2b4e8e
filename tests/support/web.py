"""A browser without script over a real connection: what django.test.Client is in one process, towards any web server."""

from __future__ import annotations

import http.client
from dataclasses import dataclass, field
from email.message import Message
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

ANSWER_SECONDS = 30.0


class Unreachable(Exception):
    """Nobody answered, or the answer broke off: the buyer does not know what became of it."""


@dataclass(frozen=True)
class Answer:
    """An answer with what tests read of one, named as Django names it."""

    status_code: int
    headers: Message
    content: bytes

    def __getitem__(self, header: str) -> str:
        value = self.headers[header]  # whatever the case of its letters; None where it is missing
        if value is None:
            raise KeyError(header)
        return str(value)


@dataclass
class Browser:
    """One visitor's browser: keeps cookies, follows nothing by itself, opens a connection per request."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)  # of every request, beside what it sends by itself

    def get(self, path: str, asked: dict[str, Any] | None = None) -> Answer:
        """:raises Unreachable: without a whole answer"""
        return self._ask("GET", f"{path}?{urlencode(asked)}" if asked else path)

    def post(self, path: str, values: dict[str, Any] | None = None) -> Answer:
        """Send a form; without a token of its own it sends the cookie's, as a script on our pages could.

        :raises Unreachable: without a whole answer
        """
        typed = {"csrfmiddlewaretoken": self.cookies.get("csrf", ""), **(values or {})}
        return self._ask("POST", path, urlencode(typed))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = dict(self.headers)
        headers |= {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(str(error)) from error
        finally:
            line.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        return Answer(answer.status, answer.headers, content)
