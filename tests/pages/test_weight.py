"""What a first visit costs and loads: bytes on the wire, statements, nothing from elsewhere, no script; and who can use it."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from federation.catalogue import catalogue_stamp
from tenants import villages
from tests.support import buying, factories, page_text, shopping

WIRE_BYTES_MAX = 14_600
NAMES = ("Keripik bayam renyah gurih", "Beras Mentik Wangi panen baru", "Gudeg kaleng rasa asli", "Tas enceng gondok anyaman tangan")


@pytest.fixture
def pages(visitor, market):
    """The address of every buyers' page, each as full as it gets on one screen."""
    goods = []
    for village in factories.VILLAGES:
        for number in range(9):
            name = f"{NAMES[number % 4]} nomor {number}"
            goods.append(
                shopping.product(village, name=name, description="Dibuat tangan di dusun kami. " * 20, price_rupiah=1_234 * (number + 1))
            )
    buying.to_checkout(visitor, {product: 2 for product in goods[::3]})
    other = Client()
    purchase = buying.order(other, {product: 1 for product in goods[::3]}, phone="081299990009")["Location"]
    fixed = [
        "/",
        "/?q=kripik",
        "/desa/",
        "/desa/cibiru/",
        "/masuk/",
        "/daftar/",
        "/pesanan/",
        "/keranjang/",
        "/keranjang/pesan/",
        "/tidak-ada/",
    ]
    return [*fixed, f"/barang/{goods[0]}/", purchase]


def wire_bytes(response) -> int:
    """What an answer weighs with its headers."""
    head = sum(len(name) + len(value) + 4 for name, value in response.items())
    return head + len(response.content) + sum(len(cookie.OutputString()) + 14 for cookie in response.cookies.values())


def test_every_buyers_page_fits_in_the_first_round_trip(visitor, pages):
    weights = weigh(visitor, pages)
    assert max(weights.values()) <= WIRE_BYTES_MAX, weights


def test_so_do_those_with_all_ways_to_pay(gateway, visitor, pages):
    """Every channel of a gateway at the checkout of three sellers, and a payment under way on the purchase's page."""
    weights = weigh(visitor, ["/keranjang/pesan/"])
    answer = visitor.get("/keranjang/pesan/")
    cards = {f"cara-{seller}": next(way for way in buying.ways(answer, seller) if way.startswith("card:")) for seller in factories.VILLAGES}
    form = page_text.read(answer).form("/keranjang/pesan/")
    purchase = page_text.send(visitor, form, name="Bu Wati", phone="081299990001", address="Dusun", **cards)["Location"]
    page_text.send(visitor, page_text.read(visitor.get(purchase)).form(f"{purchase}bayar/"))
    assert "Lanjut bayar" in page_text.read(visitor.get(purchase)).text

    weights |= weigh(visitor, [purchase])

    assert max(weights.values()) <= WIRE_BYTES_MAX, weights


def weigh(visitor: Client, urls: Sequence[str]) -> dict[str, int]:
    """What each page and all that it loads weigh on the wire, in bytes."""
    weights = {}
    for url in urls:
        response = visitor.get(url, headers={"accept-encoding": "gzip"})
        assert response["Content-Encoding"] == "gzip", url
        page = page_text.read(visitor.get(url))
        weight = wire_bytes(response)
        for load in page.loads:
            if load.endswith(".css"):
                weight += len(gzip.compress(Path(settings.STATIC_ROOT, load.removeprefix("/static/")).read_bytes())) + 300
        weights[url] = weight
    return weights


def test_nothing_is_loaded_from_elsewhere_and_no_script_is_needed(visitor, pages):
    for url in pages:
        response = visitor.get(url)
        page = page_text.read(response)
        assert all(load.startswith("/") and not load.startswith("//") for load in page.loads), url
        names = {tag for tag, _ in page.tags}
        assert not names & {"script", "iframe", "object", "embed", "style", "link-preconnect"}, url
        for tag, has in page.tags:
            assert "style" not in has, (url, tag)
            assert not [name for name in has if name.startswith("on")], (url, tag)


def test_the_policy_forbids_what_no_page_needs(visitor, pages):
    for url in pages:
        response = visitor.get(url)
        policy = response["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"


def test_static_files_are_kept_for_ever_under_names_that_change(visitor, pages):
    css = next(load for load in page_text.read(visitor.get("/")).loads if load.endswith(".css"))
    assert re.search(r"look\.[0-9a-f]{12}\.css$", css)


def test_market_and_product_cost_at_most_three_statements(market, pages):
    product = next(url for url in pages if url.startswith("/barang/"))
    for url in ("/", "/?q=kripik", product, "/desa/cibiru/"):
        catalogue_stamp.renew()
        with page_text.Statements() as statements:
            Client().get(url)
        assert len(statements.said) <= 3, (url, statements.said)


def test_a_buyers_page_reads_everything_once(visitor, pages):
    """The basket, the shops, the federation's terms and the room at home, with all caches empty; of a purchase its parts."""
    most = {"/keranjang/": 3, "/keranjang/pesan/": 5, "/pesanan/": 1, next(url for url in pages if re.match("/pesanan/.", url)): 6}
    for url, budget in most.items():
        cache.clear()
        visitor.get("/livez")  # the villages, which every process knows
        villages.active()
        with page_text.Statements() as statements:
            assert visitor.get(url).status_code == 200
        assert len(statements.said) <= budget, (url, statements.said)


def test_every_page_can_be_used_without_seeing_it(visitor, pages):
    for url in pages:
        response = visitor.get(url)
        page = page_text.read(response)
        html = next(has for tag, has in page.tags if tag == "html")
        assert html["lang"] == "id", url
        assert [tag for tag, _ in page.tags].count("h1") == 1, url
        assert re.search(rb"<title>[^<]{3,}</title>", response.content), url
        assert ("a", {"class": "skip", "href": "#isi"}) in page.tags, url
        ids = [has["id"] for _, has in page.tags if "id" in has]
        assert len(ids) == len(set(ids)), (url, ids)
        labelled = {has["for"] for tag, has in page.tags if tag == "label" and "for" in has}
        for tag, has in page.tags:
            if tag == "img":
                assert "alt" in has, (url, has)
                assert has["width"].isdigit(), (url, has)
                assert has["height"].isdigit(), (url, has)
            if tag in ("input", "select", "textarea") and has.get("type") not in ("hidden", "radio", "checkbox"):
                assert has.get("id") in labelled or "aria-label" in has, (url, has)
            if "aria-describedby" in has:
                assert set(has["aria-describedby"].split()) <= set(ids), (url, has)


def test_every_page_says_in_a_sentence_what_is_going_on(visitor, pages):
    for url in pages:
        main = visitor.get(url).content.decode().split("<main", 1)[1].split("</h1>", 1)[1][:700]
        assert re.search(r"[A-Za-z]{3,}[^<]{15,}[.!]", main), url


def test_links_to_whatsapp_are_plain_and_encoded(visitor, pages):
    links = [link for url in pages for link in page_text.read(visitor.get(url)).links if link.startswith("http")]
    assert all(re.fullmatch(r"https://wa\.me/(\d{8,15})?(\?text=[\w%.~-]+)?", link) for link in links), links
