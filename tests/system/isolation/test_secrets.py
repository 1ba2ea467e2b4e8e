"""What a BUMDes keeps of a piece, and paid for it, is read in its own back office and in its own export, and nowhere else."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse

from federation.models import Purchase, SellerOrder
from tenants import acts, models
from tenants.codes import VillageCode
from tenants.schemas import export_village
from tests.support import factories, servers
from tests.system.isolation import crawl, paths, ten

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("isolation")]  # one worker settles the land


def as_person(person: object, *, statuses: tuple[int, ...] = (200, 302, 303)) -> Callable[[str], str]:
    """Somebody who reads pages, logged in or not."""
    client = Client(headers={"host": "localhost"})
    if person is not None:
        client.force_login(models.User.objects.get(id=person))

    def get(path: str) -> str:
        answer = client.get(path)
        assert answer.status_code in statuses, f"{path}: {answer.status_code}"
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return html.unescape(crawl.text_of(content))

    return get


def secrets_in(text: str) -> set[str]:
    """The figures in a text, without the words that anybody may read."""
    return {word for word in ten.heard(text) if not word.startswith("Kenari")}


def desk() -> Iterator[str]:
    """Every page and table of the federation's desk."""
    return (route.at(paths.DESK) for route in paths.below("federasi/"))


def test_the_federation_reads_no_margin_and_no_cost(land):
    """Each page is read by everybody who may: the auditor alone sees some of them."""
    texts: dict[str, str] = {}
    for person in (factories.OPERATOR, factories.APPROVER, factories.AUDITOR):
        read = as_person(person.id, statuses=(200, 302, 303, 404, 405, 409))
        texts |= {f"{person.name} {path}": read(path) for path in desk()}

    assert {path: found for path, text in texts.items() if (found := secrets_in(text))} == {}
    assert sum(len(text) > 5_000 for text in texts.values()) > 20


def test_a_village_that_hands_over_anothers_goods_reads_neither(land):
    read = as_person(factories.RATNA.id)
    pages = [route.path("sukamaju", land.sukamaju) for route in paths.below(paths.OFFICE)]

    found = {path: secrets_in(text) for path in pages if "Kenari" in (text := read(path))}

    assert found  # its parcels come from the ten
    assert set().union(*found.values()) == set()


def test_a_buyer_reads_neither(land):
    read = as_person(None)
    links = [f"/pesanan/{token}/" for token in Purchase.objects.values_list("token", flat=True)]
    public = [f"/desa/{village.slug}/" for village in land.ten] + [f"/barang/{village.things['product_id']}/" for village in land.ten]

    texts = {path: read(path) for path in ["/", *links, *public]}

    assert {word for text in texts.values() for word in ten.heard(text)} == {village.word for village in land.ten}


def test_the_own_back_office_does_read_its_margin(land):
    """The figures can be heard where they belong."""
    for village in land.ten[:3]:
        read = as_person(village.manager.account_id)
        makers = read(reverse("office-consignors", kwargs={"slug": village.slug}))
        assert f"Margin{ten.CODES.index(village.code)}" in secrets_in(makers)


def test_an_export_holds_the_own_figures_only(land, tmp_path):
    sold_to_sukamaju = SellerOrder.objects.filter(home_village=factories.SUKAMAJU, seller__in=ten.CODES)
    assert sold_to_sukamaju.exclude(holder=factories.CIBIRU).exists()
    with servers.as_owner(land.market.database):
        texts = {
            code: "".join(
                path.read_text(encoding="utf-8")
                for path in export_village.export(
                    code=code, folder=tmp_path / code, act=acts.by_command_line(at=factories.START)
                ).folder.rglob("*")
                if path.is_file()
            )
            for code in (factories.SUKAMAJU, factories.CIBIRU)
        }

    assert ten.word(factories.CIBIRU) in ten.heard(texts[factories.SUKAMAJU])  # the parcel and its buyer
    assert secrets_in(texts[factories.SUKAMAJU]) == set()
    assert secrets_in(texts[factories.CIBIRU]) == ten.secrets(VillageCode(factories.CIBIRU))
