"""A buyer's purchases: one by its link, all of an account, one that was lost, to look at only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from federation.buying import purchase_details
from federation.web import error_pages, visitors, workplaces
from marketplace.gateway_payments import pay_purchase, payment_offer, payment_round
from marketplace.orders import order_records, reversals
from marketplace.pages.buying import buying_forms, payment_panel, purchase_progress
from settlement.bank.gateways.gateway_interface import Channel
from tenants import clock, throttle
from tenants.codes import FEDERATION
from tenants.errors import DomainError

PAGE_PURCHASES = 20
QUESTIONS_MAX = 60  # to a gateway about one purchase, within QUESTIONS_SECONDS
QUESTIONS_SECONDS = 900


@require_safe
def purchase(request: HttpRequest, token: str) -> HttpResponse:
    """GET /pesanan/<token>/ — whoever holds the link sees it, and may cancel."""
    return _purchase_page(request, purchase_details.by_token(token=token[:64]))


@require_safe
def view_only(request: HttpRequest, key: str) -> HttpResponse:
    """GET /pesanan/lihat/<key>/ — found by code and phone: to read, nothing else."""
    return _purchase_page(request, purchase_details.by_view_key(key=key))


@require_safe
def come_back(request: HttpRequest, key: str) -> HttpResponse:
    """GET /pesanan/kembali/<key>/ — back from the gateway, which never learns the buyer's link.

    The browser that went to pay, or its account, is led to the purchase; any other sees how it stands.
    """
    token, account_id = visitors.paying_token(request=request), visitors.account_id(request=request)
    found = purchase_details.by_return_key(key=key, token=token, account_id=account_id)
    if found.token:
        return redirect(f"{reverse('purchase', args=[found.token])}?kembali=1")
    return _purchase_page(request, found, looks=payment_panel.looks(request.GET.get("kembali", "1")))


@require_POST
def cancel(request: HttpRequest, token: str, order_id: UUID) -> HttpResponse:
    """POST /pesanan/<token>/batal/<order>/ — until the seller has accepted."""
    try:
        reversals.cancel_by_buyer(token=token, order_id=order_id, at=timezone.now())
    except order_records.NoSuchOrder:
        raise
    except DomainError as error:
        return _purchase_page(request, purchase_details.by_token(token=token), refusal=error)
    return redirect("purchase", token=token)


@require_POST
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """POST /pesanan/<token>/bayar/ — begin to pay at a gateway, or go on; the page then leads there by a link.

    Not by a redirect: the policy lets forms lead to this origin only, and browsers apply it to redirects too.
    """

    def begin(purchase_id: UUID) -> None:
        key = purchase_details.return_key(purchase_id=purchase_id)
        return_url = request.build_absolute_uri(reverse("purchase-return", args=[key]))
        pay_purchase.start(token=token, channel=_channel(request.POST.get("cara", "")), return_url=return_url, at=timezone.now())

    refused = _ask_gateway(request, token, begin)
    if refused is not None:
        return refused
    response = redirect("purchase", token=token)
    visitors.remember_paying(response=response, purchase_token=token)
    return response


@require_POST
def check_payment(request: HttpRequest, token: str) -> HttpResponse:
    """POST /pesanan/<token>/bayar/periksa/ — the buyer has paid: ask the gateway now."""

    def look(_purchase_id: UUID) -> None:
        payment_round.ask_about_purchase(token=token, at=clock.required())

    return _ask_gateway(request, token, look) or redirect(f"{reverse('purchase', args=[token])}?kembali=1")


def _ask_gateway(request: HttpRequest, token: str, call: Callable[[UUID], None]) -> HttpResponse | None:
    """Do what asks a gateway; gives the page of a refusal, if there is one."""
    found = purchase_details.by_token(token=token[:64])
    try:
        throttle.hit(key=f"gateway-question:{found.id}", limit=QUESTIONS_MAX, seconds=QUESTIONS_SECONDS)
        call(found.id)
    except DomainError as error:
        return _purchase_page(request, purchase_details.by_token(token=token), refusal=error)
    return None


def _channel(text: str) -> Channel:
    try:
        return Channel(text)
    except ValueError:
        raise pay_purchase.ChannelNotOffered from None


def _purchase_page(
    request: HttpRequest, found: purchase_details.PurchaseView, *, refusal: DomainError | None = None, looks: int | None = None
) -> HttpResponse:
    """looks: how often somebody without the link saw it since they came back from the gateway; None: they did not."""
    if looks is None:
        looks = payment_panel.looks(request.GET.get("kembali", "")) if found.token else 0
    payment = _payment(found, looks=looks)
    stage = payment[0].stage if payment else None
    panel = payment[1] if payment else None
    values = {
        "purchase": found,
        "refusal": refusal,
        "payment": panel,
        "look_seconds": payment_panel.LOOK_SECONDS,
        "look_path": request.path,
        "sentence": purchase_progress.of_purchase(found, payment=panel.sentence if panel else ""),
        "orders": [(order, purchase_progress.of_order(order, payment=stage)) for order in found.orders],
        "news": purchase_progress.news(found.notices),
        "link": request.build_absolute_uri(reverse("purchase", args=[found.token])) if found.token else "",
    }
    return render(request, "buying/purchase.html", values, status=error_pages.STATUS[refusal.kind] if refusal else 200)


def _payment(found: purchase_details.PurchaseView, *, looks: int) -> tuple[payment_offer.PaymentOffer, payment_panel.Panel] | None:
    """What is paid through the federation, if anything is, as it stands and as the page says it."""
    if all(order.holder != FEDERATION for order in found.orders):
        return None
    at = timezone.now()
    offer = payment_offer.of_purchase(purchase_id=found.id, at=at)
    return offer, payment_panel.of(offer, may_pay=bool(found.token), looks=looks, at=at)


@require_safe
def purchases(request: HttpRequest) -> HttpResponse:
    """GET /pesanan/?sesudah=<cursor> — an account's purchases, and the way to one without an account."""
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
            return redirect("purchase-view", key=key)
        except DomainError as error:
            status = error_pages.STATUS[error.kind]
            return render(request, "buying/purchases.html", _mine(request) | {"form": form, "refusal": error}, status=status)
    return render(request, "buying/purchases.html", _mine(request) | {"form": form}, status=422)


def _mine(request: HttpRequest) -> dict[str, Any]:
    account_id = visitors.account_id(request=request)
    if account_id is None:
        return {"rows": [], "offices": [], "next_url": ""}
    page = purchase_details.of_account(account_id=account_id, after=request.GET.get("sesudah", ""), limit=PAGE_PURCHASES)
    rows = [{"purchase": row, "open": sum(state in purchase_progress.OPEN for state in row.states)} for row in page.rows]
    more = f"{reverse('purchases')}?sesudah={page.after}" if page.after else ""
    return {"rows": rows, "next_url": more, "offices": workplaces.of_user(user_id=account_id, on=timezone.localdate())}
