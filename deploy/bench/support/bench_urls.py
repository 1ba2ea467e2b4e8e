"""Every path of the market, and the yardsticks of bench catalogue behind the same middleware."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from tenants.http import access


def constant(request: HttpRequest) -> HttpResponse:
    """What costs nothing but the middleware."""
    return HttpResponse("pasarsama", content_type="text/plain")


def asking(request: HttpRequest) -> HttpResponse:
    """One statement, whatever schema it runs in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return HttpResponse(cursor.fetchone()[0], content_type="text/plain")


def unrouted(request: HttpRequest, slug: str) -> HttpResponse:
    """The same below a village's name, which nobody looks up."""
    return asking(request)


urlpatterns = [
    path("bench/constant/", constant),
    path("bench/routed/<slug:slug>/", access.shop_page(asking)),
    path("bench/unrouted/<slug:slug>/", unrouted),
    path("", include("deploy.urls")),
]

handler400 = "federation.web.error_pages.bad_request"
handler403 = "federation.web.error_pages.forbidden"
handler404 = "federation.web.error_pages.not_found"
handler500 = "federation.web.error_pages.broken"
