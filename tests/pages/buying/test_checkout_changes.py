"""What changed behind a checkout's page is said in words, and nothing that costs is chosen for the buyer."""

from __future__ import annotations

import dataclasses

from federation.models import Purchase
from marketplace import shops
from marketplace.goods import products
from tenants.acts import Act
from tenants.db import context
from tests.support import buying, factories, page_text, shopping


def test_what_changed_behind_the_page_is_said_in_words_before_it_is_ordered(visitor, stocked):
    """The sum stays what it was: one piece of 12,000, in another unit and by another maker."""
    form = buying.to_checkout(visitor, {stocked.chips: 1}).form("/keranjang/pesan/")
    with context.inside(factories.CIBIRU):
        row = products.get(product_id=stocked.chips)
        maker = products.get(product_id=shopping.product(factories.CIBIRU, name="Teh"))
        fields = dataclasses.replace(row.fields(), name="Keripik singkong", unit="bungkus 100 g", consignor_id=maker.consignor_id)
        act = Act(by=factories.staff(context.here()), at=shopping.NOON)
        products.change(product_id=stocked.chips, version=row.version, fields=fields, act=act)

    response = page_text.send(visitor, form, name="Bu Wati", phone="081299990001")

    assert response.status_code == 409
    page = page_text.read(response)
    assert "Keripik bayam, nama: tadi Keripik bayam, sekarang Keripik singkong" in page.text
    assert "Keripik bayam, satuan: tadi bungkus, sekarang bungkus 100 g" in page.text
    assert f"Keripik bayam, penitip: tadi {row.consignor_name}, sekarang {maker.consignor_name}" in page.text
    assert "Jumlah untuk penjual ini" not in page.text
    assert Purchase.objects.count() == 0
    assert page_text.send(visitor, page.form("/keranjang/pesan/")).status_code == 302


def test_a_fee_that_rose_is_said_in_words(visitor, stocked):
    buying.to_checkout(visitor, {stocked.chips: 1})
    page = visitor.get("/keranjang/pesan/")
    courier = next(way for way in buying.ways(page, factories.CIBIRU) if way.startswith("cod_seller:courier_seller"))
    form = page_text.read(page).form("/keranjang/pesan/")
    buying.set_courier_fee(7_000)

    sent = {"name": "Bu Wati", "phone": "081299990001", "address": "Dusun Krajan", f"cara-{factories.CIBIRU}": courier}
    response = page_text.send(visitor, form, **sent)

    assert response.status_code == 409
    text = page_text.read(response).text
    assert "Ongkos kirim: tadi Rp 0, sekarang Rp 7.000" in text
    assert "Jumlah untuk penjual ini: tadi Rp 12.000, sekarang Rp 19.000" in text


def test_only_what_costs_nothing_and_is_paid_in_person_is_chosen_beforehand(visitor, stocked):
    """The first way is a courier with a fee: the buyer chooses, and the page says what is missing."""
    with context.inside(factories.SUKAMAJU):
        settings = dataclasses.replace(shops.settings(), home_pickup=False, home_courier=True, home_courier_fee_rupiah=5_000)
        shops.change(settings=settings, act=Act(by=factories.staff(context.here()), at=shopping.NOON))
    page = buying.to_checkout(visitor, {stocked.chips: 1})
    form = page.form("/keranjang/pesan/")
    assert f"cara-{factories.CIBIRU}" not in form.values
    assert "Ongkos kirim belum lengkap" in page.text

    refused = page_text.send(visitor, form, name="Bu Wati", phone="081299990001")

    assert refused.status_code == 409
    assert "Pilih dulu cara bayar dan cara terima untuk Cibiru" in page_text.read(refused).text
    assert f"cara-{factories.CIBIRU}" not in page_text.read(refused).form("/keranjang/pesan/").values


def test_a_way_that_closed_is_not_replaced_by_another(visitor, stocked):
    form = buying.to_checkout(visitor, {stocked.chips: 1}).form("/keranjang/pesan/")
    with context.inside(factories.SUKAMAJU):
        settings = dataclasses.replace(shops.settings(), home_pickup=False)
        shops.change(settings=settings, act=Act(by=factories.staff(context.here()), at=shopping.NOON))

    page = page_text.read(page_text.send(visitor, form, name="Bu Wati", phone="081299990001"))

    assert "Cara terima dan bayar: tadi tersedia, sekarang tidak tersedia, pilih lagi" in page.text
    assert f"cara-{factories.CIBIRU}" not in page.form("/keranjang/pesan/").values
