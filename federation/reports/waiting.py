"""What waits for the federation's people: found in shared rows, each with its size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Sum

from federation.buying import gateway_disputes, gateway_problems, order_payments, order_states
from federation.models import SellerOrder
from settlement import money, money_hold
from settlement.ledger import federation_books, limits
from settlement.reports import limit_use, payout_answer_rows
from tenants import models as tenants_models
from tenants import villages
from tenants.codes import FEDERATION
from tenants.events import attention

REFUND_DAYS_MAX = 3  # a buyer should have the money back by then
UNPAID_DAYS_MAX = 7  # goods that are with the buyer and not paid
NAMED_MAX = 10  # villages in one line; how many more there are is said


class WaitingKind(StrEnum):
    """What can wait, the most pressing first. Each has its sentence and its page in federation.labels.waiting_labels."""

    MONEY = "money"
    HELD = "held"
    UNCOVERED = "uncovered"
    NEAR_LIMIT = "near-limit"
    REFUNDS = "refunds"
    UNPAID = "unpaid"
    GATEWAYS = "gateways"
    DISPUTES = "disputes"
    PAYOUTS = "payouts"
    DELIVERIES = "deliveries"
    UNREADY = "unready"


@dataclass(frozen=True)
class WaitingItem:
    """One matter that waits."""

    kind: WaitingKind
    village_name: str = ""
    rupiah: int = 0
    shares: Sequence[tuple[str, float]] = ()  # near-limit: villages with what they use of their limit, 1.0 being all of it
    more: int = 0  # near-limit: how many others there are
    count: int = 0  # held, gateways, disputes, payouts, deliveries: how many


def items(*, at: datetime) -> list[WaitingItem]:
    """Everything that waits, the most pressing kind first."""
    return [*_money(), *_held(), *_uncovered(), *_near_limit(), *_refunds(at), *_unpaid(at), *_at_gateways(at), *_deliveries(), *_unready()]


def _name(code: str) -> str:
    return villages.by_code(code=code).name


def _money() -> list[WaitingItem]:
    """The federation's money, which nobody has released since the market was restored from a backup."""
    return [WaitingItem(WaitingKind.MONEY)] if money_hold.is_held() else []


def _held() -> list[WaitingItem]:
    """Villages whose shop has not traded since the market was restored from a backup."""
    count = len(villages.held())
    return [WaitingItem(WaitingKind.HELD, count=count)] if count else []


def _uncovered() -> list[WaitingItem]:
    """What the federation owes to the money that it holds for others, and has no cash of its own for."""
    rupiah = federation_books.read().uncovered_rupiah
    return [WaitingItem(WaitingKind.UNCOVERED, rupiah=rupiah)] if rupiah > 0 else []


def _near_limit() -> list[WaitingItem]:
    """One line that names the villages from the warning on, the fullest first."""
    found = limit_use.nearest(limit=NAMED_MAX)
    uses = [limits.of_position(position) for position in found.page.rows]
    shares = [
        (_name(use.village_code), (use.used_basis_points or 0) / money.WHOLE_BASIS_POINTS) for use in uses if use.state != limits.State.OK
    ]
    more = found.sums.near + found.sums.full - len(shares)
    return [WaitingItem(WaitingKind.NEAR_LIMIT, shares=shares, more=more)] if shares else []


def _refunds(at: datetime) -> list[WaitingItem]:
    by_villages = order_payments.refunds_due().exclude(village_code=FEDERATION)  # gateways send those; what they cannot waits by itself
    late = by_villages.filter(made_at__lt=at - timedelta(days=REFUND_DAYS_MAX))
    rows = late.values_list("village_code").annotate(rupiah=Sum("amount_rupiah")).order_by("village_code")
    return [WaitingItem(WaitingKind.REFUNDS, _name(code), rupiah=rupiah) for code, rupiah in rows]


def _unpaid(at: datetime) -> list[WaitingItem]:
    late = SellerOrder.objects.filter(state=order_states.State.DELIVERED, handed_over_at__lt=at - timedelta(days=UNPAID_DAYS_MAX))
    rows = late.values_list("seller").annotate(rupiah=Sum("total_rupiah")).order_by("seller")
    return [WaitingItem(WaitingKind.UNPAID, _name(code), rupiah=rupiah) for code, rupiah in rows]


def _at_gateways(at: datetime) -> list[WaitingItem]:
    return [*_gateways(), *_disputes(at), *_payouts(at)]


def _gateways() -> list[WaitingItem]:
    """Payments and refunds at gateways that the program does not decide by itself."""
    count = gateway_problems.count()
    return [WaitingItem(WaitingKind.GATEWAYS, count=count)] if count else []


def _disputes(at: datetime) -> list[WaitingItem]:
    """Disputes that were won, and whose money does not come back."""
    found = gateway_disputes.overdue(at=at).aggregate(count=Count("id"), rupiah=Sum("withdrawn_rupiah"))
    return [WaitingItem(WaitingKind.DISPUTES, rupiah=found["rupiah"], count=found["count"])] if found["count"] else []


def _payouts(at: datetime) -> list[WaitingItem]:
    """Payouts by gateways for which people must answer, and answers that another must confirm."""
    count = payout_answer_rows.count(at=at)
    return [WaitingItem(WaitingKind.PAYOUTS, count=count)] if count else []


def _deliveries() -> list[WaitingItem]:
    """Deliveries of events that failed too often."""
    count = attention.count()
    return [WaitingItem(WaitingKind.DELIVERIES, count=count)] if count else []


def _unready() -> list[WaitingItem]:
    states = (tenants_models.Village.State.CREATED, tenants_models.Village.State.SCHEMA_MADE)
    rows = tenants_models.Village.objects.filter(state__in=states).order_by("code").values_list("name", flat=True)
    return [WaitingItem(WaitingKind.UNREADY, name) for name in rows[:20]]
