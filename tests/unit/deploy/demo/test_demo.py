"""The demonstration's facts hold together before anything is played: counts, prices, telephones, ways to pay, stock, sums."""

from __future__ import annotations

import collections
import datetime
import itertools

import phonenumbers
import pytest

from deploy.demo import demo_consignors, demo_goods, demo_people, demo_purchases, demo_villages, scenarios, timetable, trading_days
from federation.buying.order_drafts import CheckoutOption
from federation.catalogue.categories import CATEGORIES
from federation.members.profiles import VillageProfile
from marketplace.checkout import options
from marketplace.models import Consignor, Product
from tenants import codes
from tenants.codes import VillageCode

SEED = 2020


def _plan(*, full: bool, seed: int = SEED) -> tuple[list[demo_goods.Good], list[demo_purchases.PlannedPurchase]]:
    goods = demo_goods.goods(full=full, seed=seed)
    return goods, list(demo_purchases.purchases(full=full, seed=seed, goods=goods, buyers=demo_people.buyers(full=full, seed=seed)))


@pytest.fixture(scope="module", params=[False, True], ids=["small", "full"])
def planned(request: pytest.FixtureRequest) -> tuple[bool, list[demo_goods.Good], list[demo_purchases.PlannedPurchase]]:
    return (request.param, *_plan(full=request.param))


def test_ten_villages_of_bantul_with_valid_codes_and_neighbours() -> None:
    assert len(demo_villages.VILLAGES) == 10
    assert sum(village.founder for village in demo_villages.VILLAGES) == 5
    assert [village.code for village in demo_villages.VILLAGES] == sorted(demo_villages.BY_CODE)
    for village in demo_villages.VILLAGES:
        assert village.code.startswith("34.02.")
        assert codes.digits(village.code)
        assert set(village.near) < set(demo_villages.BY_SLUG) - {village.slug}
        assert len(village.counter_address) <= 200
        assert len(village.hours) <= 100


def test_157_consignors_of_every_kind_with_one_margin_each() -> None:
    found = demo_consignors.consignors()

    assert len(found) == 157
    assert len({(consignor.village_code, consignor.name) for consignor in found}) == 157
    assert {consignor.kind for consignor in found} == set(Consignor.Kind) == set(demo_consignors.KINDS)
    assert [sum(consignor.kind == kind for consignor in found) for kind in ("elders", "disability")] == [1, 1]
    for consignor in found:
        assert (consignor.margin_rupiah is None) != (consignor.margin_basis_points is None)
        assert 500 <= (consignor.margin_rupiah or 500) <= 1000
        assert 300 <= (consignor.margin_basis_points or 300) <= 800


def test_goods_are_as_many_as_promised_and_fit_the_market() -> None:
    small, full = (demo_goods.goods(full=full, seed=SEED) for full in (False, True))

    assert (len(small), len(full)) == (demo_goods.COUNT_SMALL, demo_goods.COUNT_FULL) == (1200, 3800)
    assert set(small) <= set(full)
    assert demo_goods.CATEGORIES == CATEGORIES
    assert {good.category for good in small} == set(CATEGORIES)
    margins = {consignor.key: consignor for consignor in demo_consignors.consignors()}
    for good in full:
        assert 0 < len(good.name) <= Product._meta.get_field("name").max_length
        assert 0 < len(good.unit) <= Product._meta.get_field("unit").max_length
        assert good.description.endswith(".")
        assert good.price_rupiah > (margins[good.consignor_key].margin_rupiah or 0)
        assert good.price_rupiah % 100 == 0
        assert good.stock >= 0
        assert margins[good.consignor_key].village_code == good.village_code
    assert set(margins) == {good.consignor_key for good in small}
    assert len({(good.consignor_key, good.name, good.unit) for good in full}) == len(full)
    assert max(collections.Counter((good.village_code, good.name, good.unit) for good in full).values()) <= 3
    for slug in demo_villages.BY_SLUG:
        assert 1 <= sum(good.flagship for good in small if good.village_code == demo_villages.BY_SLUG[slug].code) <= 4


def test_what_is_sold_where_it_grows_is_made_there_and_tours_come_from_the_villages_unit() -> None:
    kinds = {consignor.key: consignor for consignor in demo_consignors.consignors()}
    for good in demo_goods.goods(full=True, seed=SEED):
        assert good.made_here or not good.flagship
        if good.category == "wisata":
            assert kinds[good.consignor_key].kind == "bumdes"
            assert good.made_here
        if good.name.startswith("Bayam"):
            assert set(kinds[good.consignor_key].trades) & {"sayur", "toko"}


def test_same_seed_same_federation_and_another_seed_another() -> None:
    assert _plan(full=False) == _plan(full=False)
    assert _plan(full=False, seed=1)[0] != _plan(full=False)[0]
    assert demo_people.buyers(full=False, seed=SEED) == demo_people.buyers(full=True, seed=SEED)[: demo_people.BUYERS_SMALL]


