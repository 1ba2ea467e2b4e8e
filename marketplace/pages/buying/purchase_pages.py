"""A buyer's purchases: one by its link, all of an account, one that was lost, to look at only."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from federation.buying import purchase_details
from federation.members import workplaces
from federation.web import error_pages, visitors
from marketplace.orders import order_records, reversals
from marketplace.pages.buying import buying_forms, purchase_progress
from tenants.errors import DomainError

PAGE = 20


@require_safe
def purchase(request: HttpRequest, token: str) -> HttpResponse:
    """GET /pesanan/<token>/ — whoever holds the link sees it, and may cancel."""
    return _show(request, purchase_details.by_token(token=token[:64]))


@require_safe
def look(request: HttpRequest, key: str) -> HttpResponse:
    """GET /pesanan/lihat/<key>/ — found by code and phone: to look at, nothing else."""
    return _show(request, purchase_details.by_look(key=key))


@require_POST
def cancel(request: HttpRequest, token: str, order_id: UUID) -> HttpResponse:
    """POST /pesanan/<token>/batal/<order>/ — until the seller has accepted."""
    try:
        reversals.cancel_by_buyer(token=token, order_id=order_id, at=timezone.now())
    except order_records.NoSuchOrder:
        raise
    except DomainError as refusal:
        return _show(request, purchase_details.by_token(token=token), refusal=refusal)
    return redirect("purchase", token=token)


def _show(request: HttpRequest, seen: purchase_details.PurchaseView, *, refusal: DomainError | None = None) -> HttpResponse:
    values = {
        "purchase": seen,
        "refusal": refusal,
        "sentence": purchase_progress.of_purchase(seen),
        "parts": [(order, purchase_progress.of_order(order)) for order in seen.orders],
        "news": purchase_progress.news(seen.notices),
        "link": request.build_absolute_uri(reverse("purchase", args=[seen.token])) if seen.token else "",
    }
    return render(request, "buying/purchase.html", values, status=error_pages.STATUS[refusal.kind] if refusal else 200)


@require_safe
def purchases(request: HttpRequest) -> HttpResponse:
    """GET /pesanan/?sampai=<instant> — an account's purchases, and the way to one without an account."""
    return render(request, "buying/purchases.html", _mine(request) | {"form": buying_forms.FindAgain()})


@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """POST /pesanan/cari/ — by short code and phone."""
    form = buying_forms.FindAgain(request.POST)
    if form.is_valid():
        try:
            key = purchase_details.find_again(
                code=form.cleaned_data["code"], phone=form.cleaned_data["phone"], source=visitors.source(request=request)
            )
            return redirect("purchase-look", key=key)
        except DomainError as refusal:
            status = error_pages.STATUS[refusal.kind]
            return render(request, "buying/purchases.html", _mine(request) | {"form": form, "refusal": refusal}, status=status)
    return render(request, "buying/purchases.html", _mine(request) | {"form": form}, status=422)


def _mine(request: HttpRequest) -> dict[str, Any]:
    account_id = visitors.account_id(request=request)
    if account_id is None:
        return {"heads": [], "offices": [], "next_url": ""}
    heads = purchase_details.of_account(account_id=account_id, before=_instant(request.GET.get("sampai", "")), limit=PAGE)
    mine = [{"head": head, "open": sum(state in purchase_progress.OPEN for state in head.states)} for head in heads]
    more = f"{reverse('purchases')}?sampai={heads[-1].placed_at.timestamp()}" if len(heads) == PAGE else ""
    return {"heads": mine, "next_url": more, "offices": workplaces.of_user(user_id=account_id, on=timezone.localdate())}


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(text), tz=timezone.get_default_timezone()) if text else None
    except (ValueError, OverflowError, OSError):
        return None
