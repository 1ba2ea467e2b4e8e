"""Parts of pages that are cached in the process: named by all that they show, so no visitor gets another's."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.template import Context, Template
from django.test import Client

from tenants.db import context
from tests.support import buying, factories, page_text


@pytest.fixture(autouse=True)
def empty() -> None:
    caches["template_fragments"].clear()


def test_menus_and_search_are_rendered_once_and_differ_by_language_basket_and_place(stocked) -> None:
    buyer, guest = Client(), Client()
    buying.put(buyer, {stocked.chips: 1})

    for _again in range(2):
        basket, plain = (page_text.read(client.get("/masuk/")).text for client in (buyer, guest))
        english = page_text.read(Client().get("/masuk/", {"bahasa": "en"})).text
        searched = page_text.read(buyer.get("/", {"q": "keripik"}))
        assert "Keranjang 1" in basket
        assert "Keranjang 1" not in plain
        assert "Basket" in english
        assert "Keranjang" not in english
        assert searched.forms[0].values["q"] == "keripik"
        assert page_text.read(buyer.get("/masuk/")).forms[0].values["q"] == ""


def test_what_is_cached_is_escaped_as_elsewhere(stocked) -> None:
    for _again in range(2):
        assert b"<script>x" not in Client().get("/", {"q": '"><script>x</script>'}).content


def test_villages_are_kept_apart(market) -> None:
    part = Template("{% load cache %}{% cache 60 part %}{{ who }}{% endcache %}")

    for _again in range(2):
        for code in (factories.CIBIRU, factories.MELATI):
            with context.inside(code):
                assert part.render(Context({"who": code})) == code
