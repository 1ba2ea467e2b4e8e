"""What every page's layout needs, as `page`: worked out only when the template asks, so that a page pays for what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from federation.web import visitors

SECTIONS = {
    "market": "market",
    "product": "market",
    "villages": "villages",
    "village": "villages",
    "basket": "basket",
    "checkout": "basket",
    "purchases": "purchases",
    "purchase": "purchases",
    "purchase-find": "purchases",
}


@dataclass(frozen=True)
class Item:
    """One way to go: of a menu or of a row of chips."""

    label: str
    url: str
    current: bool = False


class Page:
    """The layout of one page."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def name(self) -> str:
        """Who is logged in; empty without a session, and then without a statement."""
        return visitors.name(request=self._request)

    @cached_property
    def basket_count(self) -> int:
        """Lines in the visitor's basket; no statement when there is neither a basket cookie nor an account."""
        return visitors.basket_count(request=self._request)

    @cached_property
    def section(self) -> str:
        """Which of the four places this page belongs to; empty for none."""
        match = self._request.resolver_match
        return SECTIONS.get(match.url_name or "", "") if match else ""

    @cached_property
    def menu(self) -> list[Item]:
        """The four places of a buyer."""
        section, count = self.section, self.basket_count
        return [
            Item(_("Pasar"), reverse("market"), section == "market"),
            Item(_("Desa"), reverse("villages"), section == "villages"),
            Item(_("Keranjang") + (f"\u00a0{count}" if count else ""), reverse("basket"), section == "basket"),
            Item(_("Pesanan"), reverse("purchases"), section == "purchases"),
        ]

    @cached_property
    def other_language(self) -> str:
        """The code of the language that the switch offers."""
        return "id" if (get_language() or "id").startswith("en") else "en"

    @property
    def other_language_name(self) -> str:
        return dict(settings.LANGUAGES)[self.other_language]

    @property
    def other_language_url(self) -> str:
        """This page in the other language; a page that answers a form leads to its plain address."""
        asked = self._request.GET.lists() if self._request.method == "GET" else ()
        rest = [(name, value) for name, values in asked for value in values if name != "bahasa"]
        return f"{self._request.path}?{urlencode([*rest, ('bahasa', self.other_language)])}"


def page(request: HttpRequest) -> dict[str, Page]:
    """Context processor: `page`."""
    return {"page": Page(request)}
