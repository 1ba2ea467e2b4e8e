"""Every path of the one origin."""

from django.urls import include, path

urlpatterns = [
    path("", include("api.urls")),
    path("", include("federation.urls")),
    path("", include("marketplace.urls")),
]

handler400 = "federation.web.error_pages.bad_request"
handler403 = "federation.web.error_pages.forbidden"
handler404 = "federation.web.error_pages.not_found"
handler500 = "federation.web.error_pages.broken"
