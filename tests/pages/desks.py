"""Logged-in browsers of the standing characters, and orders to look at."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tenants import models, villages
from tests import factories, shopping


def browser(person: factories.Person) -> Client:
    """A browser in which this person is logged in; it sends what the forms hold, CSRF token and all."""
    client = Client()
    client.force_login(models.User.objects.get(id=person.id))
    return client


def path(name: str, *args: object, village: str = factories.CIBIRU) -> str:
    """The path of an office page of a village."""
    return reverse(name, args=[villages.by_code(code=village).slug, *args])


def text(response: HttpResponse) -> str:
    """What a page says, without marks and with plain spaces."""
    html = re.sub(r"(?s)<(style|head).*?</\1>", " ", response.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("&nbsp;", " ").replace("\u00a0", " "))


def hidden(response: HttpResponse, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"no field {name}"
    return found[1]


def placed(**wishes: Any) -> tuple[Any, Any]:
    """An order of 3 × Keripik bayam at Cibiru for Bu Wati of Sukamaju: (checkout.Placed, order id)."""
    from federation.models import SellerOrder

    product_id = shopping.product(factories.CIBIRU)
    purchase = shopping.buy({product_id: 3}, **wishes)
    return purchase, SellerOrder.objects.get(purchase_id=purchase.purchase_id).id
