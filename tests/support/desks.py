"""Logged-in browsers of the standing characters, and orders to look at."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from federation.models import Federation, SellerOrder
from federation.web import csv_export
from marketplace.orders import counter, steps
from marketplace.pages.office import order_pages
from tenants import models, villages
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, page_text, shopping


def browser(person: factories.Person) -> Client:
    """A browser in which this person is logged in; it sends what the forms hold, CSRF token and all."""
    client = Client()
    client.force_login(models.User.objects.get(phone=person.phone))
    return client


def newcomer(role: str, *, village: str = factories.CIBIRU) -> factories.Person:
    """Somebody with this role in a village."""
    user = factories.MembershipFactory(village_code=village, role=role).user
    return factories.Person(user.name, user.phone, role=role, village_code=village)


def path(name: str, *args: object, village: str = factories.CIBIRU) -> str:
    """The path of an office page of a village."""
    return reverse(name, args=[villages.by_code(code=village).slug, *args])


def step_path(step: str, order_id: uuid.UUID, *, village: str = factories.CIBIRU) -> str:
    """The path of a step that a seller takes with an order: accept, pack, send, hand_over."""
    return path(order_pages.STEP_ADDRESSES[step], order_id, village=village)


def text(response: HttpResponse) -> str:
    """What a page says, with single spaces."""
    return page_text.read(response).text


def filled(client: Client, url: str, action: str = "", **asked: str) -> page_text.Form:
    """The form of a page (the one that goes to `action`, else to the page itself) as a browser would send it."""
    form = page_text.read(client.get(url, asked)).form(action)
    form.action = action or url
    return form


def press(client: Client, page: str, action: str = "", **typed: str) -> HttpResponse:
    """Fill in and send the form of a page: the one that goes to `action`, else to the page itself."""
    return page_text.send(client, filled(client, page, action), **typed)


def question(asked: HttpResponse) -> page_text.Form | None:
    """The form by which a page asks before what cannot be undone (federation.web.confirmation); None where it asks nothing."""
    if asked.status_code != 200:
        return None
    form = next((form for form in page_text.read(asked).forms if "yakin" in form.values), None)
    if form is not None:
        form.action = asked.wsgi_request.path
    return form


def answered(client: Client, asked: HttpResponse, *, follow: bool = False) -> HttpResponse:
    """Say yes to what a page asks, if it asks anything."""
    form = question(asked)
    return asked if form is None else client.post(form.action, form.values, follow=follow)


def offered(client: Client, page: str) -> set[str]:
    """The addresses below a page to which its links, forms and buttons lead, without the page's own part."""
    found = page_text.read(client.get(page))
    places = {*found.links, *(form.action for form in found.forms), *(place for form in found.forms for place in form.places)}
    return {place.removeprefix(page) for place in places if place.startswith(page) and place != page and not place.startswith(f"{page}?")}


def spreadsheet(response: HttpResponse) -> list[list[str]]:
    """A download as a spreadsheet reads it, without its last line, which says that nothing broke off."""
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.startswith(csv_export.BYTE_ORDER_MARK)
    *rows, [last] = csv.reader(io.StringIO(text.removeprefix(csv_export.BYTE_ORDER_MARK)))
    assert last == f"# {len(rows) - 1} baris"
    return rows


def placed(**wishes: Any) -> tuple[Any, uuid.UUID]:
    """An order of 3 × Keripik bayam at Cibiru for Bu Wati of Sukamaju: (placing.Placed, order id)."""
    product_id = shopping.product(factories.CIBIRU)
    purchase = shopping.buy({product_id: 3}, **wishes)
    return purchase, SellerOrder.objects.get(purchase_id=purchase.purchase_id).id


def pay(purchase: Any, *, minutes: int = 1) -> None:
    """Take the money for a purchase at the counter that holds its first order."""
    order = SellerOrder.objects.filter(purchase_id=purchase.purchase_id).first()
    assert order is not None
    counter.confirm(
        village_code=order.holder,
        purchase_id=purchase.purchase_id,
        amount_rupiah=order.total_rupiah,
        act=Act(by=factories.staff(order.holder), at=shopping.later(minutes), key=uuid.uuid4().hex),
    )


def sold(*, seller: str = factories.CIBIRU, home: str = factories.SUKAMAJU, minutes: int = 0, **product: Any) -> uuid.UUID:
    """An order of 3 pieces paid at the home counter and handed over there: (order id); a reason for the ledger to move."""
    product_id = shopping.product(seller, **product)
    Federation.objects.update(unproven_unpaid_max_rupiah=10**9)  # some tests need large debts
    purchase = shopping.buy({product_id: 3}, home=home, phone=f"08129099{uuid.uuid4().int % 10_000:04}", at=shopping.later(minutes))
    order = SellerOrder.objects.get(purchase_id=purchase.purchase_id)
    pay(purchase, minutes=minutes + 1)
    with context.inside(seller):
        for step, state in (("accept", "placed"), ("pack", "accepted"), ("send", "ready")):
            steps.take(order_id=order.id, step=step, form_state=state, act=Act(by=factories.staff(seller), at=shopping.later(minutes + 2)))
        if home == seller:
            steps.take(
                order_id=order.id, step="hand_over", form_state="ready", act=Act(by=factories.staff(seller), at=shopping.later(minutes + 3))
            )
    if home != seller:
        steps.take_at_home(
            village_code=home, order_id=order.id, step="arrived", act=Act(by=factories.staff(home), at=shopping.later(minutes + 4))
        )
        steps.take_at_home(
            village_code=home, order_id=order.id, step="hand_over", act=Act(by=factories.staff(home), at=shopping.later(minutes + 5))
        )
    return order.id
