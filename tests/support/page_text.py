"""Reading a page as a browser without script does: its forms, links, and what it would load."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

BLOCKS = {
    "button",
    "dd",
    "div",
    "dl",
    "dt",
    "form",
    "h1",
    "h2",
    "h3",
    "label",
    "legend",
    "li",
    "main",
    "nav",
    "ol",
    "option",
    "p",
    "section",
}
BLOCKS |= {"select", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul", "footer", "header", "title", "small", "br"}


@dataclass
class Form:
    """A form with the values that it would send if its (first, or named) button were pressed."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)  # where buttons send it instead of to its action


@dataclass
class Page:
    """What stands in a page."""

    text: str
    forms: list[Form]
    links: list[str]
    loads: list[str]  # what the browser fetches by itself
    tags: list[tuple[str, dict[str, str]]]

    def form(self, action: str, **having: str) -> Form:
        """The form that goes to a path and already has these values."""
        for form in self.forms:
            goes_there = action in (form.action.split("?")[0], *form.places)
            if goes_there and all(form.values.get(name) == value for name, value in having.items()):
                return form
        raise AssertionError(f"no form to {action} with {having}; there are {[form.action for form in self.forms]}")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page("", [], [], [], [])
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.page.text += " " if tag in BLOCKS else ""
        self.page.tags.append((tag, has))
        if tag == "form":
            self.page.forms.append(Form(has.get("action", ""), has.get("method", "get")))
        elif tag == "a":
            self.page.links.append(has.get("href", ""))
        elif tag in ("img", "script", "iframe", "source") or (tag == "link" and has.get("rel") in ("stylesheet", "icon", "preload")):
            self.page.loads.append(has.get("src") or has.get("href", ""))
        if not self.page.forms:
            return
        form = self.page.forms[-1]
        if tag == "input" and has.get("name") and "disabled" not in has:
            if has.get("type") not in ("checkbox", "radio") or "checked" in has:
                form.values[has["name"]] = has.get("value", "on" if has.get("type") == "checkbox" else "")
        elif tag == "select":
            self._select = has["name"]
        elif tag == "option" and self._select and ("selected" in has or self._select not in form.values):
            form.values[self._select] = has.get("value", "")
        elif tag == "button":
            form.buttons += [(has["name"], has.get("value", ""))] if has.get("name") else []
            form.places += [has["formaction"]] if has.get("formaction") else []

    def handle_endtag(self, tag: str) -> None:
        self.page.text += " " if tag in BLOCKS else ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        self.page.text += data


def read(response: HttpResponse) -> Page:
    """The page of an answer; its text with spaces made single."""
    reader = _Reader()
    reader.feed(response.content.decode())
    page = reader.page
    page.text = " ".join(html.unescape(page.text).replace("\u00a0", " ").split())
    return page


def send(client: Client, form: Form, **typed: str) -> HttpResponse:
    """Send a form with what was typed into it."""
    values: dict[str, Any] = {**form.values, **typed}
    return client.post(form.action, values) if form.method == "post" else client.get(form.action, values)


class Statements(CaptureQueriesContext):
    """Counts what goes to the database, changes of the search path apart."""

    def __init__(self) -> None:
        super().__init__(connection)

    @property
    def said(self) -> list[str]:
        return [query["sql"] for query in self.captured_queries if "search_path" not in query["sql"].lower()]
