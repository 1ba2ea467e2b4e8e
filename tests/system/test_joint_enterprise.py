"""A joint enterprise of several villages is a shop like any other: it buys, sells, settles, exports, under a code that no village has."""

from __future__ import annotations

import json
import uuid

import pytest
from django.test import Client

from deploy import audit
from federation.models import SellerOrder
from marketplace.orders import counter, counter_queries, steps
from settlement import advancing
from settlement.bank.statement_files import references
from settlement.models import PaymentLeg
from settlement.payments import bank_files, payouts
from settlement.reports import full_statement
from tenants import acts, codes, models
from tenants.acts import Act
from tenants.db import context
from tenants.schemas import export_village
from tests.support import buying, factories, page_text, shopping
from tests.support.settlement import bank_days, rounds
from tests.support.settlement.rounds import MAKER, T0

JOINT, SLUG = "34.02.90.9001", "bumdesma-guyub-rukun"
SUKAMAJU, CIBIRU = factories.SUKAMAJU, factories.CIBIRU


@pytest.fixture
def joint(market) -> str:
    code = market.add_village(code=JOINT, name="BUMDesma Guyub Rukun")
    with market.as_owner():
        factories.MembershipFactory(village_code=JOINT, role="manager", user__phone="+6281290090001")
    return code


def sold(seller: str, home: str, *, price_rupiah: int) -> None:
    """One piece, paid at the home's counter and handed over by the seller's courier."""
    product = shopping.product(seller, price_rupiah=price_rupiah)
    placed = shopping.buy({product: 1}, home=home, delivery="courier_seller")
    order = SellerOrder.objects.get(purchase_id=placed.purchase_id)
    due = counter_queries.find(village_code=home, code=placed.code).due_rupiah
    counter.confirm(
        village_code=home,
        purchase_id=placed.purchase_id,
        amount_rupiah=due,
        act=Act(by=factories.staff(home), at=shopping.NOON, key=uuid.uuid4().hex),
    )
    with context.inside(seller):
        for step, before in (("accept", "placed"), ("pack", "accepted"), ("send", "ready"), ("hand_over", "underway")):
            cash = {"cash_rupiah": due} if step == "hand_over" else {}
            steps.take(order_id=order.id, step=step, form_state=before, act=Act(by=factories.staff(seller), at=shopping.NOON), **cash)


def test_a_joint_enterprise_buys_sells_settles_and_exports(joint, market, tmp_path):
    sold(CIBIRU, JOINT, price_rupiah=50_000)  # it buys
    sold(JOINT, SUKAMAJU, price_rupiah=20_000)  # it sells
    rounds.bank_accounts(CIBIRU, SUKAMAJU, JOINT)
    rounds.collecting()

    def owed(village: str) -> int:
        return PaymentLeg.objects.filter(giver=village).count()

    bank_days.read((f"TRSF {references.pay_in(cycle_number=1, village_code=JOINT)}", 30_400), ("PS0001-3402902001 BUMDes", 20_000))
    assert (owed(JOINT), owed(SUKAMAJU)) == (1, 1)
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    sent = list(PaymentLeg.objects.filter(giver="F"))
    bank_days.read(*((leg.key, -leg.amount_rupiah) for leg in sent), first=10)
    advancing.advance(number=1, at=T0)

    assert rounds.get(1).state == "closed"
    assert {item.other for item in full_statement.statement(number=1, village_code=JOINT).items} >= {CIBIRU, SUKAMAJU}
    assert [result.name for result in audit.run() if result.count] == []
    with market.as_owner():
        kept = export_village.export(code=JOINT, folder=tmp_path / "kept", act=acts.by_command_line(at=T0))
    assert json.loads((kept.folder / "isi.json").read_text(encoding="utf-8"))["code"] == JOINT
    assert kept.rows["desa/marketplace_order"] == 1


@pytest.mark.usefixtures("static_files")
def test_its_pages_answer_under_its_own_address(joint):
    product = shopping.product(JOINT, name="Beras gabungan")
    guest = Client()

    assert "Beras gabungan" in page_text.read(guest.get(f"/desa/{SLUG}/")).text
    assert buying.order(guest, {product: 1}, home=JOINT).status_code == 302
    assert SellerOrder.objects.get().seller == JOINT
    manager = Client()
    manager.force_login(models.User.objects.get(phone="+6281290090001"))
    assert manager.get(f"/desa/{SLUG}/kelola/").status_code == 200
    operator = Client()
    operator.force_login(models.User.objects.get(phone=factories.OPERATOR.phone))
    for path in (f"/federasi/batas/{JOINT}/", f"/federasi/rekening-bank/{JOINT}/"):
        assert operator.get(path).status_code == 200


def test_a_village_of_the_same_name_gets_the_digits_behind_its_slug(joint, market):
    market.add_village(code="34.02.91.2001", name="Mekarsari")
    second = market.add_village(code="34.02.91.9001", name="BUMDesma Guyub Rukun")

    assert models.Village.objects.get(code=second).slug == f"{SLUG}-{codes.digits(second)}"
