"""What becomes of a planned order: its instants from accepting to handing over, or its end on the way."""

from __future__ import annotations

import dataclasses
import datetime
import random
from collections.abc import Mapping, Sequence
from typing import Any

from deploy.demo import demo_goods, demo_villages, trading_days
from federation.buying import payment_methods
from federation.buying.payment_methods import ConfirmedBy, Hold
from tenants.codes import VillageCode

SHARES = {"completed": 0.93, "cancelled": 0.03, "expired": 0.02, "refunded": 0.02}
COUNTER_HOLD = datetime.timedelta(hours=24)
COD_HOLD = datetime.timedelta(hours=12)
_NOTICED = datetime.timedelta(minutes=5)  # the sweep comes round

_BUYER_REASONS = ("Salah pilih barang", "Sudah dibelikan anak", "Uangnya dipakai dulu", "Ganti pesanan lain")
_SELLER_REASONS = (
    "Barang habis dibeli orang di warung",
    "Panen gagal karena hujan",
    "Penjual sedang sakit",
    "Barang rusak waktu disiapkan",
)
_REFUND_REASONS = {
    "sembako": ("Kemasan bocor", "Ada yang pecah di jalan"),
    "sayur-buah": ("Layu waktu sampai", "Ada yang busuk"),
    "jajanan": ("Remuk di jalan", "Tidak sesuai pesanan"),
    "rumah-tangga": ("Kemasan bocor", "Ukurannya salah"),
    "kerajinan": ("Jahitannya lepas", "Warnanya tidak sesuai"),
    "wisata": ("Hujan, acara tidak jadi",),
}


@dataclasses.dataclass(frozen=True)
class PlannedRefund:
    """Some pieces of one line are paid back after they were handed over."""

    good_key: str
    quantity: int
    at: datetime.datetime
    paid_out_at: datetime.datetime | None  # None: still to be fetched at the counter
    reason: str


@dataclasses.dataclass(frozen=True)
class Course:
    """The instants of one order. None: it does not happen, or not before the last moment."""

    outcome: str  # completed, cancelled, expired, refunded, open
    accepted_at: datetime.datetime | None = None
    paid_at: datetime.datetime | None = None  # equals handed_over_at when paid on delivery
    ready_at: datetime.datetime | None = None
    left_at: datetime.datetime | None = None  # with a courier or to the home BUMDes
    arrived_at: datetime.datetime | None = None  # at the home BUMDes
    handed_over_at: datetime.datetime | None = None
    cancelled_at: datetime.datetime | None = None
    cancelled_by: str = ""  # buyer, seller
    reason: str = ""
    expired_at: datetime.datetime | None = None
    refund: PlannedRefund | None = None

    @property
    def settled_at(self) -> datetime.datetime | None:
        """When it no longer counts as unpaid."""
        return self.paid_at or self.cancelled_at or self.expired_at


_INSTANTS = ("accepted_at", "paid_at", "ready_at", "left_at", "arrived_at", "handed_over_at", "cancelled_at", "expired_at")


def _is_paid_at_counter(method: str) -> bool:
    return payment_methods.of(method=method).confirmed_by is ConfirmedBy.COUNTER


def draw(source: random.Random) -> str:
    """What is to become of the next purchase."""
    return source.choices(tuple(SHARES), tuple(SHARES.values()))[0]


def courses(
    *,
    outcome: str,
    home_code: VillageCode,
    placed_at: datetime.datetime,
    until: datetime.datetime,
    basket: Mapping[VillageCode, Sequence[tuple[demo_goods.Good, int]]],
    choices: Mapping[VillageCode, tuple[str, str]],
    source: random.Random,
) -> dict[VillageCode, Course]:
    """The course of each seller's order in one purchase."""
    counter_paid_at = None
    if any(_is_paid_at_counter(method) for method, _ in choices.values()):
        counter_paid_at = trading_days.paid_at_counter(village=demo_villages.BY_CODE[home_code], placed_at=placed_at, source=source)
    courses = {
        code: _completed(code, home_code, placed_at, method, delivery, counter_paid_at, source)
        for code, (method, delivery) in sorted(choices.items())
    }
    if outcome == "cancelled":
        courses = _cancelled(courses, placed_at, source)
    elif outcome == "expired":
        courses = {code: _expired(course, placed_at, choices[code][0]) for code, course in courses.items()}
    elif outcome == "refunded":
        code = source.choice(sorted(courses))
        courses[code] = _refunded(courses[code], code, home_code, choices[code], basket[code], source)
    return {code: _cut(course, until) for code, course in courses.items()}


