"""The checkout's page: one send, one purchase; what is refused keeps what was typed and says the way on."""

from __future__ import annotations

import dataclasses
import json
import re

from federation.models import Listing, Purchase, SellerOrder
from marketplace.goods import products, stock
from marketplace.orders import reversals
from tenants.acts import Act
from tenants.db import context
from tests.support import buying, factories, many, page_text, shopping
from tests.support.marketplace import dealing


def test_one_checkout_over_three_villages(visitor, stocked):
    page = buying.to_checkout(visitor, {stocked.chips: 2, stocked.rice: 1, stocked.tofu: 3})
    form = page.form("/keranjang/pesan/")
    assert [name for name in form.values if name.startswith("cara-")] == [f"cara-{code}" for code in factories.VILLAGES]
    assert "Semua Rp 98.500" in page.text
    response = page_text.send(visitor, form, name="Bu Wati", phone="0812 9999 0001", address="")
    assert response.status_code == 302
    shown = page_text.read(visitor.get(response["Location"]))
    assert "Rp 98.500" in shown.text
    assert "Sebutkan kode ini" in shown.text
    assert "Keranjang masih kosong" in page_text.read(visitor.get("/keranjang/")).text


def test_the_same_form_sent_five_times_is_one_purchase(visitor, stocked):
    form = buying.to_checkout(visitor, {stocked.chips: 1}).form("/keranjang/pesan/")
    places = {page_text.send(visitor, form, name="Bu Wati", phone="081299990001")["Location"] for _ in range(5)}
    assert len(places) == 1
    assert Purchase.objects.count() == 1


def test_the_same_form_comes_again_after_the_seller_shortened_the_order(visitor, stocked):
    form = buying.to_checkout(visitor, {stocked.chips: 2}).form("/keranjang/pesan/")
    first = page_text.send(visitor, form, name="Bu Wati", phone="081299990001")
    [order] = SellerOrder.objects.all()
    [line] = dealing.line_ids(order.id)
    with context.inside(factories.CIBIRU):
        reversals.shorten(order_id=order.id, missing={line: 1}, act=Act(by=dealing.SELLER, at=shopping.later(1), key="M", reason="Habis"))
    buying.put(visitor, {stocked.rice: 1})  # a new basket changes nothing about what was sent

    again = page_text.send(visitor, form, name="Bu Wati", phone="081299990001")

    assert again["Location"] == first["Location"]
    assert Purchase.objects.count() == 1


def test_a_basket_of_the_same_sum_is_not_taken_for_the_one_that_was_ordered(visitor, stocked):
    """A key that stands for another purchase is refused, and the page that says so can be sent."""
    form = buying.to_checkout(visitor, {stocked.chips: 2}).form("/keranjang/pesan/")
    first = page_text.send(visitor, form, name="Bu Wati", phone="081299990001")
    tea = shopping.product(factories.CIBIRU, name="Teh", price_rupiah=Listing.objects.get(id=stocked.chips).price_rupiah)
    other = buying.to_checkout(visitor, {tea: 2}).form("/keranjang/pesan/")

    refused = page_text.send(visitor, other, name="Bu Wati", phone="081299990001", kunci=form.values["kunci"])

    assert refused.status_code == 422
    assert "sudah pernah dikirim dengan isi lain" in page_text.read(refused).text
    second = page_text.send(visitor, page_text.read(refused).form("/keranjang/pesan/"))
    assert second.status_code == 302
    assert second["Location"] != first["Location"]
    assert Purchase.objects.count() == 2


def test_a_key_that_comes_with_another_name_is_refused_in_words(visitor, stocked):
    """The basket is empty by then: there is no form that could be shown again."""
    form = buying.to_checkout(visitor, {stocked.chips: 1}).form("/keranjang/pesan/")
    page_text.send(visitor, form, name="Bu Wati", phone="081299990001")

    refused = page_text.send(visitor, form, name="Orang lain", phone="081299990001")

    assert refused.status_code == 422
    assert "sudah pernah dikirim dengan isi lain" in page_text.read(refused).text
    assert Purchase.objects.count() == 1


