"""Paths of a village's back office, under /desa/<slug>/kelola/."""

from django.urls import include, path

from marketplace.pages.office import (
    assist,
    cash,
    consignors,
    orders,
    parcels,
    products,
    reversals,
    shop,
    stock,
)

urlpatterns = [
    path("", orders.index, name="office-orders"),
    path("pesanan/<uuid:order_id>/", orders.detail, name="office-order"),
    path("pesanan/<uuid:order_id>/langkah/", orders.step, name="office-step"),
    path("pesanan/<uuid:order_id>/batal/", reversals.cancel, name="office-cancel"),
    path("pesanan/<uuid:order_id>/kurang/", reversals.shorten, name="office-shorten"),
    path("pesanan/<uuid:order_id>/kembali/", reversals.take_back, name="office-take-back"),
    path("pesanan/<uuid:order_id>/uang/", reversals.give_back, name="office-give-back"),
    path("titipan/", parcels.index, name="office-parcels"),
    path("titipan/<uuid:order_id>/langkah/", parcels.step, name="office-parcel-step"),
    path("barang/", products.index, name="office-products"),
    path("barang/baru/", products.add, name="office-product-new"),
    path("barang/<uuid:product_id>/", products.change, name="office-product"),
    path("barang/<uuid:product_id>/stok/", stock.index, name="office-stock"),
    path("penitip/", consignors.index, name="office-consignors"),
    path("penitip/baru/", consignors.add, name="office-consignor-new"),
    path("penitip/<uuid:consignor_id>/", consignors.change, name="office-consignor"),
    path("kas/", cash.index, name="office-cash"),
    path("kas/pesankan/", assist.index, name="office-assist"),
    path("kas/kuitansi/<int:number>/", cash.receipt, name="office-receipt"),
    path("kas/<str:code>/", cash.purchase, name="office-cash-purchase"),
    path("kas/<str:code>/terima/", cash.confirm, name="office-confirm"),
    path("kas/<str:code>/batal/<uuid:payment_id>/", cash.undo, name="office-undo"),
    path("kas/<str:code>/kembalikan/<uuid:refund_id>/", cash.pay_out, name="office-pay-out"),
    path("putaran/", include("marketplace.pages.office.cycles.urls")),
    path("kabar/", shop.news, name="office-news"),
    path("toko/", shop.settings, name="office-shop"),
    path("lainnya/", shop.more, name="office-more"),
]