def test_telephones_are_valid_mobile_numbers_and_belong_to_one_person() -> None:
    everyone = [*demo_people.buyers(full=True, seed=SEED), *demo_people.staff()]

    assert len({person.phone for person in everyone}) == len(everyone)
    for person in everyone:
        number = phonenumbers.parse(person.phone, "ID")
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE


def test_every_village_and_the_federation_have_their_people() -> None:
    roles = collections.Counter((person.village_code, person.role) for person in demo_people.staff())

    wanted = set(itertools.product(demo_villages.BY_CODE, demo_people.VILLAGE_ROLES)) | {
        ("", role) for role in ("operator", "approver", "auditor")
    }
    assert roles == dict.fromkeys(wanted, 1)
    buyers = demo_people.buyers(full=False, seed=SEED)
    assert {buyer.home_code for buyer in buyers} == {"", *demo_villages.BY_CODE}
    assert 0 < sum(buyer.has_account for buyer in buyers) < len(buyers) / 20


def test_turnover_and_rhythm_are_those_of_2020(planned: tuple[bool, list[demo_goods.Good], list[demo_purchases.PlannedPurchase]]) -> None:
    full, _, purchases = planned
    handed_over = sum(order.rupiah for purchase in purchases for order in purchase.orders if order.course.handed_over_at)
    months = collections.Counter(purchase.placed_at.month for purchase in purchases)
    weekdays = collections.Counter(purchase.placed_at.weekday() for purchase in purchases)

    assert len(purchases) == (4600 if full else 600)
    if full:
        assert 920_000_000 <= handed_over <= 1_000_000_000
    assert 190_000 <= sum(purchase.rupiah for purchase in purchases) / len(purchases) <= 230_000
    assert months[4] < months[5] < months[6] * 1.1
    assert {day for day, _ in weekdays.most_common(2)} == {6, 0}
    assert [purchase.placed_at for purchase in purchases] == sorted(purchase.placed_at for purchase in purchases)
    assert purchases[0].placed_at.date() >= trading_days.FIRST_DAY
    assert purchases[-1].placed_at < trading_days.LAST_MOMENT
    sellers = collections.Counter(len(purchase.orders) for purchase in purchases)
    assert set(sellers) == {1, 2, 3, 4}
    lines = [sum(len(order.lines) for order in purchase.orders) for purchase in purchases]
    assert (min(lines), max(lines)) == (1, 12)


def test_every_way_to_pay_and_to_get_the_goods_is_open_to_its_buyer(
    planned: tuple[bool, list[demo_goods.Good], list[demo_purchases.PlannedPurchase]],
) -> None:
    _, _, purchases = planned
    shop = VillageProfile(village_code=VillageCode(""), slug="", name="", bumdes_name="", address="", hours="")  # as a new one
    met = set()
    for purchase in purchases:
        for order in purchase.orders:
            home = purchase.buyer.home_code
            terms = {"seller": order.seller_code, "shop": shop, "home": home, "home_shop": shop if home else None}
            assert options.find(option=CheckoutOption(order.method, order.delivery), **terms)
            met.add((order.method, order.delivery))
            assert all(line.good.village_code == order.seller_code for line in order.lines)
            assert all(0 < line.quantity <= 10 for line in order.lines)
            assert len({line.good.key for line in order.lines}) == len(order.lines)
    assert len(met) == 8


def test_instants_follow_each_other_and_holds_are_kept(
    planned: tuple[bool, list[demo_goods.Good], list[demo_purchases.PlannedPurchase]],
) -> None:
    _, _, purchases = planned
    for purchase in purchases:
        assert (
            len({order.course.paid_at for order in purchase.orders if order.method == "counter" and order.course.outcome != "cancelled"})
            <= 1
        )
        for order in purchase.orders:
            course = order.course
            instants = (course.accepted_at, course.ready_at, course.left_at, course.arrived_at, course.handed_over_at)
            row = [purchase.placed_at, *(at for at in instants if at)]
            assert row == sorted(row)
            assert row[-1] <= trading_days.LAST_MOMENT
            if order.method == "counter" and course.paid_at:
                assert (
                    purchase.placed_at
                    < course.paid_at
                    <= min(purchase.placed_at + scenarios.COUNTER_HOLD, course.ready_at or trading_days.LAST_MOMENT)
                )
                assert course.paid_at.weekday() == 6 or course.paid_at.time() <= demo_villages.BY_CODE[purchase.buyer.home_code].closes
            elif course.paid_at:
                assert course.paid_at == course.handed_over_at
                assert course.accepted_at
                assert course.accepted_at < purchase.placed_at + scenarios.COD_HOLD
            if course.cancelled_at:
                assert purchase.placed_at < course.cancelled_at
                assert course.paid_at is None
                assert course.reason
            if course.refund:
                line = next(line for line in order.lines if line.good.key == course.refund.good_key)
                assert 0 < course.refund.quantity <= line.quantity
                assert course.handed_over_at
                assert course.refund.at > course.handed_over_at