def _completed(
    seller_code: VillageCode,
    home_code: VillageCode,
    placed_at: datetime.datetime,
    method: str,
    delivery: str,
    counter_paid_at: datetime.datetime | None,
    source: random.Random,
) -> Course:
    """An order that goes well."""
    accepted_at = trading_days.answered(after=placed_at, source=source)
    paid_at = counter_paid_at if _is_paid_at_counter(method) else None
    ready_at = trading_days.packed(after=max(accepted_at, paid_at or accepted_at), source=source)
    left_at = arrived_at = None
    if delivery == "pickup_seller":
        seller = demo_villages.BY_CODE[seller_code]
        handed_over_at = trading_days.at_counter(village=seller, after=ready_at, least=15, most=900, source=source)
    else:
        left_at = trading_days.driven(after=ready_at, least=10, most=240, source=source)
        if delivery == "courier_seller":
            handed_over_at = trading_days.driven(after=left_at, least=15, most=90, source=source)
        else:
            arrived_at = trading_days.driven(after=left_at, least=25, most=120, source=source)
            if delivery == "courier_home":
                handed_over_at = trading_days.driven(after=arrived_at, least=20, most=240, source=source)
            else:
                home = demo_villages.BY_CODE[home_code]
                handed_over_at = trading_days.at_counter(village=home, after=arrived_at, least=20, most=1500, source=source)
    return Course(
        outcome="completed",
        accepted_at=accepted_at,
        paid_at=paid_at or handed_over_at,
        ready_at=ready_at,
        left_at=left_at,
        arrived_at=arrived_at,
        handed_over_at=handed_over_at,
    )


def _cancelled(courses: dict[VillageCode, Course], placed_at: datetime.datetime, source: random.Random) -> dict[VillageCode, Course]:
    """The buyer takes all of it back, or one seller cannot deliver and the others go on; both before the cash is there."""
    by_buyer = source.random() < 0.6
    if by_buyer:
        first = min(min(course.ready_at or placed_at, course.paid_at or placed_at) for course in courses.values())
        at = placed_at + (first - placed_at) * source.uniform(0.1, 0.8)
        return {code: _ended(course, at, "buyer", source.choice(_BUYER_REASONS)) for code, course in courses.items()}
    code = source.choice(sorted(courses))
    course = courses[code]
    first = min(course.ready_at or placed_at, course.paid_at or placed_at)
    at = placed_at + (first - placed_at) * source.uniform(0.3, 0.9)
    return {**courses, code: _ended(course, at, "seller", source.choice(_SELLER_REASONS))}


def _ended(course: Course, at: datetime.datetime, by: str, reason: str) -> Course:
    at = at.replace(microsecond=0)
    accepted_at = course.accepted_at if course.accepted_at and course.accepted_at < at else None
    return Course(outcome="cancelled", accepted_at=accepted_at, cancelled_at=at, cancelled_by=by, reason=reason)


def _expired(course: Course, placed_at: datetime.datetime, method: str) -> Course:
    """Nobody comes to the counter, or no seller answers."""
    if payment_methods.of(method=method).hold is Hold.UNTIL_PAID:
        return Course(outcome="expired", accepted_at=course.accepted_at, expired_at=placed_at + COUNTER_HOLD + _NOTICED)
    return Course(outcome="expired", expired_at=placed_at + COD_HOLD + _NOTICED)


def _refunded(
    course: Course,
    seller_code: VillageCode,
    home_code: VillageCode,
    choice: tuple[str, str],
    lines: Sequence[tuple[demo_goods.Good, int]],
    source: random.Random,
) -> Course:
    """Some pieces of one line come back after the handing over; the counter that took the cash pays them out."""
    if course.handed_over_at is None:
        return course
    good, quantity = source.choice(lines)
    at = trading_days.answered(after=course.handed_over_at + datetime.timedelta(minutes=40), source=source)
    holder = payment_methods.of(method=choice[0]).holder.of(seller=VillageCode(seller_code), home=VillageCode(home_code))
    payer = demo_villages.BY_CODE[holder]
    refund = PlannedRefund(
        good_key=good.key,
        quantity=source.randint(1, quantity),
        at=at,
        paid_out_at=trading_days.at_counter(village=payer, after=at, least=20, most=1500, source=source),
        reason=source.choice(_REFUND_REASONS[good.category]),
    )
    return dataclasses.replace(course, outcome="refunded", refund=refund)


def _cut(course: Course, until: datetime.datetime) -> Course:
    """The course as far as it has come at the last moment."""
    late: dict[str, Any] = {name: None for name in _INSTANTS if (at := getattr(course, name)) is not None and at > until}
    refund = course.refund
    if refund and refund.at > until:
        refund, outcome = None, "completed"
    else:
        outcome = course.outcome
        if refund and refund.paid_out_at and refund.paid_out_at > until:
            refund = dataclasses.replace(refund, paid_out_at=None)
    if late:
        outcome, refund = "open", None
    return dataclasses.replace(course, outcome=outcome, refund=refund, **late)
