"""The paths of the JSON doors."""

from django.urls import path

from api import gateway_notifications, health

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("api/gerbang/<str:name>/kabar/", gateway_notifications.notify, name="gateway-notifications"),
]