def test_most_end_well_some_do_not_and_the_last_are_under_way(
    planned: tuple[bool, list[demo_goods.Good], list[demo_purchases.PlannedPurchase]],
) -> None:
    _, _, purchases = planned
    shares = {
        outcome: sum(any(order.course.outcome == outcome for order in purchase.orders) for purchase in purchases) / len(purchases)
        for outcome in ("completed", "cancelled", "expired", "refunded", "open")
    }

    assert shares["completed"] > 0.9
    assert 0.01 < shares["cancelled"] < 0.05
    assert 0.01 < shares["expired"] < 0.04
    assert 0.01 < shares["refunded"] < 0.04
    assert 0.003 < shares["open"] < 0.04
    stages = {_stage(order.course) for purchase in purchases for order in purchase.orders if order.course.outcome == "open"}
    assert len(stages) >= 3


def _stage(course: scenarios.Course) -> str:
    steps = ("left_at", "ready_at", "paid_at", "accepted_at")
    return next((name for name in steps if getattr(course, name)), "placed_at")


def test_no_telephone_ever_has_a_third_unpaid_purchase(
    planned: tuple[bool, list[demo_goods.Good], list[demo_purchases.PlannedPurchase]],
) -> None:
    _, _, purchases = planned
    unpaid: dict[str, list[datetime.datetime]] = collections.defaultdict(list)
    for purchase in purchases:
        still = [until for until in unpaid[purchase.buyer.phone] if until >= purchase.placed_at]
        assert len(still) < 2
        until = max(order.course.settled_at or trading_days.LAST_MOMENT for order in purchase.orders)
        unpaid[purchase.buyer.phone] = [*still, until]


def test_no_purchase_meets_an_empty_shelf_when_the_restocks_come_in(
    planned: tuple[bool, list[demo_goods.Good], list[demo_purchases.PlannedPurchase]],
) -> None:
    _, goods, purchases = planned
    restocks = demo_purchases.restocks(purchases)
    on_hand = {good.key: good.stock for good in goods}
    short = 0

    for step in timetable.steps(purchases=purchases, restocks=restocks):
        if step.restock:
            on_hand[step.restock.good.key] += step.restock.quantity
        elif step.kind == "place":
            for line in itertools.chain.from_iterable(order.lines for order in step.orders):
                on_hand[line.good.key] -= line.quantity
                short += on_hand[line.good.key] < 0

    assert restocks
    assert short == 0


def test_crafts_and_tours_came_later(planned: tuple[bool, list[demo_goods.Good], list[demo_purchases.PlannedPurchase]]) -> None:
    _, _, purchases = planned
    first: dict[str, datetime.date] = {}
    for purchase in purchases:
        for line in itertools.chain.from_iterable(order.lines for order in purchase.orders):
            first.setdefault(line.good.category, purchase.placed_at.date())

    assert set(first) == set(CATEGORIES)
    assert first["kerajinan"] >= datetime.date(2020, 6, 1)
    assert first["wisata"] >= datetime.date(2020, 7, 4)


def test_steps_are_in_order_and_every_counter_payment_is_one_step() -> None:
    _, purchases = _plan(full=False)
    steps = timetable.steps(purchases=purchases, restocks=demo_purchases.restocks(purchases))
    kinds = collections.Counter(step.kind for step in steps)

    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert set(kinds) == set(timetable.KINDS)
    assert kinds["place"] == len(purchases)
    assert kinds["hand_over"] == sum(1 for purchase in purchases for order in purchase.orders if order.course.handed_over_at)
    counter = [step for step in steps if step.kind == "pay" and step.orders[0].method == "counter"]
    assert len({step.purchase.number for step in counter if step.purchase}) == len(counter)


def test_waiting_purchases_lie_in_the_last_hours_and_are_not_finished_all() -> None:
    goods, _ = _plan(full=False)
    now = datetime.datetime(2026, 11, 22, 4, 0, tzinfo=datetime.UTC)
    buyers = demo_people.buyers(full=False, seed=SEED)

    waiting = list(demo_purchases.waiting(now=now, count=12, seed=SEED, goods=goods, buyers=buyers))

    assert len(waiting) == 12
    for purchase in waiting:
        assert now - datetime.timedelta(hours=10, minutes=5) < purchase.placed_at < now
    assert len({_stage(order.course) for purchase in waiting for order in purchase.orders if not order.course.handed_over_at}) >= 3
