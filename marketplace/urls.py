"""Paths that need villages' schemas: checkout and orders of buyers, the desk's gateways, the back office of a village."""

from django.urls import include, path

urlpatterns = [
    path("", include("marketplace.pages.buying.urls")),
    path("federasi/gerbang/", include("marketplace.pages.desk.urls")),
    path("desa/<slug:slug>/kelola/", include("marketplace.pages.office.urls")),
]
