"""What undoes an order, as sellers, counters and buyers see it: cancelled, shortened, taken back, paid back, with faults of others."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from federation.models import Payment, Refund, SellerOrder
from marketplace.orders import order_queries, order_records
from tenants.db import context
from tests.support import desks, factories, page_text, shopping
from tests.support.marketplace import dealing, ordering
from tests.support.marketplace.dealing import CIBIRU, HOME, MELATI

COUNTER = ("counter", "pickup_home")


def state(order_id: uuid.UUID) -> str:
    return SellerOrder.objects.values_list("state", flat=True).get(id=order_id)


@pytest.fixture
def goods(market):
    """Chips of Cibiru at 9,999 and rice of Melati at 60,000; every delivery costs something."""
    dealing.set_fees()
    chips = shopping.product(CIBIRU, price_rupiah=9_999, stock=50)
    return chips, shopping.product(MELATI, name="Beras", price_rupiah=60_000, stock=50)


def test_cancelling_too_late_is_refused_in_words(goods):
    """Elsewhere cancelling after dispatch was refused with an empty message."""
    order = dealing.sold(goods[0], COUNTER)
    said = desks.browser(factories.SARI).post(desks.path("office-cancel", order), {"choice": "Barangnya habis"}, follow=True)
    assert "Pesanan ini sudah berubah" in desks.text(said)
    token = dealing.get(order).purchase.token
    said = Client().post(f"/pesanan/{token}/batal/{order}/", follow=True)
    assert (said.status_code, "Pesanan ini sudah berubah" in desks.text(said)) == (409, True)


def test_an_order_of_which_all_money_went_back_reads_as_paid_nowhere(goods):
    """Elsewhere a fully refunded order still read as paid."""
    cancelled = dealing.buy({goods[0]: 3})
    dealing.pay(cancelled)
    dealing.cancel(dealing.orders_of(cancelled)[CIBIRU])
    returned, kept = (dealing.sold(goods[0], COUNTER, phone=phone) for phone in ("081290990002", "081290990003"))
    dealing.take_back(returned, 3)
    dealing.allow(kept, 29_997)

    for order in (dealing.orders_of(cancelled)[CIBIRU], returned, kept):
        purchase = dealing.get(order).purchase
        seen = desks.text(desks.browser(factories.SARI).get(desks.path("office-order", order)))
        at_counter = desks.text(desks.browser(factories.DARTO).get(desks.path("office-cash-purchase", purchase.code, village=HOME)))
        for said in (seen, at_counter):
            assert "seluruh uangnya dikembalikan" in said
            assert "sudah dibayar" not in said
        assert "lunas" not in desks.text(Client().get(f"/pesanan/{purchase.token}/"))


def test_a_sellers_page_shows_its_own_part_of_a_purchase_only(goods):
    """Elsewhere a seller's page showed the fees of every seller."""
    chips, rice = goods
    placed = dealing.buy({chips: 1, rice: 1}, delivery="courier_seller")
    orders = dealing.orders_of(placed)
    dealing.pay(placed)
    dealing.cancel(orders[MELATI])
    for person, own, others in (
        (factories.SARI, orders[CIBIRU], ("Beras", "60.000", "67.003", "7.003", "1.200")),
        (factories.TINI, orders[MELATI], ("Keripik", "9.999", "17.001", "7.002", "199")),
    ):
        village = dealing.get(own).seller
        pages = [desks.path("office-order", own, village=village), desks.path("office-orders", village=village)]
        pages += [desks.path("office-cash", village=village), desks.path("office-cash-purchase", placed.code, village=village)]
        for path in pages:
            said = desks.text(desks.browser(person).get(path))
            assert [word for word in others if word in said] == [], path
    with context.inside(CIBIRU), pytest.raises(order_records.NoSuchOrder):
        order_queries.get(order_id=orders[MELATI])


def test_the_old_undoing_sent_again_leaves_the_new_payment_alone(goods):
    """Elsewhere what had been registered twice was cleaned up once too often, and the live one was gone."""
    placed = dealing.buy({goods[0]: 3})
    [order] = dealing.orders_of(placed).values()
    wrong = dealing.pay(placed)
    darto, url = desks.browser(factories.DARTO), desks.path("office-undo", placed.code, wrong, village=HOME)
    dealing.undo(wrong)
    live = dealing.pay(placed)

    darto.post(url, {"reason": "salah orang"})

    assert dealing.paid(order) == 29_997
    assert not Payment.objects.filter(reverses=live).exists()
    dealing.hand_over(order)
    assert ordering.owed() == {(HOME, CIBIRU): 29_398, (HOME, "F"): 599}


