"""Paths of checkout and of a buyer's purchases."""

from django.urls import path

from marketplace.pages.buying import checkout_page, purchase_pages

urlpatterns = [
    path("keranjang/pesan/", checkout_page.checkout, name="checkout"),
    path("pesanan/", purchase_pages.purchases, name="purchases"),
    path("pesanan/cari/", purchase_pages.find, name="purchase-find"),
    path("pesanan/lihat/<str:key>/", purchase_pages.view_only, name="purchase-view"),
    path("pesanan/kembali/<str:key>/", purchase_pages.come_back, name="purchase-return"),
    path("pesanan/<str:token>/", purchase_pages.purchase, name="purchase"),
    path("pesanan/<str:token>/batal/<uuid:order_id>/", purchase_pages.cancel, name="purchase-cancel"),
    path("pesanan/<str:token>/bayar/", purchase_pages.pay, name="purchase-pay"),
    path("pesanan/<str:token>/bayar/periksa/", purchase_pages.check_payment, name="purchase-pay-check"),
]
