"""The paths of the JSON doors."""

from django.urls import path

from api import health

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