def test_money_for_goods_that_are_kept_goes_back_once_and_within_what_was_paid(goods):
    order = dealing.sold(goods[0], ("counter", "courier_seller"))
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-give-back", order))
    line = next(name for name in form.values if name.startswith("line_"))

    bare = page_text.send(sari, form, reason="Melempem")
    much = page_text.send(sari, form, **{line: "29.998", "reason": "Melempem"})
    form.values |= {line: "Rp 5.000", "delivery_rupiah": "7.002", "reason": "Sebagian melempem"}
    answers = [sari.post(form.action, form.values, follow=True) for _tap in range(2)]

    assert (bare.status_code, "Isi berapa rupiah yang dikembalikan" in desks.text(bare)) == (422, True)
    assert (much.status_code, "tidak lebih dari yang dibayar" in desks.text(much)) == (422, True)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "sudah dibayar, Rp 12.002 dikembalikan" in desks.text(answers[1])
    assert "menunggu dibayarkan di kas" in desks.text(answers[1])
    assert dealing.back(order) == [(HOME, 5_000, 7_002, 99)]
    assert ordering.owed() == {(HOME, CIBIRU): 29_997 - 599 - 5_000 + 99, (HOME, "F"): 500}
    again = desks.text(sari.get(desks.path("office-give-back", order)))
    assert "Paling banyak Rp 24.997" in again
    assert "Ongkos antar" not in again
    said = desks.text(Client().get(f"/pesanan/{dealing.get(order).purchase.token}/"))
    assert "Rp 12.002 dikembalikan" in said


def test_a_returned_order_offers_no_delivery_fee_to_give_back(goods):
    order = dealing.sold(goods[0], ("counter", "courier_seller"))
    dealing.take_back(order, 3)

    assert "Ongkos antar" not in desks.text(desks.browser(factories.SARI).get(desks.path("office-give-back", order)))


def test_who_minds_the_box_gives_money_back_and_only_for_what_was_paid(goods):
    order = dealing.sold(goods[0], COUNTER)
    unpaid = dealing.orders_of(dealing.buy({goods[0]: 1}))[CIBIRU]
    form = {"reason": "Melempem", f"line_{dealing.line_ids(unpaid)[0]}": "100"}

    assert desks.browser(factories.ASEP).get(desks.path("office-give-back", order)).status_code == 200
    assert desks.browser(desks.newcomer("service")).get(desks.path("office-give-back", order)).status_code == 404
    assert desks.browser(factories.TINI).get(desks.path("office-give-back", order, village=MELATI)).status_code == 404
    sari = desks.browser(factories.SARI)
    assert "Kembalikan uang" in desks.text(sari.get(desks.path("office-order", order)))
    assert "Kembalikan uang" not in desks.text(sari.get(desks.path("office-order", unpaid)))
    said = sari.post(desks.path("office-give-back", unpaid), form, follow=True)
    assert "Pesanan ini sudah berubah" in desks.text(said)
    assert not Refund.objects.exists()


def test_what_an_undone_payment_would_have_paid_back_waits_nowhere(goods):
    placed = dealing.buy({goods[0]: 3})
    [order] = dealing.orders_of(placed).values()
    wrong = dealing.pay(placed)
    dealing.shorten(order, 1)
    dealing.undo(wrong)

    said = desks.text(desks.browser(factories.SARI).get(desks.path("office-order", order)))

    assert "menunggu dibayarkan" not in said
    assert Payment.objects.filter(reverses=wrong).exists()


