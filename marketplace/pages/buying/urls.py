"""Paths of checkout and of a buyer's purchases."""

from django.urls import path

from marketplace.pages.buying import checkout, purchases

urlpatterns = [
    path("keranjang/pesan/", checkout.checkout, name="checkout"),
    path("pesanan/", purchases.purchases, name="purchases"),
    path("pesanan/cari/", purchases.find, name="purchase-find"),
    path("pesanan/lihat/<str:key>/", purchases.look, name="purchase-look"),
    path("pesanan/<str:token>/", purchases.purchase, name="purchase"),
    path("pesanan/<str:token>/batal/<uuid:order_id>/", purchases.cancel, name="purchase-cancel"),
]
