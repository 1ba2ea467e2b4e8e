"""Parts of pages that are kept: one rendering per language and named values, and no more of them than there is room for."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils import translation

from federation.templatetags import cached


class Counted:
    """A value that knows how often a page asked for it."""

    def __init__(self) -> None:
        self.times = 0

    def __str__(self) -> str:
        self.times += 1
        return f"bagian {self.times}"


@pytest.fixture
def page() -> Template:
    return Template("{% kept a b.c %}{{ part }} {{ a }}{% endkept %}")


def test_it_is_rendered_once_for_the_same_values(page):
    part = Counted()
    for _ in range(3):
        assert page.render(Context({"a": 1, "part": part})) == "bagian 1 1"
    assert page.render(Context({"a": 2, "part": part})) == "bagian 2 2"
    assert page.render(Context({"a": 1, "b": {"c": "x"}, "part": part})) == "bagian 3 1"
    assert page.render(Context({"a": 1, "part": part})) == "bagian 1 1"


def test_languages_are_kept_apart(page):
    part = Counted()
    page.render(Context({"a": 1, "part": part}))
    with translation.override("en"):
        assert page.render(Context({"a": 1, "part": part})) == "bagian 2 1"


def test_what_is_kept_is_escaped_as_elsewhere(page):
    for _ in range(2):
        assert page.render(Context({"a": "<b>", "part": ""})) == " &lt;b&gt;"


def test_the_memory_is_bounded(page, monkeypatch):
    monkeypatch.setattr(cached, "PARTS_MAX", 3)
    for number in range(10):
        page.render(Context({"a": number}))
    assert len(page.nodelist[0]._parts) <= 3
