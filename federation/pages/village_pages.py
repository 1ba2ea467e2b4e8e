"""The member villages, and one village's shop as buyers see it. Both read shared rows only."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from federation.members import profiles, village_search
from federation.pages import market_pages
from federation.web import page_cache
from tenants import models, villages


@require_safe
def village_list(request: HttpRequest) -> HttpResponse:
    """GET /desa/?q=&sesudah= — the villages whose shop is open, by name, with a search and pages."""
    words = village_search.read(request.GET.get("q", ""))
    page = profiles.page(words=words, after=request.GET.get("sesudah", ""))
    query = urlencode({"q": words, "sesudah": page.after} if words else {"sesudah": page.after})
    values = {
        "shops": page.rows,
        "words": words,
        "count": profiles.open_count(),
        "held": villages.held(),
        "next_url": f"?{query}" if page.after else "",
    }
    return page_cache.for_everybody(market_pages.browsable(render(request, "market/villages.html", values)))


@require_safe
def village(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /desa/<slug>/ — a village's shop: who it is, when its counter is open, what it sells."""
    seen = villages.by_slug(slug=slug)
    if seen.state == models.Village.State.ARCHIVED:
        raise Http404
    shop = profiles.get(village_code=seen.code)
    open_now = shop.open_to_buyers and villages.is_selling(code=seen.code)
    search, path = market_pages.read(request.GET), reverse("village", args=[slug])
    results = market_pages.find(search=search, village_code=seen.code) if open_now else None
    values = {
        "shop": shop,
        "open": open_now,
        "held": seen.held_since is not None,
        "search": search,
        "items": results.rows if results else [],
        "next_url": market_pages.address(path=path, search=replace(search, after=results.after)) if results and results.after else "",
        "chips": market_pages.chips(search=search, path=path),
    }
    return page_cache.for_everybody(market_pages.browsable(render(request, "market/village.html", values)))
