"""Ten villages that look alike, and in everything that one of them says stands its own canary: a word that belongs to no other.

They trade with Sukamaju only, which says nothing of note: so a page of one of the ten may show no canary but its own. What each keeps of
a piece, and paid for it, are canaries too, in figures that stand for nothing else: they belong into its own back office alone.
"""

from __future__ import annotations

import dataclasses
import re
import uuid
from datetime import timedelta

from django.utils import timezone

from federation.buying import order_lines
from federation.models import Payment, Refund, SellerOrder
from marketplace import shops
from marketplace.goods import consignors, products, stock
from marketplace.models import OrderLine
from marketplace.orders import counter, reversals, steps
from settlement import advancing
from settlement.bank import account_changes
from settlement.cycles import carry_terms, cutoff, objections
from settlement.models import Obligation
from settlement.payments import cash_payments
from tenants import events
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.db import context
from tenants.people import permissions
from tenants.people.permissions import Principal
from tests.support import factories, shopping
from tests.support.settlement import rounds
from tests.support.shopping import NOON, later

CANARY = re.compile(r"kenari\d", re.I)
# As a page, a table or a row of the database writes them; never within a longer word or figure.
FIGURES = {"Margin": re.compile(r"(?<![\w.,-])3[.,]?77(\d)(?![\w-])"), "Modal": re.compile(r"(?<![\w.,-])2[.,]?66(\d)(?![\w-])")}
MORE = {f"34.02.90.20{number:02}": f"Desa Ke{number}" for number in range(4, 12)}
CODES = [factories.CIBIRU, factories.MELATI, *MORE]


@dataclasses.dataclass(frozen=True)
class Canary:
    """A village, its word, its manager, and what its pages are about."""

    code: VillageCode
    slug: str
    word: str
    manager: Principal
    things: dict[str, object]  # by the names that paths give to them


def people() -> dict[str, Principal]:
    """The manager of each of the ten."""
    staff = {factories.CIBIRU: factories.SARI.principal, factories.MELATI: factories.TINI.principal}
    for code in MORE:
        account = factories.MembershipFactory(village_code=code, role="manager", user__name=f"Pengelola {word(code)}").user
        staff[code] = permissions.principal(account_id=account.id, on=NOON.date())
    return staff


def word(code: str) -> str:
    """The village's canary."""
    return f"Kenari{CODES.index(code)}"


def secrets(code: str) -> set[str]:
    """The names of the village's figures, as `heard` gives them."""
    return {f"{name}{CODES.index(code)}" for name in FIGURES}


def heard(text: str) -> set[str]:
    """Every canary in a text: "Kenari3", "Margin3", "Modal3"."""
    words = {found.capitalize() for found in CANARY.findall(text)}
    return words | {f"{name}{number}" for name, figure in FIGURES.items() for number in figure.findall(text)}


def fill(code: str, *, by: Principal, carried: uuid.UUID) -> dict[str, object]:
    """Let a village do everything that leaves words behind; gives what its pages are about. `carried`: a product of Sukamaju."""
    own = word(code)
    with context.inside(code):
        words = ("bumdes_name", "about", "address", "hours", "carried_by")
        settings = dataclasses.replace(shops.settings(), **{name: f"{name} {own}" for name in words})
        shops.change(settings=settings, act=Act(by=by, at=NOON))
        maker = consignors.add(
            name=f"Penitip {own}", kind="umkm", phone="", margin_rupiah=3_770 + CODES.index(code), act=Act(by=by, at=NOON)
        )
        fields = products.ProductFields(
            name=f"Keripik {own}",
            description=f"Renyah dari {own}",
            unit=f"bungkus {own}",
            price_rupiah=10_000,
            category="jajanan",
            consignor_id=maker,
            made_here=True,
            flagship=True,
            published=True,
        )
        product = products.add(fields=fields, stock=50, act=Act(by=by, at=NOON))
        stock.receive(product_id=product, quantity=5, act=Act(by=by, at=later(1), key=f"terima {own}", reason=f"kiriman {own}"))
        stock.break_(product_id=product, quantity=1, act=Act(by=by, at=later(1), key=f"pecah {own}", reason=f"pecah {own}"))
    phones = iter(f"08125{CODES.index(code)}{number:06}" for number in range(20))

    def order(goods: uuid.UUID, *, home: str = code, **wishes: str) -> SellerOrder:
        placed = shopping.buy({goods: 1}, home=home, name=f"Pembeli {own}", phone=next(phones), **wishes)
        return SellerOrder.objects.select_related("purchase").get(purchase_id=placed.purchase_id)

    def pay(paid: SellerOrder) -> Payment:
        due = {"purchase_id": paid.purchase_id, "amount_rupiah": paid.total_rupiah}
        receipt = counter.confirm(village_code=VillageCode(paid.holder), act=Act(by=by, at=later(5), key=f"kas {paid.id}"), **due)
        return Payment.objects.get(id=receipt.payment_id)

    kept, undone, refunded = order(product), order(product), order(product)
    brought = order(product, method="cod_seller", delivery="courier_seller")
    leaving = order(product, home=factories.SUKAMAJU)
    parcel = order(carried)  # comes into it
    for one in (kept, undone, refunded, parcel):
        pay(one)
    _send(parcel)
    with context.inside(code):
        for accepted in (kept, leaving):
            steps.take(order_id=accepted.id, step="accept", form_state="placed", act=Act(by=by, at=later(6)))
        for step, state in (("accept", "placed"), ("pack", "accepted"), ("send", "ready"), ("hand_over", "underway")):
            cash = brought.total_rupiah if step == "hand_over" else None
            steps.take(order_id=brought.id, step=step, form_state=state, cash_rupiah=cash, act=Act(by=by, at=later(6)))
        reversals.cancel(order_id=refunded.id, act=Act(by=by, at=later(7), reason=f"habis di {own}"))
    counter.undo(village_code=VillageCode(code), payment_id=_payment(undone).id, act=Act(by=by, at=later(8), reason=f"salah {own}"))
    refund = Refund.objects.get(order=refunded)
    number = _payment(kept).receipt_number
    owed = order(carried)  # the village owes Sukamaju for it
    pay(owed)
    _send(owed)
    for step in ("arrived", "hand_over"):
        steps.take_at_home(village_code=VillageCode(code), order_id=owed.id, step=step, act=Act(by=by, at=later(10)))
    things = {"order_id": kept.id, "product_id": product, "consignor_id": maker, "code": kept.purchase.code, "number": number}
    things |= {"payment_id": _payment(kept).id, "refund_id": refund.id, "courier": by.account_id, "take_over_id": uuid.uuid4()}
    return {**things, "token": kept.purchase.token, "parcel": parcel.id}


