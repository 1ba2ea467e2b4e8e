"""A real Chromium at a phone's width against the server as it is run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from deploy.bench.support import web_servers
from deploy.cli.support import chromium

PHONE = {"width": 360, "height": 740}
GATEWAY = "https://gerbang.test/"  # pages of the gateway of tests, which a test itself shows


@pytest.fixture(scope="module")
def event_loop_beside_django() -> Iterator[None]:
    """Playwright's own loop runs in this thread as long as its browser; Django would take its presence for asynchronous code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="module")
def browser(event_loop_beside_django: None) -> Iterator[Browser]:
    """One Chromium with an empty profile that asks nothing of the world."""
    program = chromium.find()
    assert program is not None, "the test command leaves these tests out where there is no Chromium"
    with sync_playwright() as playwright:
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        found = playwright.chromium.launch(executable_path=str(program), args=options)
        yield found
        found.close()


@pytest.fixture
def site(market, static_files, tmp_path: Path) -> Iterator[str]:
    """The market of this test served as it is run; gives its address."""
    with web_servers.serving(environment=market.environment, log=tmp_path / "web.log") as served:
        yield f"http://127.0.0.1:{served.port}"


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Opens a phone of its own (cookies, storage) at a path; every page must come from the site or the gateway, without an error."""
    opened = []

    def open_phone(path: str, *, script: bool = True) -> Page:
        context = browser.new_context(viewport=PHONE, java_script_enabled=script, base_url=site)
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("request", lambda request: strangers.append(request.url) if not request.url.startswith((site, "data:", GATEWAY)) else None)
        page.on("response", lambda response: broken.append(f"{response.status} {response.url}") if response.status >= 500 else None)
        page.goto(path)
        return page

    strangers: list[str] = []
    broken: list[str] = []
    yield open_phone
    for context in opened:
        context.close()
    assert not strangers
    assert not broken
