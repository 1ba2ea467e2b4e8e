"""The market's list with its search, and one product."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from federation.catalogue import catalogue
from federation.labels import market_labels
from federation.members import profiles
from federation.web import form_fields, layout, page_cache
from tenants import keyset, villages
from tenants.codes import VillageCode

PRICE_MAX = 2_000_000_000


@dataclass(frozen=True)
class SearchQuery:
    """What a visitor looks for, as it stands in the address."""

    words: str = ""
    category: str = ""
    village: str = ""
    price_min: int | None = None
    price_max: int | None = None
    made_here: bool = False
    in_stock: bool = False
    after: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether one of the filters in the folded part is set."""
        return bool(self.village or self.price_min is not None or self.price_max is not None or self.made_here or self.in_stock)

    @property
    def anything(self) -> bool:
        return bool(self.words or self.category or self.narrowed or self.after)

    def query(self) -> str:
        """The address part that asks the same."""
        values = {
            "q": self.words,
            "kategori": self.category,
            "desa": self.village,
            "min": self.price_min,
            "maks": self.price_max,
            "buatan": "1" if self.made_here else "",
            "ada": "1" if self.in_stock else "",
            "sesudah": self.after,
        }
        return urlencode({name: value for name, value in values.items() if value not in ("", None)})


def read(query: QueryDict) -> SearchQuery:
    """What an address asks; what makes no sense in it is left out rather than refused."""
    category = query.get("kategori", "")
    return SearchQuery(
        words=" ".join(query.get("q", "").replace("\x00", "").split())[:80],
        category=category if category in market_labels.CATEGORIES else "",
        village=query.get("desa", "").replace("\x00", "")[:13],
        price_min=_rupiah(query.get("min", "")),
        price_max=_rupiah(query.get("maks", "")),
        made_here=query.get("buatan") == "1",
        in_stock=query.get("ada") == "1",
        after=query.get("sesudah", ""),
    )


def _rupiah(text: str) -> int | None:
    """ "12.000", "Rp 12000" -> 12000; anything else is no bound."""
    amount: int | None = form_fields.read(form_fields.Rupiah(required=False), text)
    return None if amount is None else min(amount, PRICE_MAX)


def chips(*, search: SearchQuery, path: str) -> list[layout.Item]:
    """Categories to choose from, the search kept."""
    base = replace(search, after="")
    everything = [("", _("Semua")), *((code, str(label)) for code, label in market_labels.CATEGORIES.items())]
    return [
        layout.Item(label, address(path=path, search=replace(base, category=code)), current=code == search.category)
        for code, label in everything
    ]


def address(*, path: str, search: SearchQuery) -> str:
    query = search.query()
    return f"{path}?{query}" if query else path


def find(*, search: SearchQuery, village_code: VillageCode | None = None) -> keyset.Page[catalogue.Offer]:
    """The page of goods that was asked for."""
    return catalogue.search(
        words=search.words,
        village_code=village_code or VillageCode(search.village),
        category=search.category,
        price_min=search.price_min,
        price_max=search.price_max,
        made_here=search.made_here,
        in_stock=search.in_stock,
        after=search.after,
    )


@require_safe
def market(request: HttpRequest) -> HttpResponse:
    """GET / — goods of all villages."""
    search, path = read(request.GET), reverse("market")
    results = find(search=search)
    values = {
        "search": search,
        "items": results.rows,
        "next_url": address(path=path, search=replace(search, after=results.after)) if results.after else "",
        "chips": partial(chips, search=search, path=path),  # worked out when the template asks, which is seldom
        "held": len(villages.held()),
        "summary": page_cache.remembered(request, "summary", catalogue.summary),
        "shops": page_cache.remembered(request, "shops", profiles.few_open),
    }
    return page_cache.for_everybody(browsable(render(request, "market/market.html", values)))


@require_safe
def product(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """GET /barang/<id>/ — one product."""
    item = catalogue.get(listing_id=listing_id)
    category = market_labels.of(code=item.category, kind="category")
    return browsable(render(request, "market/product.html", {"item": item, "category": category}))


def browsable(response: HttpResponse) -> HttpResponse:
    """Going back shows the page at once, without loading it again; it holds a basket's count at most."""
    patch_cache_control(response, private=True, no_cache=True)
    return response
