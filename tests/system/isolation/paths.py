"""Every path that is about one village, taken from the resolver, so that a page added tomorrow is looked at too."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.support import factories

SHOP = "desa/<slug:slug>/"
OFFICE = "desa/<slug:slug>/kelola/"
# What the addresses of the federation's desk may be about: ids that are nobody's where a test names none of its own.
DESK: Mapping[str, object] = {
    "account": "fee-income",
    "code": factories.CIBIRU,
    "party": factories.CIBIRU,
    "number": 1,
    "message_id": "PS0001-0",
    "kind": "csv",
    "subscriber": "notices",
    **dict.fromkeys(
        ("objection_id", "leg_id", "line_id", "statement_id", "delivery_id", "payment_id", "refund_attempt_id"), uuid.UUID(int=7)
    ),
    **dict.fromkeys(("order_id", "take_over_id", "answer_id", "proposal_id", "list_id", "stated_id", "step_id"), uuid.UUID(int=7)),
}
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """A path with its places."""

    name: str
    text: str

    @property
    def places(self) -> list[str]:
        return [place for place in _PLACE.findall(self.text) if place != "slug"]

    def at(self, things: Mapping[str, object]) -> str:
        """The address of a route outside the villages.

        :raises KeyError: for a place that `things` does not know
        """
        return reverse(self.name, kwargs={place: things[place] for place in self.places})

    def path(self, slug: str, things: Mapping[str, object]) -> str:
        """The path in a village with these things.

        :raises KeyError: for a place that `things` does not know: give it a value in ten.fill
        """
        return reverse(self.name, kwargs={"slug": slug, **{place: things[place] for place in self.places}})


def below(start: str) -> list[Route]:
    """Every route whose path begins so."""
    found = [Route(name, text) for name, text in _all(get_resolver().url_patterns, "") if text.startswith(start)]
    assert all(route.name for route in found), f"a path below {start} has no name: {found}"
    return found


def _all(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _all(pattern.url_patterns, text)
        else:
            yield pattern.name or "", text