def note_costs() -> None:
    """Goods have no cost yet; the lines of orders have a place for it, and whatever stands there is the seller's alone."""
    for order in SellerOrder.objects.filter(seller__in=CODES):
        lines = order_lines.read(order.lines)
        cost = 2_660 + CODES.index(VillageCode(order.seller))
        order.lines = order_lines.to_json(dataclasses.replace(line, cost_rupiah=cost) for line in lines)
        order.save(update_fields=["lines"])


def neighbour(carried: uuid.UUID) -> dict[str, object]:
    """What Sukamaju's own pages are about: it sells what is carried, and took cash for goods of the ten."""
    by = factories.RATNA.principal
    bought = [
        SellerOrder.objects.select_related("purchase").get(
            purchase_id=shopping.buy({carried: 1}, method="cod_seller", delivery="pickup_seller", phone=f"08125900000{number}").purchase_id
        )
        for number in range(2)
    ]
    with context.inside(factories.SUKAMAJU):
        for order in bought:
            for step, state in (("accept", "placed"), ("pack", "accepted"), ("hand_over", "ready")):
                steps.take(order_id=order.id, step=step, form_state=state, cash_rupiah=order.total_rupiah, act=Act(by=by, at=later(10)))
        line = OrderLine.objects.get(order=bought[1].id)
        terms = {"pieces": {line.id: 1}, "restock": True, "act": Act(by=by, at=later(11), key="kembali", reason="keliru")}
        reversals.take_back(order_id=bought[1].id, **terms)
        consignor = OrderLine.objects.values_list("consignor_id", flat=True).get(order=bought[0].id)
    kept, refund = bought[0], Refund.objects.get(order=bought[1])
    things = {"order_id": kept.id, "product_id": carried, "consignor_id": consignor, "code": kept.purchase.code}
    payment = _payment(kept)
    return {
        **things,
        "number": payment.receipt_number,
        "payment_id": payment.id,
        "refund_id": refund.id,
        "courier": by.account_id,
        "take_over_id": uuid.uuid4(),
    }


def settle(staff: dict[str, Principal]) -> dict[str, dict[str, object]]:
    """A cycle in which each of the ten owes Sukamaju, objects to the federation's fee, and announces cash: what the pages are about."""
    now = timezone.now()
    cutoff.cut_off(number=1, objection_days=1, collection_days=30, act=Act(by=rounds.MAKER, at=now - timedelta(days=2)))
    advancing.advance(number=1, at=now - timedelta(days=2))
    for code, by in staff.items():
        fee = Obligation.objects.filter(debtor=code, creditor=FEDERATION).values_list("id", flat=True)[0]
        act = Act(by=by, at=now - timedelta(days=2), reason=f"iuran keliru di {word(code)}")
        objections.object_to(number=1, obligation_id=fee, village_code=code, act=act)
    advancing.advance(number=1, at=now - timedelta(days=2))
    rounds.approve(at=now)
    advancing.advance(number=1, at=now)
    found: dict[str, dict[str, object]] = {}
    for code, by in staff.items():
        carry_terms.agree(village_code=code, amount_rupiah=1_000 + CODES.index(code), act=Act(by=by, at=now))
        account = {
            "bank": f"Bank {word(code)}",
            "bank_code": "900",
            "bic": "",
            "number": f"1234567{CODES.index(code)}",
            "holder": f"BUMDes {word(code)}",
        }
        account_changes.propose(party=code, **account, act=Act(by=by, at=now), village_code=code)
        legs = cash_payments.plan(number=1, giver=code, amount_rupiah=5_000, direct=True, act=Act(by=by, at=now))
        leg = next(leg for leg in legs if leg.receiver == factories.SUKAMAJU)
        owed = Obligation.objects.get(debtor=code, creditor=factories.SUKAMAJU)
        found[code] = {"cycle": 1, "obligation_id": owed.id, "leg_id": leg.id}
    return found


def _payment(order: SellerOrder) -> Payment:
    return Payment.objects.get(allocations__order=order)


def _send(order: SellerOrder) -> None:
    with context.inside(order.seller):
        for step, state in (("accept", "placed"), ("pack", "accepted"), ("send", "ready")):
            steps.take(order_id=order.id, step=step, form_state=state, carried_by="", act=Act(by=factories.RATNA.principal, at=later(9)))


def deliver_news() -> None:
    """What follows a commit: the notices that a village reads."""
    while events.sweep(at=later(60)):
        pass