def test_goods_that_the_page_did_not_show_are_not_ordered(visitor, stocked):
    """In another tab the basket came to hold other goods: what is ordered is what was seen, or nothing."""
    form = buying.to_checkout(visitor, {stocked.chips: 1}).form("/keranjang/pesan/")
    buying.put(visitor, {stocked.rice: 1})

    refused = page_text.send(visitor, form, name="Bu Wati", phone="081299990001")

    assert refused.status_code == 409
    assert "Isi keranjang berubah sejak halaman ini dibuka" in page_text.read(refused).text
    assert Purchase.objects.count() == 0
    assert page_text.send(visitor, page_text.read(refused).form("/keranjang/pesan/")).status_code == 302
    assert SellerOrder.objects.count() == 2


def test_what_is_missing_is_marked_and_what_was_typed_stays(visitor, stocked):
    form = buying.to_checkout(visitor, {stocked.chips: 1}).form("/keranjang/pesan/")
    response = page_text.send(visitor, form, name="Bu Wati", address="Dusun Krajan")
    assert response.status_code == 422
    again = page_text.read(response).form("/keranjang/pesan/")
    assert (again.values["name"], again.values["address"]) == ("Bu Wati", "Dusun Krajan")
    assert again.values["kunci"] == form.values["kunci"]
    assert b'aria-invalid="true"' in response.content
    response = page_text.send(visitor, again, phone="bukan nomor")
    assert response.status_code == 422
    assert Purchase.objects.count() == 0


def test_goods_that_are_brought_need_an_address(visitor, stocked):
    buying.to_checkout(visitor, {stocked.chips: 1})
    page = visitor.get("/keranjang/pesan/")
    courier = next(way for way in buying.ways(page, factories.CIBIRU) if ":courier_" in way)
    form = page_text.read(page).form("/keranjang/pesan/")
    cara = {f"cara-{factories.CIBIRU}": courier}
    refused = page_text.send(visitor, form, name="Bu Wati", phone="081299990001", **cara)
    assert refused.status_code == 422
    assert "Isi alamat rumah" in page_text.read(refused).text
    kept = page_text.read(refused).form("/keranjang/pesan/")
    assert kept.values[f"cara-{factories.CIBIRU}"] == courier
    assert kept.values["phone"] == "081299990001"
    assert page_text.send(visitor, kept, address="Dusun Krajan RT 2").status_code == 302


def test_count_again_shows_the_sum_of_another_choice_and_orders_nothing(visitor, stocked):
    buying.set_courier_fee(7_000)
    buying.to_checkout(visitor, {stocked.chips: 1})
    page = visitor.get("/keranjang/pesan/")
    way = next(way for way in buying.ways(page, factories.CIBIRU) if way.startswith("cod_seller:courier_seller"))
    form = page_text.read(page).form("/keranjang/pesan/")
    response = page_text.send(visitor, form, **{f"cara-{factories.CIBIRU}": way, "name": "Bu Wati", "hitung": "1"})
    assert response.status_code == 200
    page = page_text.read(response)
    assert "Ongkos kirim Rp 7.000 Semua Rp 19.000" in page.text
    assert page.form("/keranjang/pesan/").values["name"] == "Bu Wati"
    assert Purchase.objects.count() == 0


def test_sold_out_names_the_goods_and_the_way_on(visitor, stocked):
    form = buying.to_checkout(visitor, {stocked.chips: 3}).form("/keranjang/pesan/")
    with context.inside(factories.CIBIRU):
        stock.count(
            product_id=stocked.chips,
            counted=2,
            act=Act(by=factories.staff(context.here()), at=shopping.NOON, key="a" * 32, reason="hitung ulang"),
        )
    response = page_text.send(visitor, form, name="Bu Wati", phone="081299990001")
    assert response.status_code == 409
    page = page_text.read(response)
    assert "Keripik bayam" in page.text
    assert "tinggal 2" in page.text
    assert "/keranjang/" in page.links


