"""Cash that couriers took at buyers' doors: it is theirs to answer for until a cashier of the village takes it from them.

Only where the notes are, not whose money it is: the holder of an order's money stays its village, in the ledger too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, OuterRef, Q, Subquery

from federation.models import CashHandIn, CourierCash, Payment
from tenants import models as tenants_models
from tenants.acts import Act
from tenants.codes import VillageCode


@dataclass(frozen=True, kw_only=True, slots=True)
class CarriedReceipt:
    """Money of one receipt that a courier took at the door, and when a cashier took it; None: the courier has it."""

    receipt_number: int
    code: str  # the purchase's
    amount_rupiah: int
    confirmed_at: datetime
    courier: UUID
    courier_name: str
    hand_in_id: UUID | None
    received_at: datetime | None


@dataclass(frozen=True)
class Carried:
    """What one courier brought at one time, or has still to bring."""

    courier: UUID
    courier_name: str
    receipts: Sequence[CarriedReceipt]

    @property
    def amount_rupiah(self) -> int:
        return sum(row.amount_rupiah for row in self.receipts)

    @property
    def received_at(self) -> datetime | None:
        return self.receipts[0].received_at


def carry(*, payment: Payment, courier: UUID) -> None:
    """Write that the money of a payment is in a courier's pocket, in the transaction that takes it."""
    CourierCash.objects.create(payment=payment, village_code=payment.village_code, courier=courier)


def held(*, village_code: VillageCode, courier: UUID | None = None) -> list[Carried]:
    """What each courier of a village has to bring (or one of them), by name; money whose payment was undone is nobody's."""
    rows = CourierCash.objects.filter(village_code=village_code, hand_in=None, payment__reversal=None)
    return _grouped(rows if courier is None else rows.filter(courier=courier))


def held_or_received(*, village_code: VillageCode, begins_at: datetime, ends_at: datetime) -> tuple[list[Carried], list[Carried]]:
    """What each courier has to bring now, and what cashiers took from couriers between two instants; one statement."""
    within = Q(hand_in__received_at__gte=begins_at, hand_in__received_at__lt=ends_at)
    rows = CourierCash.objects.filter(village_code=village_code).filter(Q(hand_in=None, payment__reversal=None) | within)
    carried = _grouped(rows)
    return [one for one in carried if one.received_at is None], [one for one in carried if one.received_at is not None]


def _grouped(rows: object) -> list[Carried]:
    name = tenants_models.User.objects.filter(id=OuterRef("courier")).values("name")
    found = rows.annotate(  # type: ignore[attr-defined]
        courier_name=Subquery(name),
        receipt_number=F("payment__receipt_number"),
        code=F("payment__purchase__code"),
        amount_rupiah=F("payment__amount_rupiah"),
        confirmed_at=F("payment__confirmed_at"),
        received_at=F("hand_in__received_at"),
    ).order_by("courier_name", "courier", "received_at", "receipt_number")
    groups: dict[tuple[UUID, UUID | None], list[CarriedReceipt]] = {}
    for row in found.values(*CarriedReceipt.__dataclass_fields__):
        receipt = CarriedReceipt(**{**row, "courier_name": row["courier_name"] or ""})
        groups.setdefault((receipt.courier, receipt.hand_in_id), []).append(receipt)
    return [Carried(courier, receipts[0].courier_name, receipts) for (courier, _hand_in), receipts in groups.items()]


def receive(*, village_code: VillageCode, courier: UUID, payment_ids: Sequence[UUID], amount_rupiah: int, act: Act) -> CashHandIn:
    """Write that a cashier took the money of these payments, which `locked` gave, from a courier."""
    hand_in = CashHandIn.objects.create(
        village_code=village_code, courier=courier, amount_rupiah=amount_rupiah, received_by=act.by.account_id, received_at=act.at
    )
    CourierCash.objects.filter(payment_id__in=payment_ids).update(hand_in=hand_in)
    return hand_in


def locked(*, village_code: VillageCode, courier: UUID) -> list[Payment]:
    """The payments whose money a courier has, locked; an undo of one of them locks it too, and is seen once it is through."""
    rows = CourierCash.objects.select_for_update().filter(village_code=village_code, courier=courier, hand_in=None)
    ids = list(rows.order_by("payment_id").values_list("payment_id", flat=True))
    return list(Payment.objects.filter(id__in=ids, reversal=None).order_by("receipt_number"))


def lock(*, payment: Payment) -> None:
    """Let a hand-in of this payment's money wait until our transaction is through."""
    list(CourierCash.objects.select_for_update().filter(payment=payment))
