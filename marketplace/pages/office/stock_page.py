"""Stok of one product: what is there and what moved, with its three actions: pieces came in, broke, were counted."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST

from federation.web import form_keys
from marketplace.goods import products, stock, stock_queries
from marketplace.pages.office import office_layout, order_forms
from tenants.errors import DomainError
from tenants.http import access
from tenants.people.permissions import Permission


@access.village_page(Permission.CHANGE_STOCK)
@require_GET
def index(request: office_layout.Request, product_id: uuid.UUID) -> HttpResponse:
    """The stock, its movements, and the orders that lack pieces."""
    return _stock_page(request, product_id)


@access.village_page(Permission.CHANGE_STOCK)
@require_POST
def receive(request: office_layout.Request, product_id: uuid.UUID) -> HttpResponse:
    """Pieces came in."""
    return _move(request, product_id, stock.receive, form=order_forms.Receive(request.POST), outcome="received")


@access.village_page(Permission.CHANGE_STOCK)
@require_POST
def break_(request: office_layout.Request, product_id: uuid.UUID) -> HttpResponse:
    """Pieces broke or were lost; the page then names the orders that lack some."""
    return _move(request, product_id, stock.break_, form=order_forms.Break(request.POST), outcome="broken")


@access.village_page(Permission.CHANGE_STOCK)
@require_POST
def count(request: office_layout.Request, product_id: uuid.UUID) -> HttpResponse:
    """Pieces were counted on the shelf."""
    return _move(request, product_id, stock.count, form=order_forms.Count(request.POST), outcome="counted")


def _move(
    request: office_layout.Request, product_id: uuid.UUID, verb: Callable[..., None], *, form: forms.Form, outcome: str
) -> HttpResponse:
    """Write the movement down, and show the stock after it, or what was wrong about it. The form's fields are the verb's, and a reason."""
    refusal: DomainError | None = None
    if form.is_valid():
        asked = dict(form.cleaned_data)
        try:
            verb(product_id=product_id, act=form_keys.act(request=request, reason=asked.pop("reason")), **asked)
        except DomainError as error:
            refusal = error
        else:
            return office_layout.done(request, outcome, "office-stock", product_id)
    return _stock_page(request, product_id, sent=form, refusal=refusal)


def _stock_page(
    request: office_layout.Request, product_id: uuid.UUID, *, sent: forms.Form | None = None, refusal: DomainError | None = None
) -> HttpResponse:
    kinds: tuple[type[forms.Form], ...] = (order_forms.Receive, order_forms.Break, order_forms.Count)
    product = products.get(product_id=product_id)
    received, broken, counted = (
        sent if isinstance(sent, kind) else kind(auto_id=f"id_{kind.__name__}_%s", initial={"seen_on_hand": product.on_hand})
        for kind in kinds
    )
    if isinstance(sent, order_forms.Count):  # shown again: what is sent from here was written beside today's stock
        sent.data = {**{name: sent.data.get(name) for name in sent.fields}, "seen_on_hand": str(product.on_hand)}
    context = {
        "product": product,
        "movements": stock_queries.movements(product_id=product_id),
        "broken_orders": stock_queries.broken_orders(product_id=product_id),
        "received": received,
        "broken": broken,
        "counted": counted,
        "form": sent,
        "nothing_sent": sent is None,
        "refusal": refusal,
        "form_keys": {name: form_keys.new_key() for name in ("received", "broken", "counted")},  # one key is for one form
    }
    return office_layout.page(request, "office/stock.html", context, tab="products")
