"""Three cycles in which everything happened once: one that was objected to and closed with a rest, one given up, one that collects."""

from __future__ import annotations

import uuid
from datetime import timedelta

from federation.models import SellerOrder
from marketplace.models import OrderLine
from marketplace.orders import counter, counter_queries, reversals, steps
from settlement import advancing
from settlement.bank.statement_files import references
from settlement.cycles import approving, carry_terms, objections
from settlement.models import Objection, Obligation, PaymentLeg, StatementLine
from settlement.payments import bank_files, cash_payments, payouts
from settlement.statement_lines import explaining, suspense
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, shopping
from tests.support.settlement import bank_days, rounds
from tests.support.settlement.rounds import MAKER, SECOND, T0

SUKAMAJU, CIBIRU, MELATI = factories.SUKAMAJU, factories.CIBIRU, factories.MELATI
DAY = timedelta(days=1)
BEFORE = shopping.NOON - 10 * DAY  # long before all other trade of the lived-in market
LATE = T0 + 8 * DAY


def live(chips: uuid.UUID) -> None:
    """Trade between the three villages, and its cycles; `chips` are Cibiru's."""
    rice = shopping.product(SUKAMAJU, name="Beras merah", price_rupiah=7_000, stock=100)
    sold = sell(chips, pieces=8)
    disputed = sell(chips, pieces=1)
    sell(rice, home=MELATI, pieces=1)
    sell(rice, home=CIBIRU, pieces=2)
    _accounts()
    _first(sold, disputed)
    _given_up(sell(chips, pieces=5))
    _third(sell(chips, home=MELATI, pieces=2))


def sell(product: uuid.UUID, *, home: str = SUKAMAJU, pieces: int) -> uuid.UUID:
    """A sale paid at the home village's counter and handed over by the seller's courier; gives the order."""
    placed = shopping.buy({product: pieces}, at=BEFORE, home=home, delivery="courier_seller")
    order = SellerOrder.objects.select_related("purchase").get(purchase_id=placed.purchase_id)
    due = counter_queries.find(village_code=home, code=order.purchase.code).due_rupiah
    counter.confirm(
        village_code=home,
        purchase_id=order.purchase_id,
        amount_rupiah=due,
        act=Act(by=factories.staff(home, "cashier"), at=BEFORE, key=uuid.uuid4().hex),
    )
    with context.inside(order.seller):
        for step, before in (("accept", "placed"), ("pack", "accepted"), ("send", "ready"), ("hand_over", "underway")):
            cash = {"cash_rupiah": due} if step == "hand_over" else {}
            steps.take(order_id=order.id, step=step, form_state=before, act=Act(by=factories.staff(order.seller), at=BEFORE), **cash)
    return order.id


def _accounts() -> None:
    rounds.bank_accounts(SUKAMAJU, CIBIRU)
    carry_terms.set_debtor_limit(village_code=SUKAMAJU, amount_rupiah=3_000, act=Act(by=MAKER, at=T0, reason="panen bulan depan"))
    carry_terms.agree(village_code=CIBIRU, amount_rupiah=2_000, act=Act(by=MAKER, at=T0))


def _first(sold: uuid.UUID, disputed: uuid.UUID) -> None:
    """Frozen twice, refunded meanwhile, half collected, one payout returned and sent again, closed with a rest; one returns later."""
    rounds.proposed(objection_days=1, collection_days=7)
    _object(disputed, number=1)
    advancing.advance(number=1, at=T0)
    _take_back(sold)
    rounds.approve(at=T0 + DAY)
    advancing.advance(number=1, at=T0 + DAY)
    own = references.pay_in(cycle_number=1, village_code=SUKAMAJU)
    bank_days.read((own, 20_000), ("setoran tanpa nomor", 9_000), ("bunga", 75))
    interest, unclear = StatementLine.objects.filter(state="open").order_by("amount_rupiah")
    explaining.explain(line_id=interest.id, act=Act(by=SECOND, at=T0, reason="bunga bank"))
    suspense.count_as_pay_in(line_id=unclear.id, village_code=SUKAMAJU, act=Act(by=SECOND, at=T0, reason="kata Bu Ratna"))
    [by_hand, direct] = cash_payments.plan(number=1, giver=MELATI, amount_rupiah=2_000, direct=True, act=Act(by=MAKER, at=T0))[:2]
    for leg in (by_hand, direct):
        cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=T0))
        cash_payments.receive(number=leg.cycle.number, leg_id=leg.id, party=leg.receiver, act=Act(by=SECOND, at=T0))
    sent = _send(number=1)
    bank_days.read((sent.key, -sent.amount_rupiah), (f"RETUR {sent.key}", sent.amount_rupiah), first=10)
    advancing.advance(number=1, at=LATE)
    again = _send(number=1)
    bank_days.read((again.key, -again.amount_rupiah), first=20)
    assert advancing.advance(number=1, at=LATE) == "closed"
    bank_days.read((f"RETUR {again.key}", again.amount_rupiah), first=21)


def _given_up(disputed: uuid.UUID) -> None:
    """Answered what was objected to, frozen, and given up."""
    objection = Objection.objects.get()
    objections.answer(
        number=objection.cycle_number, objection_id=objection.id, answer="barangnya sudah sampai", act=Act(by=SECOND, at=LATE)
    )
    rounds.proposed(number=2, at=LATE, objection_days=1)
    _object(disputed, number=2)
    advancing.advance(number=2, at=LATE)
    approving.abort(number=2, act=Act(by=MAKER, at=LATE, reason="salah tanggal"))


def _third(_sold: uuid.UUID) -> None:
    """Half collected: one payment by bank, one hand-over that is on its way, payouts in a file at the bank."""
    rounds.collecting(number=3, at=LATE + DAY, collection_days=90)
    paying_in = references.pay_in(cycle_number=3, village_code=SUKAMAJU)
    bank_days.read((paying_in, 5_000), ("entah siapa", 1_234), first=30)
    unclear = StatementLine.objects.get(state="open")
    suspense.hold(line_id=unclear.id, act=Act(by=SECOND, at=LATE, reason="belum tahu"))
    leg, *_ = cash_payments.plan(number=3, giver=MELATI, amount_rupiah=1_000, direct=False, act=Act(by=MAKER, at=LATE))
    cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=LATE))
    payouts.plan(number=3, act=Act(by=MAKER, at=LATE))
    bank_files.make(number=3, act=Act(by=MAKER, at=LATE))


def _send(*, number: int) -> PaymentLeg:
    """Send what lies there to Cibiru by bank."""
    payouts.plan(number=number, act=Act(by=MAKER, at=T0))
    bank_files.make(number=number, act=Act(by=MAKER, at=T0))
    return PaymentLeg.objects.get(cycle__number=number, receiver=CIBIRU, rail="bank", state="submitted")


def _object(order_id: uuid.UUID, *, number: int) -> None:
    owed = Obligation.objects.get(cause_id=order_id, creditor=CIBIRU)
    objections.object_to(number=number, obligation_id=owed.id, village_code=CIBIRU, act=Act(by=MAKER, at=T0, reason="kurang"))


def _take_back(order_id: uuid.UUID) -> None:
    """Two pieces come back while the debt stands frozen."""
    with context.inside(CIBIRU):
        line = OrderLine.objects.get(order_id=order_id)
        reversals.take_back(
            order_id=order_id,
            pieces={line.id: 2},
            restock=True,
            act=Act(by=factories.SARI.principal, at=BEFORE + DAY, key=uuid.uuid4().hex, reason="Rusak"),
        )
