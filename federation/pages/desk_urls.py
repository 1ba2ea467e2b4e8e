"""Paths of the federation's desk, under /federasi/."""

from django.urls import path

from federation.pages import desk_trail

urlpatterns = [
    path("jejak/", desk_trail.index, name="desk-trail"),
    path("jejak.csv", desk_trail.table_csv, name="desk-trail-csv"),
]
