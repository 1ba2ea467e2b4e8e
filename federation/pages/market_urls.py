"""Paths of the market, of baskets and of accounts."""

from django.urls import path, re_path

from federation.pages import account_pages, basket_page, market_pages, picture_page, village_pages

urlpatterns = [
    path("", market_pages.market, name="market"),
    path("barang/<uuid:listing_id>/", market_pages.product, name="product"),
    path("desa/", village_pages.village_list, name="villages"),
    path("desa/<slug:slug>/", village_pages.village, name="village"),
    path("keranjang/", basket_page.basket, name="basket"),
    path("keranjang/tambah/", basket_page.add, name="basket-add"),
    path("keranjang/ubah/", basket_page.change, name="basket-change"),
    path("keranjang/hapus/", basket_page.remove, name="basket-remove"),
    path("keranjang/desa/", basket_page.choose_home, name="basket-home"),
    path("masuk/", account_pages.log_in, name="login"),
    path("keluar/", account_pages.log_out, name="logout"),
    path("daftar/", account_pages.register, name="register"),
    re_path(r"^gambar/(?P<name>[A-Za-z0-9_./-]{1,140}\.webp)$", picture_page.picture, name="picture"),
]
