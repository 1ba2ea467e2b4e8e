"""Barang: what the shop sells."""

from __future__ import annotations

import dataclasses
import uuid
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from federation.web import form_fields, form_keys
from marketplace.goods import consignors, products
from marketplace.pages.office import goods_fields, goods_forms, office_layout
from tenants.errors import DomainError
from tenants.http import access
from tenants.people.permissions import Permission


@access.village_page(Permission.SEE_GOODS)
@require_GET
def index(request: office_layout.Request) -> HttpResponse:
    """The products by name, with a search and pages."""
    words = request.GET.get("q", "").strip()[:80]
    page = products.page(words=words, after=request.GET.get("sesudah", ""))
    here = office_layout.address(request, "office-products")
    more = f"{here}?{urlencode({'q': words, 'sesudah': page.after})}" if page.after else ""
    return office_layout.page(request, "office/products.html", {"items": page.rows, "asked": words, "more_url": more}, tab="products")


def _choices(*, keep: uuid.UUID | None = None) -> list[consignors.ConsignorRow]:
    """Consignors that still sell here; `keep` stays although it stopped."""
    return [row for row in consignors.all_() if row.active or row.id == keep]


def _photo(request: office_layout.Request, form: goods_forms.Product) -> str:
    """The photo that came with the form, or with one before it, held for this person; empty: none."""
    if request.method != "POST":
        return ""
    form.is_valid()  # reads the files
    return form.hold_photo(village_code=request.village.code, account_id=request.user.pk)


@access.village_page(Permission.CHANGE_GOODS)
def add(request: office_layout.Request) -> HttpResponse:
    """A new product with its photo and the stock that is there."""
    rows = _choices()
    form = goods_forms.NewProduct(rows, office_layout.sent(request), request.FILES or None, initial={"made_here": True, "published": True})
    refusal: DomainError | None = None
    photo = _photo(request, form)
    if request.method == "POST" and form.is_valid():
        try:
            product_id = products.add(
                fields=form.values(), picture=photo, stock=form.cleaned_data["stock"] or 0, act=form_keys.act(request=request)
            )
        except DomainError as error:
            refusal = error
        else:
            return office_layout.done(request, "product_added", "office-product", product_id)
    context = {"form": form, "refusal": refusal, "no_consignors": not rows, "photo": photo}
    return office_layout.page(request, "office/product_new.html", context, tab="products")


@access.village_page(Permission.SEE_GOODS)
def change(request: office_layout.Request, product_id: uuid.UUID) -> HttpResponse:
    """A product as it is; managers change it. The form carries the version it was made from."""
    product = products.get(product_id=product_id)
    if not office_layout.may(request, Permission.CHANGE_GOODS):
        if request.method == "POST":
            raise Http404
        return office_layout.page(request, "office/product_seen.html", {"product": product}, tab="products")
    form = goods_forms.Product(
        _choices(keep=product.consignor_id), office_layout.sent(request), request.FILES or None, initial=dataclasses.asdict(product)
    )
    refusal: DomainError | None = None
    differences: list[goods_forms.Difference] = []
    version = product.version
    photo = _photo(request, form)
    if request.method == "POST":
        version = form_fields.read(goods_fields.Version(), request.POST.get("version")) or 0
        if form.is_valid():
            try:
                products.change(
                    product_id=product_id, version=version, fields=form.values(), picture=photo, act=form_keys.act(request=request)
                )
            except products.ProductChangedMeanwhile as error:
                if product.fields() == form.values():  # the second tap of one person, not a second person
                    return office_layout.done(request, "product_changed", "office-product", product_id)
                refusal, version, differences = error, product.version, goods_forms.differences(form, dataclasses.asdict(product))
            except DomainError as error:
                refusal = error
            else:
                return office_layout.done(request, "product_changed", "office-product", product_id)
    context = {"form": form, "refusal": refusal, "product": product, "version": version, "photo": photo, "differences": differences}
    return office_layout.page(request, "office/product.html", context, tab="products")
