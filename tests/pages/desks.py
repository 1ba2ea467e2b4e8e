"""Logged-in browsers of the standing characters, and orders to look at."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from federation.models import SellerOrder
from tenants import models, villages
from tests import factories, shopping
from tests.pages import reading


def browser(person: factories.Person) -> Client:
    """A browser in which this person is logged in; it sends what the forms hold, CSRF token and all."""
    client = Client()
    client.force_login(models.User.objects.get(phone=person.phone))
    return client


def path(name: str, *args: object, village: str = factories.CIBIRU) -> str:
    """The path of an office page of a village."""
    return reverse(name, args=[villages.by_code(code=village).slug, *args])


def text(response: HttpResponse) -> str:
    """What a page says, with single spaces."""
    return reading.read(response).text


def filled(client: Client, url: str, action: str = "", **asked: str) -> reading.Form:
    """The form of a page (the one that goes to `action`, else to the page itself) as a browser would send it."""
    form = reading.read(client.get(url, asked)).form(action)
    form.action = action or url
    return form


def placed(**wishes: Any) -> tuple[Any, uuid.UUID]:
    """An order of 3 × Keripik bayam at Cibiru for Bu Wati of Sukamaju: (checkout.Placed, order id)."""
    product_id = shopping.product(factories.CIBIRU)
    purchase = shopping.buy({product_id: 3}, **wishes)
    return purchase, SellerOrder.objects.get(purchase_id=purchase.purchase_id).id
