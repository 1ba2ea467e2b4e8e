"""Paths of a village's back office, under /desa/<slug>/kelola/."""

from django.urls import path

from marketplace.pages import (
    office_assist,
    office_cash,
    office_consignors,
    office_orders,
    office_parcels,
    office_products,
    office_reversals,
    office_shop,
    office_stock,
)

urlpatterns = [
    path("", office_orders.index, name="office-orders"),
    path("pesanan/<uuid:order_id>/", office_orders.detail, name="office-order"),
    path("pesanan/<uuid:order_id>/langkah/", office_orders.step, name="office-step"),
    path("pesanan/<uuid:order_id>/batal/", office_reversals.cancel, name="office-cancel"),
    path("pesanan/<uuid:order_id>/kurang/", office_reversals.shorten, name="office-shorten"),
    path("pesanan/<uuid:order_id>/kembali/", office_reversals.take_back, name="office-take-back"),
    path("titipan/", office_parcels.index, name="office-parcels"),
    path("titipan/<uuid:order_id>/langkah/", office_parcels.step, name="office-parcel-step"),
    path("barang/", office_products.index, name="office-products"),
    path("barang/baru/", office_products.add, name="office-product-new"),
    path("barang/<uuid:product_id>/", office_products.change, name="office-product"),
    path("barang/<uuid:product_id>/stok/", office_stock.index, name="office-stock"),
    path("penitip/", office_consignors.index, name="office-consignors"),
    path("penitip/baru/", office_consignors.add, name="office-consignor-new"),
    path("penitip/<uuid:consignor_id>/", office_consignors.change, name="office-consignor"),
    path("kas/", office_cash.index, name="office-cash"),
    path("kas/pesankan/", office_assist.index, name="office-assist"),
    path("kas/kuitansi/<int:number>/", office_cash.receipt, name="office-receipt"),
    path("kas/<str:code>/", office_cash.purchase, name="office-cash-purchase"),
    path("kas/<str:code>/terima/", office_cash.confirm, name="office-confirm"),
    path("kas/<str:code>/batal/<uuid:payment_id>/", office_cash.undo, name="office-undo"),
    path("kas/<str:code>/kembalikan/<uuid:refund_id>/", office_cash.pay_out, name="office-pay-out"),
    path("kabar/", office_shop.news, name="office-news"),
    path("toko/", office_shop.settings, name="office-shop"),
    path("lainnya/", office_shop.more, name="office-more"),
]
