"""Five months of market, made in the order of time by checkout, taps, counter and reversals."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from deploy.demo import Progress, demo_cycles, demo_goods, demo_jobs, demo_people, demo_purchases, demo_villages, opening, timetable
from federation.buying import baskets, courier_cash, order_states, payment_methods, seller_orders
from federation.buying.order_drafts import CheckoutOption, Selection
from federation.buying.payment_methods import ConfirmedBy
from federation.reports import cash_book
from marketplace.checkout import place_order
from marketplace.goods import stock
from marketplace.orders import counter, expiry, order_queries, reversals, steps
from tenants import phones
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.db import context
from tenants.people.permissions import Principal

WAITING = 14  # purchases of the last hours, so that the desks have something to do
TAPS = {"accept": ("accept", "placed", "manager"), "pack": ("pack", "accepted", "service"), "leave": ("send", "ready", "courier")}


def run(*, full: bool, seed: int, goods: Mapping[str, UUID], progress: Progress) -> None:
    """Make April to August 2020, and some purchases of the last hours before now. `goods`: product id by the good's key."""
    found = demo_goods.goods(full=full, seed=seed)
    buyers = demo_people.buyers(full=full, seed=seed)
    planned = list(demo_purchases.purchases(full=full, seed=seed, goods=found, buyers=buyers))
    now = datetime.now(demo_villages.TIME_ZONE)
    planned += demo_purchases.waiting(now=now, count=WAITING, seed=seed, goods=found, buyers=buyers)
    table = timetable.steps(purchases=planned, restocks=demo_purchases.restocks(planned))
    runner = StepRunner(goods=goods)
    rounds = demo_cycles.Rounds(jobs=runner.jobs)
    for done, step in enumerate(table):
        if done % 50 == 0:
            progress(done, len(table), "belanja / purchases")
        rounds.until(step.at)
        runner.take(step)


