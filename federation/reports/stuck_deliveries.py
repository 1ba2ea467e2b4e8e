"""Deliveries of events that need a person, in words: what happened, to which purchase, where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from federation.labels import activity_labels
from federation.members import party_names
from federation.models import Purchase, SellerOrder
from tenants.events import attention, held_deliveries
from tenants.events.attention import StuckDelivery

_RESTORED = gettext_lazy("Menunggu waktu pasar dipulihkan dari cadangan; mungkin sudah pernah sampai.")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A delivery for a page; `code` is the purchase's short code, empty where its subject is another."""

    id: UUID
    subscriber_label: str
    what: str
    code: str
    village_name: str
    happened_at: datetime
    attempts: int
    last_error: str | Promise


def listed(*, limit: int) -> list[Row]:
    """Those that need a person, the oldest first."""
    return _rows(attention.listed(limit=limit))


def get(*, delivery_id: UUID) -> Row:
    """One of them.

    :raises attention.NoSuchDelivery: if there is none such
    :raises attention.NeedsNobody: if it does not wait for a person
    """
    [row] = _rows([attention.get(delivery_id=delivery_id)])
    return row


def _rows(found: list[StuckDelivery]) -> list[Row]:
    codes, names = _codes(one.subject_id for one in found), party_names.of_villages()
    return [
        Row(
            id=one.id,
            subscriber_label=one.subscriber_label,
            what=activity_labels.label(action=one.kind),
            code=codes.get(one.subject_id, ""),
            village_name=names.get(one.village_code, ""),
            happened_at=one.happened_at,
            attempts=one.attempts,
            last_error=_RESTORED if one.last_error == held_deliveries.RESTORED else one.last_error,
        )
        for one in found
    ]


def _codes(subject_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The short codes of those subjects that are orders or purchases."""
    ids = list(subject_ids)
    orders = SellerOrder.objects.filter(id__in=ids).values_list("id", "purchase__code")
    return {**dict(orders), **dict(Purchase.objects.filter(id__in=ids).values_list("id", "code"))}
