"""Pages that only the tests of tenants.http.access open."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.response import SimpleTemplateResponse
from django.urls import path

from marketplace.models import Shop
from tenants.db import context
from tenants.http import access


def _about() -> str:
    return Shop.objects.values_list("about", flat=True).get()


@access.village_page("manager", "cashier")
def office(request):
    return HttpResponse(f"{context.here()} {request.village.name} {sorted(request.roles)} {_about()}")


@access.village_page()
def anybody(request, number):
    return HttpResponse(f"{number} {sorted(request.roles)}")


@access.shop_page
def shop(request):
    return HttpResponse(f"{request.village.state} {_about()}")


@access.shop_page
def streamed(request):
    return StreamingHttpResponse(_about().encode() for _ in range(3))


class _Late(SimpleTemplateResponse):
    """Renders a query, and that late."""

    @property
    def rendered_content(self):
        return _about()


@access.shop_page
def late(request):
    return _Late(engines["django"].from_string(""))


@access.federation_page("auditor")
def desk(request):
    return HttpResponse(f"{context.current()} {sorted(request.roles)}")


urlpatterns = [
    path("desa/<slug:slug>/kelola/", office),
    path("desa/<slug:slug>/kelola/<int:number>/", anybody),
    path("desa/<slug:slug>/", shop),
    path("desa/<slug:slug>/mengalir/", streamed),
    path("desa/<slug:slug>/nanti/", late),
    path("federasi/", desk),
    path("masuk/", office, name="login"),
    path("", shop, name="market"),
]
