"""Every path of the one origin."""

from django.urls import include, path

urlpatterns = [
    path("", include("api.urls")),
    path("", include("federation.urls")),
    path("", include("marketplace.urls")),
]
