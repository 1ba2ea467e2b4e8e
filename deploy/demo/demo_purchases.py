"""The purchases of the demonstration: who buys what from whom, how it is paid and brought, and what becomes of it.

Everything here is a plan; the demonstration plays it through the market's own code with the clock passed in.
"""

from __future__ import annotations

import bisect
import collections
import dataclasses
import datetime
import itertools
import random
from collections.abc import Iterable, Iterator, Sequence

from deploy.demo import demo_goods, demo_people, demo_villages, scenarios, trading_days
from federation.buying.payment_methods import Method
from tenants.codes import VillageCode

COUNT_SMALL = 600
COUNT_FULL = 4600

_SELLERS = {1: 0.44, 2: 0.31, 3: 0.17, 4: 0.08}
_LINES = {1: 2, 2: 4, 3: 7, 4: 11, 5: 13, 6: 14, 7: 13, 8: 12, 9: 10, 10: 7, 11: 5, 12: 5}
_UNPAID_MOST = 2  # at the same time by one telephone; the market refuses the fourth
_FROM_DAY = {"kerajinan": datetime.date(2020, 6, 1), "wisata": datetime.date(2020, 7, 4)}  # crafts and tours came later
_LIKING = {"sembako": 1.45, "sayur-buah": 1.1, "jajanan": 0.8, "rumah-tangga": 0.6, "kerajinan": 0.6, "wisata": 0.6}
_QUANTITIES = (  # below this price: how many pieces, by weight
    (4_000, {1: 3, 2: 5, 3: 4, 4: 2, 5: 2}),
    (12_000, {1: 4, 2: 5, 3: 3, 4: 2}),
    (35_000, {1: 5, 2: 4, 3: 2}),
    (90_000, {1: 5, 2: 3}),
)


@dataclasses.dataclass(frozen=True)
class PlannedLine:
    """So many pieces of one good."""

    good: demo_goods.Good
    quantity: int

    @property
    def rupiah(self) -> int:
        return self.good.price_rupiah * self.quantity


@dataclasses.dataclass(frozen=True)
class PlannedOrder:
    """One seller's part. An instant that is None does not come (any more) before the last moment."""

    seller_code: VillageCode
    lines: tuple[PlannedLine, ...]
    method: Method
    delivery: str  # pickup_seller, pickup_home, courier_seller, courier_home
    course: scenarios.Course

    @property
    def rupiah(self) -> int:
        """The goods, without delivery."""
        return sum(line.rupiah for line in self.lines)


@dataclasses.dataclass(frozen=True)
class PlannedPurchase:
    """What one buyer orders at once."""

    number: int
    buyer: demo_people.Buyer
    placed_at: datetime.datetime
    orders: tuple[PlannedOrder, ...]  # by the sellers' codes

    @property
    def rupiah(self) -> int:
        """The goods, without delivery."""
        return sum(order.rupiah for order in self.orders)


@dataclasses.dataclass(frozen=True)
class Restock:
    """Pieces that come in before the market opens on a day."""

    at: datetime.datetime
    good: demo_goods.Good
    quantity: int


class _Offers:
    """The goods of one village with how likely each is taken."""

    def __init__(self, found: Sequence[demo_goods.Good]) -> None:
        self.goods = [good for good in found if good.stock > 0]
        weights = [(good.demand + 0.5) ** 1.5 * _LIKING[good.category] for good in self.goods]
        self._ends = list(itertools.accumulate(weights))

    def take(self, *, on: datetime.date, names: set[str], source: random.Random) -> demo_goods.Good | None:
        """One good of a name that is not in the basket yet; None when ten draws found nothing."""
        for _ in range(10):
            good = self.goods[bisect.bisect(self._ends, source.random() * self._ends[-1])]
            if good.name not in names and on >= _FROM_DAY.get(good.category, trading_days.FIRST_DAY):
                names.add(good.name)
                return good
        return None


