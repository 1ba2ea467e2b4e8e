"""What an address may hold: never an error of ours, and on every answer the headers that protect a browser. At the real web server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import get_resolver

from deploy.bench.support import web_servers
from tests.support import desks, factories, web
from tests.system.isolation import paths

pytestmark = pytest.mark.slow

PLACE = re.compile(r"<(\w+):\w+>")
VALUES = {"long": "a" * 240, "very-long": "a" * 3_000, "broken": "%ff%fe%c3", "nothing": "a%00b", "wide": "%F0%9F%8C%BE" * 60}
VALUES["up"] = "..%2f..%2f"
NUMBERS = {"huge": "9" * 30, "long": "1" * 900}
HEADERS = ("x-frame-options", "x-content-type-options", "content-security-policy", "referrer-policy", "cross-origin-opener-policy")


@pytest.fixture
def port(market, static_files, tmp_path: Path) -> Iterator[int]:
    with web_servers.serving(environment=market.environment, log=tmp_path / "web.log") as served:
        yield served.port


def _browsers(port: int) -> dict[str, web.Browser]:
    found = {"anybody": web.Browser(port)}
    for name, person in (("operator", factories.OPERATOR), ("manager", factories.SARI)):
        found[name] = web.Browser(port, cookies={"session": desks.browser(person).cookies["session"].value})
    return found


def _addresses() -> Iterator[str]:
    """Every path of ours with odd values in its free places, and every picture's."""
    village = "cibiru"
    for _, text in paths._all(get_resolver().url_patterns, ""):
        kinds = set(PLACE.findall(text)) - {"uuid"}
        if not kinds or text.startswith("^"):
            continue
        for values in VALUES.values() if kinds & {"str", "slug"} else NUMBERS.values():
            own = re.sub(r"<slug:slug>", village, text) if text.startswith(paths.OFFICE) else text
            own = re.sub(r"<uuid:\w+>", "00000000-0000-0000-0000-000000000007", own)
            own = re.sub(r"<int:\w+>", NUMBERS["huge"], own)
            yield "/" + PLACE.sub(values, own)
    for value in VALUES.values():
        yield f"/gambar/{value}.webp"
        yield f"/gambar/{'a/' * 60}{value[:15]}.webp"
        yield f"/static/{value}.css"
        yield f"/{value}"
    yield "/gambar/" + "%E0%B8%81" * 130 + ".webp"


QUERIES = ("q", "urut", "kategori", "desa", "sesudah", "hari", "dari", "sampai", "putaran", "bahasa", "next", "state", "pihak", "jenis")
LOOKED_AT = ("/", "/desa/", "/masuk/", "/desa/cibiru/", "/federasi/", "/federasi/anggota/", "/federasi/jurnal/", "/federasi/jejak/")
LOOKED_AT += ("/federasi/rekening-koran/", "/federasi/batas/", "/federasi/neraca/")
LOOKED_AT += ("/desa/cibiru/kelola/kas/", "/desa/cibiru/kelola/barang/")


def test_no_address_is_an_error_of_ours(port):
    browsers = _browsers(port)
    broken = [(name, path[:120]) for path in _addresses() for name, one in browsers.items() if one.get(path).status_code >= 500]
    for page in LOOKED_AT:
        for value in (*VALUES.values(), NUMBERS["huge"]):
            query = "&".join(f"{name}={value[:500]}" for name in QUERIES)
            browser = browsers["manager" if "kelola" in page else "operator"]
            if browser.get(f"{page}?{query}").status_code >= 500:
                broken.append(("query", f"{page}?..{value[:20]}"))
    assert broken == []


def test_every_kind_of_answer_has_every_header(port):
    picture = Path(settings.MEDIA_ROOT) / "34.02" / "kepala-320.webp"
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_bytes(b"RIFF")
    browser = web.Browser(port)
    answers = {
        "page": browser.get("/"),
        "the page as it is stored": browser.get("/"),
        "static": browser.get(staticfiles_storage.url("look.css")),
        "picture": browser.get("/gambar/34.02/kepala-320.webp"),
        "not there": browser.get("/tidak-ada/"),
        "no static": browser.get("/static/tidak-ada.css"),
        "no address of ours": browser.get("/?q=%00"),
        "refused form": browser.post("/keluar/", {"csrfmiddlewaretoken": "x"}),
        "alive": browser.get("/livez"),
        "ready": browser.get("/readyz"),
        "foreign host": web.Browser(port, headers={"Host": "evil.example"}).get("/"),
        "api": browser.post("/api/gerbang/tidak-ada/kabar/", {}),
    }
    assert answers["static"].status_code == answers["picture"].status_code == answers["alive"].status_code == 200
    assert answers["foreign host"].status_code == 404
    assert {name: [header for header in HEADERS if answer.headers[header] is None] for name, answer in answers.items()} == {
        name: [] for name in answers
    }
