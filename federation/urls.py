"""Paths of the market and of the federation's desk that need no village's schema."""

from django.urls import include, path

urlpatterns = [
    path("", include("federation.pages.market_urls")),
    path("federasi/", include("federation.pages.desk.urls")),
]
