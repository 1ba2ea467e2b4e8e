"""Stok of one product: what came in, what broke, what was counted."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone

from federation.web import form_keys
from marketplace.goods import products, stock
from marketplace.pages.office import office_layout
from marketplace.pages.office import order_forms as office_forms
from tenants.errors import DomainError
from tenants.http import access
from tenants.people.permissions import Permission

FORMS = {"received": office_forms.Receive, "broken": office_forms.Break, "counted": office_forms.Count}


@access.village_page(Permission.CHANGE_STOCK)
def index(request: office_layout.Request, product_id: uuid.UUID) -> HttpResponse:
    """The stock with its three deeds; `deed` in the form says which. A breakage names the orders that it breaks."""
    deed = request.POST.get("deed", "") if request.method == "POST" else ""
    if request.method == "POST" and deed not in FORMS:
        raise Http404
    forms = {name: form(request.POST if name == deed else None, prefix=name) for name, form in FORMS.items()}
    trouble: DomainError | None = None
    broken: list[stock.BrokenOrder] = []
    if deed and forms[deed].is_valid():
        try:
            broken = _do(request, product_id=product_id, deed=deed, values=forms[deed].cleaned_data)
        except DomainError as refused:
            trouble = refused
        else:
            if not broken:
                return office_layout.done(request, deed, "office-stock", product_id)
            forms[deed] = FORMS[deed](prefix=deed)
    context = {
        "product": products.get(product_id=product_id),
        "movements": stock.movements(product_id=product_id),
        "forms": forms,
        "deed": deed,
        "trouble": trouble,
        "broken_orders": broken,
        # For the next deed, one key each; "reload" after a breakage sends the old key again, and counts once.
        "form_keys": {name: form_keys.new_key() for name in FORMS},
    }
    return office_layout.page(request, "office/stock.html", context, tab="products")


def _do(request: office_layout.Request, *, product_id: uuid.UUID, deed: str, values: dict[str, Any]) -> list[stock.BrokenOrder]:
    """One deed, once per form key; returns the orders that lack pieces after it."""
    told: dict[str, Any] = {
        "product_id": product_id,
        "reason": values["reason"],
        "form_key": form_keys.key(request=request),
        "by": request.principal,
        "at": timezone.now(),
    }
    if deed == "received":
        stock.receive(quantity=values["quantity"], **told)
    elif deed == "counted":
        stock.count(counted=values["counted"], **told)
    else:
        return list(stock.break_(quantity=values["quantity"], **told))
    return []
