"""Paths of the market, of baskets and of accounts."""

from django.urls import path, re_path

from federation.pages import accounts, basket, market, pictures, villages

urlpatterns = [
    path("", market.market, name="market"),
    path("barang/<uuid:listing_id>/", market.product, name="product"),
    path("desa/", villages.villages, name="villages"),
    path("desa/<slug:slug>/", villages.village, name="village"),
    path("keranjang/", basket.basket, name="basket"),
    path("keranjang/tambah/", basket.add, name="basket-add"),
    path("keranjang/ubah/", basket.change, name="basket-change"),
    path("keranjang/desa/", basket.choose_home, name="basket-home"),
    path("masuk/", accounts.log_in, name="login"),
    path("keluar/", accounts.log_out, name="logout"),
    path("daftar/", accounts.register, name="register"),
    re_path(r"^gambar/(?P<name>[\w./-]{1,140}\.webp)$", pictures.picture, name="picture"),
]
