"""Whoever only looks changes nothing: every page is read while PostgreSQL refuses this connection every write, session rows included."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from django.db import InternalError, connection
from django.test import Client
from django.urls import reverse

from federation.buying import baskets, purchase_details
from federation.models import BasketLine, Purchase
from settlement.models import Objection
from tenants import models
from tests.support import factories, shopping
from tests.system.isolation import paths, ten

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("isolation")]  # one worker settles the land

NOT_A_PAGE = ("picture",)  # a file, no rows


@contextlib.contextmanager
def refusing_writes() -> Iterator[None]:
    """Let every transaction of this thread's connection be read-only, also those that a request begins."""
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    try:
        yield
    finally:
        connection.close()


def browser(person: factories.Person | None = None) -> Client:
    client = Client(headers={"host": "localhost"})
    if person is not None:
        client.force_login(models.User.objects.get(id=person.id))
    return client


def with_basket(client: Client, land, account: object = None) -> Client:
    """A visitor who put goods aside whose prices rose since, and said where home is."""
    goods = dict.fromkeys((village.things["product_id"] for village in land.ten[:3]), 1)
    token = shopping.basket(goods, account_id=account)
    baskets.go_on(token=token, account_id=account, village_code=factories.SUKAMAJU, at=shopping.NOON)
    BasketLine.objects.filter(basket__token=token).update(price_rupiah=1)
    client.cookies["basket"] = token
    return client


def addresses(land) -> dict[str, str]:
    """Every address that there is, by route and by whom it is about; a page added tomorrow is among them or breaks this."""
    village = land.of(factories.CIBIRU)
    purchase = Purchase.objects.exclude(buyer_phone="").first()
    assert purchase is not None
    look = purchase_details.find_again(code=purchase.code, phone=purchase.buyer_phone, source="127.0.0.9")
    shared = {**paths.DESK, "listing_id": village.things["product_id"], "token": purchase.token, "key": look, "name": "uji"}
    shared |= {"order_id": village.things["order_id"], "leg_id": village.things["leg_id"]}
    shared |= {"objection_id": Objection.objects.values_list("id", flat=True)[0]}
    found = {}
    for route in paths.below(""):
        if route.name in NOT_A_PAGE:
            continue
        if "<slug:slug>" not in route.text:
            found[route.name] = route.at(shared)
            continue
        for one in (village, land.of(factories.MELATI)):
            found[f"{route.name} {one.slug}"] = route.path(one.slug, one.things)
    return found


def test_nobody_changes_anything_by_looking(land):
    helper = with_basket(browser(factories.SARI), land, factories.SARI.id)
    assert helper.post(reverse("office-assist-start", kwargs={"slug": "cibiru"})).status_code == 302
    visitors = {
        "a guest": browser(),
        "a guest with a basket": with_basket(browser(), land),
        "a buyer": with_basket(browser(factories.WULAN), land, factories.WULAN.id),
        "a manager": browser(factories.TINI),
        "a manager who orders for somebody": helper,
        **{role.name: browser(role) for role in (factories.OPERATOR, factories.APPROVER, factories.AUDITOR)},
    }
    found = addresses(land)
    answers: dict[str, list[int]] = {name: [] for name in visitors}

    with refusing_writes():
        for name, client in visitors.items():
            for path in found.values():
                answers[name].append(client.get(path).status_code)  # a write is an error of the server, which is raised here

    assert len(found) > 100
    assert max(status for statuses in answers.values() for status in statuses) < 500
    assert min(statuses.count(200) for statuses in answers.values()) > 10
    checkout = list(found).index("checkout")
    with_goods = ("a guest with a basket", "a buyer", "a manager who orders for somebody")
    assert [answers[name][checkout] for name in with_goods] == [200, 200, 200]


def test_a_page_that_writes_would_be_heard(land):
    """The proof that the test above can fail."""
    token = shopping.basket({land.ten[0].things["product_id"]: 1})
    with refusing_writes(), pytest.raises(InternalError, match="read-only transaction"):
        baskets.choose_home(token=token, account_id=None, village_code=ten.CODES[0], at=shopping.NOON)
