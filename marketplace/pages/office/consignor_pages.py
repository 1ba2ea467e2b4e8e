"""Penitip: who sells through this BUMDes, and what it keeps."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from federation.labels import figures
from federation.web import form_keys
from marketplace.goods import consignors
from marketplace.pages.office import goods_forms, office_layout
from tenants import phones
from tenants.errors import DomainError
from tenants.http import access
from tenants.people.permissions import Permission


@access.village_page(Permission.CHANGE_GOODS)
@require_GET
def index(request: office_layout.Request) -> HttpResponse:
    """All consignors by name."""
    return office_layout.page(request, "office/consignors.html", {"consignors": consignors.all_()}, tab="more")


def _terms(form: goods_forms.Consignor) -> dict[str, Any]:
    """What was written, as the use cases take it."""
    values = form.cleaned_data
    return {
        "name": values["name"],
        "kind": values["kind"],
        "phone": values["phone"],
        "margin_rupiah": values["margin_rupiah"],
        "margin_basis_points": values["margin_percent"],
    }


@access.village_page(Permission.CHANGE_GOODS)
def add(request: office_layout.Request) -> HttpResponse:
    """Take on a consignor; the name is the key, so a second tap finds it there."""
    form = goods_forms.Consignor(office_layout.sent(request))
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        terms = _terms(form)
        try:
            consignors.add(**terms, act=form_keys.act(request=request))
        except consignors.ConsignorExists as error:
            if any(_same(row, terms) for row in consignors.all_()):
                return office_layout.done(request, "consignor_added", "office-consignors")
            form.add_error("name", str(error))
        except phones.BadPhone as error:
            form.add_error("phone", str(error))
        except DomainError as error:
            refusal = error
        else:
            return office_layout.done(request, "consignor_added", "office-consignors")
    return office_layout.page(request, "office/consignor.html", {"form": form, "refusal": refusal}, tab="more")


def _same(row: consignors.ConsignorRow, terms: dict[str, Any]) -> bool:
    """Whether a consignor already is what the form says (its phone may be written in another way)."""
    return all(getattr(row, name) == terms[name] for name in ("name", "kind", "margin_rupiah", "margin_basis_points"))


@access.village_page(Permission.CHANGE_GOODS)
def change(request: office_layout.Request, consignor_id: uuid.UUID) -> HttpResponse:
    """A consignor's terms; orders that exist keep theirs."""
    found = next((row for row in consignors.all_() if row.id == consignor_id), None)
    if found is None:
        raise Http404
    points = found.margin_basis_points
    start = {
        **asdict(found),
        "phone": figures.phone(found.phone),
        "margin_percent": None if points is None else figures.basis_points(points).rstrip("\u00a0%"),
    }
    form = goods_forms.ConsignorChange(office_layout.sent(request), initial=start)
    refusal: DomainError | None = None
    differences: list[goods_forms.Difference] = []
    if request.method == "POST" and form.is_valid():
        try:
            consignors.change(
                consignor_id=consignor_id,
                **_terms(form),
                active=form.cleaned_data["active"],
                seen=request.POST.get("seen") or "?",
                act=form_keys.act(request=request),
            )
        except consignors.ConsignorChangedMeanwhile as error:
            refusal, differences = error, goods_forms.differences(form, {**start, "margin_percent": points})
        except consignors.ConsignorExists as error:
            form.add_error("name", str(error))
        except phones.BadPhone as error:
            form.add_error("phone", str(error))
        except DomainError as error:
            refusal = error
        else:
            return office_layout.done(request, "consignor_changed", "office-consignors")
    context = {"form": form, "refusal": refusal, "consignor": found, "seen": found.mark, "differences": differences}
    return office_layout.page(request, "office/consignor.html", context, tab="more")
