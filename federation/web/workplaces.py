"""The desks at which a person has a role: villages' back offices and the federation's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from federation.labels import market_labels
from tenants import text_direction, villages
from tenants.people import memberships


@dataclass(frozen=True)
class Office:
    """A desk and what the person is there."""

    name: str
    roles: str  # in words
    url: str


def of_user(*, user_id: UUID, on: date) -> list[Office]:
    """Every desk of a person on a day, the federation's first."""
    found = []
    for village_code, roles in memberships.villages_of(user_id=user_id, on=on):
        names = ", ".join(market_labels.of(code=role, kind="role") for role in sorted(roles))
        if village_code:
            seen = villages.by_code(code=village_code)
            found.append(
                Office(
                    _("Kantor BUMDes %(village)s") % {"village": text_direction.isolated(seen.name)},
                    names,
                    reverse("office-orders", args=[seen.slug]),
                )
            )
        else:
            found.insert(0, Office(_("Meja federasi"), names, reverse("desk")))
    return found


def first_url(*, user_id: UUID, on: date) -> str:
    """Where someone with a role begins to work; empty for a buyer."""
    mine = of_user(user_id=user_id, on=on)
    return mine[0].url if mine else ""
