"""Every path of the one origin."""

from django.urls import include, path

urlpatterns = [
    path("", include("api.urls")),
    path("", include("federation.urls")),
    path("", include("marketplace.urls")),
]

handler400 = "federation.web.refusal_pages.bad_request"
handler403 = "federation.web.refusal_pages.forbidden"
handler404 = "federation.web.refusal_pages.not_found"
handler500 = "federation.web.refusal_pages.broken"
