"""The visitor's basket: look, put in, change, say where home is."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from federation.buying import basket_contents, baskets
from federation.pages import home_choice
from federation.web import error_pages, form_fields, visitors
from tenants.errors import DomainError


class Goods(forms.Form):
    """A product, and how many pieces of it; how many may be is for the basket to say."""

    barang = forms.UUIDField()
    jumlah = form_fields.WholeNumber(required=False)

    def product_id(self) -> UUID:
        """The product; 404 where none is named."""
        if "barang" in self.errors:
            raise Http404
        product_id: UUID = self.cleaned_data["barang"]
        return product_id

    def quantity(self) -> int:
        """The pieces as typed.

        :raises baskets.BadQuantity: if that is no number
        """
        quantity: int | None = self.cleaned_data.get("jumlah")
        if quantity is None:
            raise baskets.BadQuantity
        return quantity


@require_safe
def basket(request: HttpRequest) -> HttpResponse:
    """GET /keranjang/ — what was put aside, by seller."""
    return show(request)


def show(request: HttpRequest, *, refusal: DomainError | None = None, home: home_choice.HomeChoice | None = None) -> HttpResponse:
    """The basket's page, with the sentence of what could not be done, and the home as it was sent, or the last one."""
    mine = basket_contents.view(head=visitors.basket(request=request))
    stuck = sum(1 for seller in mine.sellers for line in seller.lines if not (line.in_stock and line.on_offer))
    values = {
        "basket": mine,
        "stuck": stuck,
        "outside": home_choice.OUTSIDE,
        "home": home or (home_choice.shown(recent=home_choice.recent(request)) if mine.line_count else None),
        "refusal": refusal,
        "fresh": request.GET.get("baru", ""),
    }
    wrong = home is not None and home.missing
    return render(request, "market/basket.html", values, status=error_pages.STATUS[refusal.kind] if refusal else 422 if wrong else 200)


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """POST /keranjang/tambah/ — pieces of a product on top of what is there."""
    goods = Goods(request.POST)
    product_id = goods.product_id()
    try:
        head = baskets.add(
            token=visitors.token(request=request),
            account_id=visitors.account_id(request=request),
            product_id=product_id,
            quantity=goods.quantity(),
            at=timezone.now(),
        )
    except DomainError as refusal:
        return show(request, refusal=refusal)
    response = redirect(f"/keranjang/?baru={product_id}")
    if visitors.token(request=request) != head.token and visitors.account_id(request=request) is None:
        visitors.remember(response=response, basket_token=head.token)
    return response


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """POST /keranjang/ubah/ — another number of pieces."""
    goods = Goods(request.POST)
    return _set(request, goods.product_id(), goods.quantity)


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """POST /keranjang/hapus/ — none of it."""
    return _set(request, Goods(request.POST).product_id(), lambda: 0)


def _set(request: HttpRequest, product_id: UUID, quantity: Callable[[], int]) -> HttpResponse:
    try:
        baskets.set_quantity(
            token=visitors.token(request=request),
            account_id=visitors.account_id(request=request),
            product_id=product_id,
            quantity=quantity(),
            at=timezone.now(),
        )
    except DomainError as refusal:
        return show(request, refusal=refusal)
    return redirect("basket")


@require_POST
def choose_home(request: HttpRequest) -> HttpResponse:
    """POST /keranjang/desa/ — the buyer's village: looked for, or chosen, then on to the checkout."""
    home = home_choice.sent(request.POST.dict(), recent=home_choice.recent(request))
    if home.village_code is None:
        return show(request, home=home)
    baskets.go_on(
        token=visitors.token(request=request),
        account_id=visitors.account_id(request=request),
        village_code=home.village_code,
        at=timezone.now(),
    )
    response = redirect("checkout")
    home_choice.remember(request, response, home.village_code)
    return response
