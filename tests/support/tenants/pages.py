"""Pages that only the tests of tenants.http.access open."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.response import SimpleTemplateResponse
from django.urls import path

from marketplace.models import Shop
from tenants import codes
from tenants.db import context
from tenants.http import access
from tenants.people.permissions import Permission


def _about() -> str:
    return Shop.objects.values_list("about", flat=True).get()


def _roles(request, place: str) -> list[str]:
    return sorted(request.principal.roles_at(place))


@access.village_page(Permission.TAKE_CASH, Permission.CHANGE_SHOP)
def office(request):
    return HttpResponse(f"{context.here()} {request.village.name} {_roles(request, request.village.code)} {_about()}")


@access.village_page()
def anybody(request, number):
    return HttpResponse(f"{number} {_roles(request, request.village.code)}")


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


@access.federation_page(Permission.SEE_JOURNAL)
def desk(request):
    return HttpResponse(f"{context.current()} {_roles(request, codes.FEDERATION)}")


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
