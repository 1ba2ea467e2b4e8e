"""The grid of goods (a template builtin): the one part that stands twenty times on the busiest page, so it is written without the
template language, which took three quarters of the page's time for it. Everything of a row is escaped."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from html import escape

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from federation.catalogue.catalogue import Offer
from federation.labels import figures

register = template.Library()

NO_PICTURE = (
    '<svg class="pic" viewBox="0 0 32 24" aria-hidden="true"><path d="M8 11h16l-2 8H10zM12 11l3-5M20 11l-3-5" fill="none"'
    ' stroke="#0f6b45" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/></svg>'
)
EAGER = 4  # pictures that a phone shows at once; the others wait until they are scrolled to


@register.simple_tag
def cards(items: Iterable[Offer]) -> SafeString:
    """The list of goods: each a link with picture, name, price, village and at most one tag."""
    english = figures.is_english()  # asked once, not for every price
    place, tags, point = _place(), _tags(get_language()), "," if english else "."
    cells = []
    for number, item in enumerate(items):
        tag = "out" if not item.in_stock else "flagship" if item.flagship else "made" if item.made_here else ""
        price = f"{item.price_rupiah:,}".replace(",", point)
        cells.append(
            f'<li class="card"><a href="{place}{item.id}/">{_picture(item.picture, eager=number < EAGER)}'
            f'<div><b>{escape(item.name)}</b><span class="price">Rp{figures.SPACE}{price}</span> '
            f'<span class="from">/ {escape(item.unit)}</span>'
            f'<span class="from line">{escape(item.village_name)}</span>{tags[tag]}</div></a></li>'
        )
    return mark_safe(f'<ul class="grid">{"".join(cells)}</ul>')  # noqa: S308 - every value above is escaped or made by us


@functools.cache
def _place() -> str:
    """The paths of products up to their ids."""
    return reverse("product", args=["00000000-0000-0000-0000-000000000000"]).partition("00000000")[0]


@functools.cache
def _tags(_language: str | None) -> dict[str, str]:
    """The tags in the language that is active, by what they stand for."""
    return {
        "out": f'<span class="tag bad">{escape(_("Habis"))}</span>',
        "flagship": f'<span class="tag">{escape(_("Unggulan"))}</span>',
        "made": f'<span class="tag ok">{escape(_("Buatan desa"))}</span>',
        "": "",
    }


def _picture(key: str, *, eager: bool) -> str:
    if not key:
        return NO_PICTURE
    loading = "" if eager else ' loading="lazy"'
    source = escape(f"{settings.MEDIA_URL}{key}-320.webp")
    return f'<img class="pic" src="{source}" alt="" width="320" height="240"{loading} decoding="async">'