def test_a_price_that_rose_is_shown_before_it_is_paid(visitor, stocked):
    form = buying.to_checkout(visitor, {stocked.chips: 1}).form("/keranjang/pesan/")
    with context.inside(factories.CIBIRU):
        row = products.get(product_id=stocked.chips)
        fields = dataclasses.replace(row.fields(), price_rupiah=15_000)
        products.change(
            product_id=stocked.chips,
            version=row.version,
            fields=fields,
            act=Act(by=factories.staff(context.here()), at=shopping.NOON),
        )
    response = page_text.send(visitor, form, name="Bu Wati", phone="081299990001")
    assert response.status_code == 409
    page = page_text.read(response)
    assert "berubah" in page.text
    assert "Rp 15.000" in page.text
    assert page_text.send(visitor, page.form("/keranjang/pesan/")).status_code == 302
    assert Purchase.objects.get().total_rupiah == 15_000


def test_nobody_orders_at_a_price_of_their_own(visitor, stocked):
    form = buying.to_checkout(visitor, {stocked.chips: 1}).form("/keranjang/pesan/")
    name = f"isi-{factories.CIBIRU}"
    shown = json.loads(form.values[name])
    assert shown == [[str(stocked.chips), "Keripik bayam", shown[0][2], "bungkus", 1, 12_000]]
    lies = [[[*shown[0][:4], quantity, price]] for quantity, price in ((1, 1), (1, -12_000), (1, 12_000.0), (True, 12_000), (12_000, 1))]
    texts = [json.dumps(lie) for lie in [*lies, [], [[]], {}, 5, shown * 2, [["\ud800", *shown[0][1:]]]]]
    for text in (*texts, "", "[" * 5_000):
        assert page_text.send(visitor, form, **{name: text, "name": "Bu Wati", "phone": "081299990001"}).status_code == 409, text
    nonsense = {f"cara-{factories.CIBIRU}": "gratis:terbang:0"}
    assert page_text.send(visitor, form, name="Bu Wati", phone="081299990001", **nonsense).status_code == 409
    assert Purchase.objects.count() == 0


def test_outside_the_federation_no_home_counter_is_offered(visitor, stocked):
    buying.to_checkout(visitor, {stocked.chips: 1}, home="luar")
    response = visitor.get("/keranjang/pesan/")
    offered = buying.ways(response, factories.CIBIRU)
    assert offered
    assert all(way.startswith("cod_seller:") for way in offered)
    assert "di luar federasi" in page_text.read(response).text


def test_every_way_says_where_until_when_and_what_otherwise(visitor, stocked):
    buying.to_checkout(visitor, {stocked.chips: 1})
    text = page_text.read(visitor.get("/keranjang/pesan/")).text
    assert "buka " in text
    assert "selama loket buka, paling lambat 24 jam setelah memesan; kalau lewat, pesanan batal sendiri" in text
    assert "dalam 12 jam, pesanan batal sendiri" in text


def test_an_empty_basket_leads_back_to_the_basket(visitor, stocked):
    assert visitor.get("/keranjang/pesan/")["Location"] == "/keranjang/"
    Listing.objects.filter(id=stocked.chips).update(in_stock=False)
    assert visitor.get("/keranjang/pesan/").status_code == 302


def test_the_checkout_offers_what_a_gateway_takes_behind_the_other_ways(gateway, visitor, stocked):
    buying.to_checkout(visitor, {stocked.chips: 1})
    answer = visitor.get("/keranjang/pesan/")
    methods = [way.split(":")[0] for way in buying.ways(answer, factories.CIBIRU) if ":pickup_home:" in way]
    assert methods == ["counter", "cod_home", "card", "wallet", "va", "qris"]
    folds = re.findall("<summary>(.*?)</summary>", answer.content.decode())
    places = (
        "Ambil di BUMDes Sukamaju (5)",
        "Diantar kurir BUMDes Sukamaju (6)",
        "Ambil di BUMDes Cibiru (6)",
        "Diantar kurir BUMDes Cibiru (6)",
    )
    assert folds == [*places]  # too many for one fold
    text = page_text.read(answer).text
    assert "bayar dulu dengan kartu" in text
    assert "Bayar Rp 12.000 sesudah memesan, paling lambat 24 jam kemudian" in text


