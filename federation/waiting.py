"""What waits for the federation's people: found in shared rows, each with its size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum

from federation import roll
from federation.models import Refund, SellerOrder
from settlement import positions
from tenants import models as tenants_models
from tenants import villages

REFUND_DAYS_MAX = 3  # a buyer should have the money back by then
UNPAID_DAYS_MAX = 7  # goods that are with the buyer and not paid
NEAR_LIMIT = 0.8  # of a village's limit


@dataclass(frozen=True)
class Thing:
    """One thing that waits; kind: "unready", "near-limit", "refunds" or "unpaid"."""

    kind: str
    village_name: str
    share: float = 0.0
    count: int = 0
    rupiah: int = 0


def things(*, at: datetime) -> list[Thing]:
    """Everything that waits, the most pressing kind first."""
    return [*_near_limit(), *_refunds(at), *_unpaid(at), *_unready()]


def _name(code: str) -> str:
    return villages.by_code(code=code).name


def _near_limit() -> list[Thing]:
    found = []
    for position in positions.all_():
        share = roll.share(position)
        if share is not None and share >= NEAR_LIMIT:
            found.append(Thing("near-limit", _name(position.village_code), share=share, rupiah=position.exposure_rupiah))
    return sorted(found, key=lambda thing: -thing.share)


def _refunds(at: datetime) -> list[Thing]:
    late = Refund.objects.filter(paid_out_at=None, voided_at=None, made_at__lt=at - timedelta(days=REFUND_DAYS_MAX))
    rows = late.values_list("village_code").annotate(rupiah=Sum("amount_rupiah")).order_by("village_code")
    return [Thing("refunds", _name(code), rupiah=rupiah) for code, rupiah in rows]


def _unpaid(at: datetime) -> list[Thing]:
    late = SellerOrder.objects.filter(state=SellerOrder.State.DELIVERED, handed_over_at__lt=at - timedelta(days=UNPAID_DAYS_MAX))
    rows = late.values_list("seller").annotate(rupiah=Sum("total_rupiah")).order_by("seller")
    return [Thing("unpaid", _name(code), rupiah=rupiah) for code, rupiah in rows]


def _unready() -> list[Thing]:
    states = (tenants_models.Village.State.CREATED, tenants_models.Village.State.SCHEMA_MADE)
    rows = tenants_models.Village.objects.filter(state__in=states).order_by("code").values_list("name", flat=True)
    return [Thing("unready", name) for name in rows[:20]]
