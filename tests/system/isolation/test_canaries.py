"""Interleaved requests of ten villages from eight threads: no page of a village says a word of another one."""

from __future__ import annotations

import contextlib
import itertools
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client

from deploy.embedded import processes
from tenants import models
from tenants.db.backend import base
from tests.support import buying, page_text, web
from tests.system.isolation import crawl, paths, ten

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("isolation")]  # one worker settles the land

ROOT = Path(__file__).resolve().parents[3]


@contextlib.contextmanager
def served(market) -> Iterator[int]:
    """The real web server: one process, whose threads and connections serve all villages in turns."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port = line.getsockname()[1]
    words = ["--port", str(port), "--threads", str(crawl.READERS), "deploy.wsgi:application"]
    command = [sys.executable, "-m", "deploy.web_server", *words]
    server = subprocess.Popen(command, cwd=ROOT, env={**market.environment, "PASARSAMA_LOG_LEVEL": "WARNING"})

    def answers() -> bool:
        with contextlib.suppress(web.Unreachable):
            return web.Browser(port).get("/readyz").status_code == 200
        return False

    try:
        assert processes.wait(answers, seconds=60, step=0.1)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def session(person) -> str:
    """The cookie of somebody who is logged in."""
    client = Client()
    client.force_login(models.User.objects.get(id=person))
    return client.cookies["session"].value


def office(village: ten.Canary) -> list[str]:
    """Every page of a back office that can be looked at."""
    return [route.path(village.slug, village.things) for route in paths.below(paths.OFFICE)]


def shop(village: ten.Canary) -> list[str]:
    """The public pages that are about one village: its shop, its product, a purchase of its own people."""
    found = [route.path(village.slug, village.things) for route in paths.below(paths.SHOP) if not route.text.startswith(paths.OFFICE)]
    return [*found, f"/barang/{village.things['product_id']}/", f"/pesanan/{village.things['token']}/"]


def reader(browser: web.Browser):
    def get(path: str) -> tuple[int, str]:
        answer = browser.get(path)
        # A look at the address of an action leads to the page above it; that is no page either.
        leads_up = answer.status_code == 302 and path.startswith(answer["Location"])
        return (200 if leads_up else answer.status_code), crawl.text_of(answer.content)

    return get


def buyer(port: int, village: ten.Canary):
    """Somebody who orders in the village and is led to the purchase's page."""
    phones = itertools.count(1)

    def get(_path: str) -> tuple[int, str]:
        browser = web.Browser(port)
        typed = {"name": f"Pembeli {village.word}", "phone": f"08126{village.word[-1]}{next(phones):06}"}
        placed = buying.order(browser, {village.things["product_id"]: 1}, home=village.code, **typed)
        answer = browser.get(placed["Location"])
        return answer.status_code, answer.content.decode()

    return get


def linked(village: ten.Canary, get, known: set[str]) -> set[str]:
    """What the pages of a village's back office lead to: its tabs, its orders, its lists' next pages."""
    found = set()
    for path in known:
        status, text = get(path)
        if status == 200:
            page = page_text.read(web.Answer(status, web.Message(), text.encode()))
            found |= {link for link in page.links if link.startswith(f"/desa/{village.slug}/")}
    return found - known


def test_no_page_says_a_word_of_another_village(land):
    with served(land.market) as port:
        visits = []
        for village in land.ten:
            get = reader(web.Browser(port, {"session": session(village.manager.account_id)}))
            pages = set(office(village))
            pages |= linked(village, get, pages)
            public = frozenset({village.word})
            visits += [crawl.Visit(village.slug, path, public | ten.secrets(village.code), get) for path in pages]
            guest = reader(web.Browser(port))
            visits += [crawl.Visit(village.slug, path, public, guest) for path in shop(village)]
            visits.append(crawl.Visit(village.slug, "/pesanan/...", public, buyer(port, village)))
            visits += [crawl.Visit("", path, frozenset(), guest) for path in ("/livez", "/readyz", "/masuk/")]

        heard = crawl.read_all(visits * 2)

    assert heard.broken == []
    assert heard.foreign == []
    assert heard.pages == 2 * len(visits)
    # Each village was heard on its own pages, and about equally often: the search would have found what it looked for.
    assert {village.word for village in land.ten} <= set(heard.own)
    assert min(heard.own[village.word] for village in land.ten) > 30
    assert all(heard.own[f"Margin{number}"] > 2 for number in range(len(land.ten)))


def test_a_connection_that_stays_in_its_first_village_is_heard(land, monkeypatch):
    """The proof that the test above can fail: a switch that is not sent is what a swallowed error of SET search_path leaves."""
    send = base.DatabaseWrapper._handle_search_path

    def send_once(self, cursor=None):
        if not self.search_path_set_schemas or self.search_path_set_schemas == ["public"]:
            send(self, cursor)

    monkeypatch.setattr(base.DatabaseWrapper, "_handle_search_path", send_once)
    visits = []
    for village in land.ten:
        client = Client(headers={"host": "localhost"}, raise_request_exception=False)
        client.cookies["session"] = session(village.manager.account_id)

        def get(path, client=client):
            answer = client.get(path)
            return answer.status_code, answer.content.decode()

        names = ("office-orders", "office-products", "office-consignors", "office-cash", "office-shop")
        routes = {route.name: route for route in paths.below(paths.OFFICE)}
        allowed = frozenset({village.word}) | ten.secrets(village.code)
        visits += [crawl.Visit(village.slug, routes[name].path(village.slug, village.things), allowed, get) for name in names]
    connections.close_all()

    heard = crawl.read_all(visits, done=connections.close_all)
    connections.close_all()

    assert len(heard.foreign) > len(land.ten)