class StepRunner:
    """Takes the steps of the timetable, each by one call of the market's own verbs with the step's instant as the clock."""

    def __init__(self, *, goods: Mapping[str, UUID]) -> None:
        self.goods = goods
        self.jobs = demo_jobs.hired(on=opening.OPENED_ON)
        self.placed: dict[int, place_order.Placed] = {}  # by id() of the planned purchase: two plans number from one
        self.orders: dict[int, UUID] = {}  # by id() of the planned order
        self.purchases: dict[UUID, UUID] = {}  # by the order's id
        self.brought_on: dict[UUID, date] = {}  # when each courier brought last what was taken on days before

    def take(self, step: timetable.Step) -> None:
        """Do one step."""
        if step.restock is not None:
            self._restock(step.restock, step.at)
        elif step.purchase is not None and step.kind == "place":
            self._place(step.purchase, step.at)
        elif step.purchase is not None and step.kind == "pay":
            self._pay(step.purchase, step.orders, step.at)
        elif step.purchase is not None:
            self._follow(step.kind, step.purchase, step.orders[0], step.at)

    def _restock(self, restock: demo_purchases.Restock, at: datetime) -> None:
        village = restock.good.village_code
        with context.inside(village):
            key = f"{restock.good.key}:{at.isoformat()}"
            by = self.jobs[village, "manager"]
            stock.receive(product_id=self.goods[restock.good.key], quantity=restock.quantity, act=Act(by=by, at=at, key=key))

    def _place(self, plan: demo_purchases.PlannedPurchase, at: datetime) -> None:
        quantities = {self.goods[line.good.key]: line.quantity for order in plan.orders for line in order.lines}
        token = baskets.fill(quantities=quantities, at=at).token
        placed = place_order.place(form=self._form(plan, token), at=at)
        self.placed[id(plan)] = placed
        ids = {row.seller: row.id for row in seller_orders.of_purchase(purchase_id=placed.purchase_id)}
        self.orders.update({id(order): ids[order.seller_code] for order in plan.orders})
        self.purchases.update(dict.fromkeys(ids.values(), placed.purchase_id))

    def _form(self, plan: demo_purchases.PlannedPurchase, token: str | None) -> place_order.Form:
        selections = {
            VillageCode(order.seller_code): Selection(CheckoutOption(order.method, order.delivery), order.rupiah + _fee_rupiah(plan, order))
            for order in plan.orders
        }
        return place_order.Form(
            form_key=uuid.uuid5(uuid.NAMESPACE_URL, f"purchase:{plan.number}:{plan.placed_at}").hex,
            token=token,
            account_id=None,
            buyer=place_order.Buyer(name=plan.buyer.name, phone=phones.normalise(plan.buyer.phone), address=plan.buyer.address),
            home_village=VillageCode(plan.buyer.home_code),
            selections=selections,
            source="",
        )

    def _pay(self, plan: demo_purchases.PlannedPurchase, orders: tuple[demo_purchases.PlannedOrder, ...], at: datetime) -> None:
        """At the counter; what is paid on delivery is taken with the hand-over."""
        if payment_methods.of(method=orders[0].method).confirmed_by is not ConfirmedBy.COUNTER:
            return
        placed, home = self.placed[id(plan)], VillageCode(plan.buyer.home_code)
        rows = seller_orders.of_purchase(purchase_id=placed.purchase_id)
        due = [row for row in rows if row.method == orders[0].method and row.paid_at is None and row.ended_at is None]
        counter.confirm(
            village_code=home,
            purchase_id=placed.purchase_id,
            amount_rupiah=sum(row.total_rupiah for row in due),
            act=Act(by=self.jobs[home, "cashier"], at=at, key=uuid.uuid5(placed.purchase_id, at.isoformat()).hex),
        )

    def _follow(self, kind: str, plan: demo_purchases.PlannedPurchase, order: demo_purchases.PlannedOrder, at: datetime) -> None:
        order_id, seller, home = self.orders[id(order)], order.seller_code, plan.buyer.home_code
        if kind == "arrive" or (kind == "hand_over" and order.delivery in order_states.AT_HOME):
            self._at_home(VillageCode(home), order, order_id, "arrived" if kind == "arrive" else kind, at)
        elif kind in TAPS or kind == "hand_over":
            self._tap(kind, order, order_id, at)
        elif kind == "cancel" and order.course.cancelled_by == "buyer" and order.course.accepted_at is None:
            reversals.cancel_by_buyer(token=self.placed[id(plan)].token, order_id=order_id, at=at)
        elif kind == "cancel":
            with context.inside(seller):
                reversals.cancel(order_id=order_id, act=Act(by=self.jobs[seller, "manager"], at=at, reason=order.course.reason))
        elif kind == "expire":
            expiry.expire_due(at=at)
        elif kind == "refund":
            self._take_back(order, order_id, at)
        elif kind == "pay_out":
            for refund in cash_book.refunds_of(order_id=order_id):
                where = refund.village_code
                counter.pay_out(village_code=where, refund_id=refund.id, act=Act(by=self.jobs[where, "cashier"], at=at))

    def _tap(self, kind: str, order: demo_purchases.PlannedOrder, order_id: UUID, at: datetime) -> None:
        if kind == "leave" and order.delivery == "pickup_seller":
            return
        underway = ("hand_over", "underway", "courier")
        step, state, role = TAPS.get(kind, ("hand_over", "ready", "cashier") if order.delivery == "pickup_seller" else underway)
        with context.inside(order.seller_code):
            by = self.jobs[order.seller_code, role]
            self._hand_in(VillageCode(order.seller_code), by, at)
            steps.take(
                order_id=order_id,
                step=step,
                form_state=state,
                cash_rupiah=self._cash(order_id) if step == "hand_over" else None,
                act=Act(by=by, at=at),
            )

    def _at_home(self, home: VillageCode, order: demo_purchases.PlannedOrder, order_id: UUID, step: str, at: datetime) -> None:
        by = self.jobs[home, "courier" if order.delivery == "courier_home" else "cashier"]
        cash = self._cash(order_id) if step == "hand_over" else None
        self._hand_in(home, by, at)
        steps.take_at_home(village_code=home, order_id=order_id, step=step, cash_rupiah=cash, act=Act(by=by, at=at))

    def _hand_in(self, village: VillageCode, by: Principal, at: datetime) -> None:
        """What a courier took at doors on days before is brought to the cashier, before the courier goes out again."""
        if by.account_id is None or self.brought_on.get(by.account_id) == at.date():
            return
        self.brought_on[by.account_id] = at.date()
        for carried in courier_cash.held(village_code=village, courier=by.account_id):
            if carried.receipts[-1].confirmed_at.date() < at.date():
                key = uuid.uuid5(carried.courier, at.isoformat()).hex
                act = Act(by=self.jobs[village, "cashier"], at=at, key=key)
                counter.hand_in(village_code=village, courier=carried.courier, amount_rupiah=carried.amount_rupiah, act=act)

    def _cash(self, order_id: UUID) -> int:
        """What the buyer pays at the door, where it is not paid already."""
        rows = seller_orders.of_purchase(purchase_id=self.purchases[order_id])
        return next(row.total_rupiah for row in rows if row.id == order_id)

    def _take_back(self, order: demo_purchases.PlannedOrder, order_id: UUID, at: datetime) -> None:
        refund = order.course.refund
        if refund is None:
            return
        with context.inside(order.seller_code):
            of = self.goods[refund.good_key]
            pieces = {line.id: refund.quantity for line in order_queries.lines_of(order_id=order_id) if line.product_id == of}
            by = self.jobs[order.seller_code, "cashier"]
            key = refund.at.isoformat()
            reversals.take_back(order_id=order_id, pieces=pieces, restock=False, act=Act(by=by, at=at, key=key, reason=refund.reason))


def _fee_rupiah(plan: demo_purchases.PlannedPurchase, order: demo_purchases.PlannedOrder) -> int:
    """What the buyer saw as the fee of the option that was chosen."""
    if order.delivery == "courier_home":
        return demo_villages.BY_CODE[plan.buyer.home_code].own_fee_rupiah
    if order.delivery == "courier_seller":
        seller = demo_villages.BY_CODE[order.seller_code]
        return seller.own_fee_rupiah if seller.code == plan.buyer.home_code else seller.other_fee_rupiah
    return 0