def purchases(*, full: bool, seed: int, goods: Sequence[demo_goods.Good], buyers: Sequence[demo_people.Buyer]) -> Iterator[PlannedPurchase]:
    """The purchases in the order of their placing: 600 of them, or 4,600 when full."""
    source = random.Random(f"purchases-{seed}-{full}")  # noqa: S311 - a plan, no secret
    times = trading_days.placing_times(count=COUNT_FULL if full else COUNT_SMALL, source=source)
    yield from plan(times=times, until=trading_days.LAST_MOMENT, goods=goods, buyers=buyers, source=source)


def waiting(
    *, now: datetime.datetime, count: int, seed: int, goods: Sequence[demo_goods.Good], buyers: Sequence[demo_people.Buyer]
) -> Iterator[PlannedPurchase]:
    """Some purchases of the last ten hours before `now`, in every stage: so that the desks have something to do."""
    source = random.Random(f"waiting-{seed}")  # noqa: S311
    local = now.astimezone(demo_villages.TIME_ZONE).replace(microsecond=0)
    times = sorted(local - datetime.timedelta(minutes=3 + 597 * turn // count) for turn in range(count))
    yield from plan(times=times, until=local, goods=goods, buyers=buyers, source=source, outcome="completed")


def plan(
    *,
    times: Sequence[datetime.datetime],
    until: datetime.datetime,
    goods: Sequence[demo_goods.Good],
    buyers: Sequence[demo_people.Buyer],
    source: random.Random,
    outcome: str = "",
) -> Iterator[PlannedPurchase]:
    """One purchase for each time; what would happen after `until` does not happen yet."""
    by_village: dict[str, list[demo_goods.Good]] = {village.code: [] for village in demo_villages.VILLAGES}
    for good in goods:
        by_village[good.village_code].append(good)
    offers = {code: _Offers(found) for code, found in by_village.items()}
    ends = list(itertools.accumulate(buyer.activity for buyer in buyers))
    unpaid: dict[int, list[datetime.datetime]] = collections.defaultdict(list)
    for number, placed_at in enumerate(times, start=1):
        buyer = _next_buyer(buyers, ends, unpaid, placed_at, source)
        basket = _basket(buyer, offers, placed_at.date(), source)
        choices = _choices(buyer, list(basket), source)
        courses = scenarios.courses(
            outcome=outcome or scenarios.draw(source),
            home_code=buyer.home_code,
            placed_at=placed_at,
            until=until,
            basket=basket,
            choices=choices,
            source=source,
        )
        orders = tuple(
            PlannedOrder(
                seller_code=code,
                lines=tuple(itertools.starmap(PlannedLine, basket[code])),
                method=method,
                delivery=delivery,
                course=courses[code],
            )
            for code, (method, delivery) in sorted(choices.items())
        )
        unpaid[buyer.number].append(max(order.course.settled_at or until for order in orders))
        yield PlannedPurchase(number=number, buyer=buyer, placed_at=placed_at, orders=orders)


def _next_buyer(
    buyers: Sequence[demo_people.Buyer],
    ends: list[float],
    unpaid: dict[int, list[datetime.datetime]],
    at: datetime.datetime,
    source: random.Random,
) -> demo_people.Buyer:
    while True:
        buyer = buyers[bisect.bisect(ends, source.random() * ends[-1])]
        unpaid[buyer.number] = [until for until in unpaid[buyer.number] if until >= at]
        if len(unpaid[buyer.number]) < _UNPAID_MOST:
            return buyer


def _basket(
    buyer: demo_people.Buyer, offers: dict[str, _Offers], on: datetime.date, source: random.Random
) -> dict[VillageCode, list[tuple[demo_goods.Good, int]]]:
    """What is bought from each seller: mostly at home and at the neighbours'."""
    lines = source.choices(tuple(_LINES), tuple(_LINES.values()))[0]
    sellers = _sellers(buyer, min(lines, source.choices(tuple(_SELLERS), tuple(_SELLERS.values()))[0]), source)
    names: set[str] = set()
    basket: dict[VillageCode, list[tuple[demo_goods.Good, int]]] = {}
    turns = sellers + source.choices(sellers, [2.5] + [1.0] * (len(sellers) - 1), k=lines - len(sellers))
    for code in turns:
        good = offers[code].take(on=on, names=names, source=source)
        if good:
            basket.setdefault(code, []).append((good, _quantity(good, source)))
    return basket or _basket(buyer, offers, on, source)


def _sellers(buyer: demo_people.Buyer, count: int, source: random.Random) -> list[VillageCode]:
    """The seller villages, the most important first."""
    everyone = [village.code for village in demo_villages.VILLAGES]
    sizes = {village.code: float(village.size) for village in demo_villages.VILLAGES}
    if buyer.home_code:
        home = demo_villages.BY_CODE[buyer.home_code]
        for place, slug in enumerate(home.near):
            sizes[demo_villages.BY_SLUG[slug].code] *= 5 - place
        sizes[home.code] = 4.0 * sum(sizes.values())
    found: list[VillageCode] = []
    while len(found) < count:
        code = source.choices(everyone, [sizes[code] for code in everyone])[0]
        if code not in found:
            found.append(code)
            sizes[code] = 0.0
    return found


def _quantity(good: demo_goods.Good, source: random.Random) -> int:
    for below, quantities in _QUANTITIES:
        if good.price_rupiah < below:
            return source.choices(tuple(quantities), tuple(quantities.values()))[0]
    return 1


def _choices(buyer: demo_people.Buyer, sellers: Sequence[VillageCode], source: random.Random) -> dict[VillageCode, tuple[Method, str]]:
    """How each seller is paid and how the goods come; one habit per purchase, now and then another for one seller.

    The home counter takes cash for any delivery; the home courier and pick-up point take cash for what passes through them, and the
    seller for what he brings or hands out himself. From outside the federation only the seller can take it.
    """
    if not buyer.home_code:
        return {code: (Method.COD_SELLER, _either(source, 0.6, "courier_seller", "pickup_seller")) for code in sellers}
    pays_at_counter = source.random() < 0.56
    brought = source.random() < 0.52
    found = {}
    for code in sellers:
        same_habit = source.random() < 0.9
        counter, courier = (pays_at_counter, brought) if same_habit else (source.random() < 0.5, source.random() < 0.5)
        if code == buyer.home_code:
            found[code] = (Method.COUNTER if counter else Method.COD_SELLER, "courier_seller" if courier else "pickup_seller")
            continue
        through_home = source.random() < (0.8 if counter else 0.65)
        if through_home:
            found[code] = (Method.COUNTER if counter else Method.COD_HOME, "courier_home" if courier else "pickup_home")
        else:
            found[code] = (Method.COUNTER if counter else Method.COD_SELLER, _either(source, 0.75, "courier_seller", "pickup_seller"))
    return found


def _either(source: random.Random, share: float, one: str, other: str) -> str:
    return one if source.random() < share else other


def restocks(planned: Iterable[PlannedPurchase]) -> list[Restock]:
    """What must come in, and when, so that no purchase meets an empty shelf; nothing that was given free again is counted on."""
    left: dict[str, int] = {}
    coming: dict[tuple[datetime.date, str], Restock] = {}
    for purchase in planned:
        day = purchase.placed_at.date()
        at = min(
            datetime.datetime.combine(day, datetime.time(5, 0), demo_villages.TIME_ZONE), purchase.placed_at - datetime.timedelta(minutes=5)
        )
        for line in itertools.chain.from_iterable(order.lines for order in purchase.orders):
            good = line.good
            left[good.key] = left.get(good.key, good.stock) - line.quantity
            if left[good.key] < 0:
                lot = max(good.stock, 6, -left[good.key])
                before = coming.get((day, good.key))
                coming[day, good.key] = Restock(at=at, good=good, quantity=lot + (before.quantity if before else 0))
                left[good.key] += lot
    return sorted(coming.values(), key=lambda restock: (restock.at, restock.good.key))