def test_without_a_gateway_it_offers_none(visitor, stocked):
    buying.to_checkout(visitor, {stocked.chips: 1})
    assert "Cara lain (" in page_text.read(visitor.get("/keranjang/pesan/")).text
    methods = {way.split(":")[0] for way in buying.ways(visitor.get("/keranjang/pesan/"), factories.CIBIRU)}
    assert methods.isdisjoint({"card", "wallet", "va", "qris"})


TYPED = {"name": "Bu Wati", "phone": "0812 9999 0001", "address": "Dusun Kaliputih RT 02"}
CHECKOUT = "/keranjang/pesan/"


def test_another_home_loses_nothing_that_was_typed_or_chosen(visitor, stocked):
    form = buying.to_checkout(visitor, {stocked.chips: 2, stocked.tofu: 1}).form(CHECKOUT)
    first, *_others, way = buying.ways(visitor.get(CHECKOUT), factories.CIBIRU)
    option = ":".join(way.split(":")[:2])
    assert not first.startswith(option)
    opened = page_text.send(visitor, form, **TYPED, **{f"cara-{factories.CIBIRU}": way}, ganti_desa="1")
    page = page_text.read(opened)
    again = page.form(CHECKOUT)

    assert opened.status_code == 200
    assert {name: again.values[name] for name in TYPED} == TYPED
    assert again.values["desa"] == factories.SUKAMAJU
    assert again.values["kunci"] == form.values["kunci"]
    assert "Pakai desa ini" in page.text
    assert "Ada isian yang belum lengkap" not in page.text

    chosen = page_text.send(visitor, again, desa=factories.MELATI)
    page = page_text.read(chosen)
    last = page.form(CHECKOUT)
    assert chosen.status_code == 200
    assert "Desa Anda: Melati" in page.text
    assert {name: last.values[name] for name in TYPED} == TYPED
    assert last.values[f"cara-{factories.CIBIRU}"].startswith(option)
    assert not Purchase.objects.exists()
    assert page_text.send(visitor, last)["Location"].startswith("/pesanan/")
    assert Purchase.objects.get().home_village == factories.MELATI
    assert SellerOrder.objects.get(seller=factories.CIBIRU).method == option.split(":")[0]


def test_while_another_home_is_chosen_no_button_orders_and_a_mistake_is_said(visitor, stocked):
    form = buying.to_checkout(visitor, {stocked.chips: 2}).form(CHECKOUT)
    again = page_text.read(page_text.send(visitor, form, **{**TYPED, "name": ""}, ganti_desa="1")).form(CHECKOUT)
    nothing = page_text.send(visitor, again, desa="")

    assert nothing.status_code == 422
    assert "Pilih dulu desa Anda" in page_text.read(nothing).text
    assert page_text.read(nothing).form(CHECKOUT).values["phone"] == TYPED["phone"]
    assert page_text.send(visitor, again, desa=factories.CIBIRU).status_code == 200
    assert not Purchase.objects.exists()


def test_another_home_is_typed_where_villages_are_many(visitor, stocked, market):
    many.villages_more(market)
    form = buying.to_checkout(visitor, {stocked.chips: 2}).form(CHECKOUT)
    again = page_text.read(page_text.send(visitor, form, **TYPED, ganti_desa="1")).form(CHECKOUT)
    page = page_text.read(page_text.send(visitor, again, cari_desa="mekarsari", cari="1"))
    assert "Mekarsari Wonosari, Kabupaten Gunungkidul" in page.text
    assert page.form(CHECKOUT).values["name"] == TYPED["name"]

    chosen = page_text.read(page_text.send(visitor, page.form(CHECKOUT), desa=many.NAMESAKES[1]))

    assert "Desa Anda: Mekarsari" in chosen.text
    assert {name: chosen.form(CHECKOUT).values[name] for name in TYPED} == TYPED
    assert not Purchase.objects.exists()