def test_undoing_is_offered_exactly_where_it_is_not_refused(goods):
    """A link that always ends in a refusal sends the cashier in circles."""
    fresh = dealing.buy({goods[0]: 3}, phone="081290990004")
    dealing.pay(fresh)
    cancelled = dealing.buy({goods[0]: 3})
    dealing.pay(cancelled)
    dealing.cancel(dealing.orders_of(cancelled)[CIBIRU])
    returned, kept = (dealing.sold(goods[0], COUNTER, phone=phone) for phone in ("081290990002", "081290990003"))
    dealing.take_back(returned, 1)
    dealing.allow(kept, 5_000)
    darto, offered = desks.browser(factories.DARTO), []

    for order in (dealing.orders_of(fresh)[CIBIRU], dealing.orders_of(cancelled)[CIBIRU], returned, kept):
        purchase = dealing.get(order).purchase
        page = page_text.read(darto.get(desks.path("office-cash-purchase", purchase.code, village=HOME)))
        url = desks.path("office-undo", purchase.code, Payment.objects.get(purchase=purchase).id, village=HOME)
        offered.append(url in page.links)
        done = darto.post(url, {"reason": "salah terima"})
        assert (done.status_code == 303) == offered[-1]
    assert offered == [True, True, False, False]


@pytest.mark.usefixtures("market")
def test_goods_that_nobody_paid_come_back_without_money() -> None:
    purchase, order_id = desks.placed(method="cod_seller", delivery="courier_seller")
    sari = desks.browser(factories.SARI)
    for step, was in (("accept", "placed"), ("pack", "accepted"), ("send", "ready"), ("hand_over", "underway")):
        sari.post(desks.step_path(step, order_id), {"form_state": was})
    form = desks.filled(sari, desks.path("office-take-back", order_id))
    line = next(name for name in form.values if name.startswith("line_"))

    answer = sari.post(form.action, {**form.values, line: "3", "reason": "Melempem"}, follow=True)

    assert "Tidak ada uang yang harus dikembalikan." in desks.text(answer)
    said = desks.text(Client().get(f"/pesanan/{purchase.token}/"))
    assert "Barang dikembalikan: Melempem. Anda tidak membayar apa-apa." in said
    assert "Rp 0" not in said


@pytest.mark.usefixtures("market")
def test_cancelling_asks_for_a_reason_first() -> None:
    _purchase, order_id = desks.placed()
    sari = desks.browser(factories.SARI)

    form = desks.filled(sari, desks.path("office-cancel", order_id))
    bare = page_text.send(sari, form)
    told = sari.post(form.action, {**form.values, "choice": "", "words": "Dapurnya kebanjiran"}, follow=True)

    assert "Pilih atau tulis sebabnya" in desks.text(bare)
    assert "Dapurnya kebanjiran" in desks.text(told)
    assert state(order_id) == "cancelled"


@pytest.mark.usefixtures("market")
def test_a_shortened_order_costs_less_and_the_same_form_counts_once() -> None:
    _purchase, order_id = desks.placed()
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-shorten", order_id))
    line = next(name for name in form.values if name.startswith("line_"))
    form.values[line] = "1"

    answers = [sari.post(form.action, form.values, follow=True) for _tap in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert SellerOrder.objects.get(id=order_id).total_rupiah == 20_000
    assert "Pesanan dikurangi" in desks.text(answers[1])


@pytest.mark.usefixtures("market")
def test_goods_come_back_once_however_often_the_form_is_sent() -> None:
    _purchase, order_id = desks.placed(method="cod_seller", delivery="courier_seller")
    sari = desks.browser(factories.SARI)
    for step, was in (("accept", "placed"), ("pack", "accepted"), ("send", "ready"), ("hand_over", "underway")):
        sari.post(
            desks.step_path(step, order_id),
            {"form_state": was, "cash_rupiah": str(SellerOrder.objects.get(id=order_id).total_rupiah)},
        )
    form = desks.filled(sari, desks.path("office-take-back", order_id))
    line = next(name for name in form.values if name.startswith("line_"))
    form.values |= {line: "2", "reason": "Melempem"}

    answers = [sari.post(form.action, form.values, follow=True) for _tap in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert SellerOrder.objects.get(id=order_id).refunded_rupiah == 20_000
    assert "menunggu dibayarkan di kas" in desks.text(answers[0])


@pytest.mark.usefixtures("market")
def test_more_pieces_than_ordered_are_refused_in_words() -> None:
    _purchase, order_id = desks.placed()
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-shorten", order_id))
    line = next(name for name in form.values if name.startswith("line_"))

    answer = page_text.send(sari, form, **{line: "9"})

    assert answer.status_code == 422
    assert "tidak lebih dari yang dipesan" in desks.text(answer)
    assert state(order_id) == "placed"
