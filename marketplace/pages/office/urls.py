"""Paths of a village's back office, under /desa/<slug>/kelola/."""

from django.urls import include, path

from marketplace.pages.office import (
    assist_page,
    cash_page,
    consignor_pages,
    order_pages,
    parcel_pages,
    product_pages,
    reversal_pages,
    shop_pages,
    stock_page,
)

urlpatterns = [
    path("", order_pages.index, name="office-orders"),
    path("pesanan/<uuid:order_id>/", order_pages.detail, name="office-order"),
    path("pesanan/<uuid:order_id>/langkah/", order_pages.step, name="office-step"),
    path("pesanan/<uuid:order_id>/batal/", reversal_pages.cancel, name="office-cancel"),
    path("pesanan/<uuid:order_id>/kurang/", reversal_pages.shorten, name="office-shorten"),
    path("pesanan/<uuid:order_id>/kembali/", reversal_pages.take_back, name="office-take-back"),
    path("pesanan/<uuid:order_id>/uang/", reversal_pages.give_back, name="office-give-back"),
    path("titipan/", parcel_pages.index, name="office-parcels"),
    path("titipan/<uuid:order_id>/langkah/", parcel_pages.step, name="office-parcel-step"),
    path("barang/", product_pages.index, name="office-products"),
    path("barang/baru/", product_pages.add, name="office-product-new"),
    path("barang/<uuid:product_id>/", product_pages.change, name="office-product"),
    path("barang/<uuid:product_id>/stok/", stock_page.index, name="office-stock"),
    path("barang/<uuid:product_id>/stok/masuk/", stock_page.receive, name="office-stock-receive"),
    path("barang/<uuid:product_id>/stok/rusak/", stock_page.break_, name="office-stock-break"),
    path("barang/<uuid:product_id>/stok/hitung/", stock_page.count, name="office-stock-count"),
    path("penitip/", consignor_pages.index, name="office-consignors"),
    path("penitip/baru/", consignor_pages.add, name="office-consignor-new"),
    path("penitip/<uuid:consignor_id>/", consignor_pages.change, name="office-consignor"),
    path("kas/", cash_page.index, name="office-cash"),
    path("kas/pesankan/", assist_page.index, name="office-assist"),
    path("kas/kuitansi/<int:number>/", cash_page.receipt, name="office-receipt"),
    path("kas/<str:code>/", cash_page.purchase, name="office-cash-purchase"),
    path("kas/<str:code>/terima/", cash_page.confirm, name="office-confirm"),
    path("kas/<str:code>/terlambat/<uuid:order_id>/", cash_page.confirm_late, name="office-confirm-late"),
    path("kas/<str:code>/batal/<uuid:payment_id>/", cash_page.undo, name="office-undo"),
    path("kas/<str:code>/kembalikan/<uuid:refund_id>/", cash_page.pay_out, name="office-pay-out"),
    path("putaran/", include("marketplace.pages.office.settlement.urls")),
    path("kabar/", shop_pages.news, name="office-news"),
    path("toko/", shop_pages.settings, name="office-shop"),
    path("lainnya/", shop_pages.more, name="office-more"),
]
