"""Kas: find a purchase by its short code, take its money, give a receipt, undo a mistake, pay back."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from federation import buyers, cash_book, payments
from federation.web import days, sent_forms
from marketplace import duties
from marketplace.orders import counter
from marketplace.pages.office import forms, frame, words
from tenants import access
from tenants.refusals import Refused

UNFOLDED_MAX = 10  # longer lists are folded: what is in the box stands on the first screen, also after a busy day


@access.village_page(*duties.MONEY)
@require_GET
def index(request: frame.Request) -> HttpResponse:
    """Find a purchase, and see what went in and out of the cash box on a day."""
    asked = request.GET.get("kode", "").strip()[:40]
    trouble = ""
    if asked:
        try:
            found = counter.find(village_code=request.village.code, code=asked)
        except buyers.NoSuchPurchase:
            trouble = _("Tidak ada belanjaan dengan kode “%(code)s”. Lihat lagi kodenya di HP pembeli, misalnya K7M-42P.") % {"code": asked}
        else:
            return frame.done(request, "", "office-cash-purchase", found.code)
    today = timezone.localdate(timezone.now())
    day, day_trouble = _day(request.GET.get("hari", ""), today=today)
    refunds = cash_book.refunds_waiting(village_code=request.village.code)
    box = cash_book.today(village_code=request.village.code, day=day)
    context = {
        "asked": asked,
        "trouble": trouble,
        "day_trouble": day_trouble,
        "day": day,
        "is_today": day == today,
        "refunds": refunds,
        "refunds_rupiah": sum(row["amount_rupiah"] for row in refunds),
        "box": box,
        "moves": len(box["receipts"]) + len(box["payouts"]),
        "unfolded_max": UNFOLDED_MAX,
    }
    return frame.page(request, "office/cash.html", context, tab="cash", status=404 if trouble else 200)


def _day(wished: str, *, today: date) -> tuple[date, str]:
    """The day asked for, or today and what was wrong."""
    if not wished:
        return today, ""
    try:
        return days.read(wished), ""
    except ValueError:
        return today, _("Tanggalnya tidak terbaca; ini catatan hari ini.")


def _shown(request: frame.Request, code: str, *, trouble: str = "") -> HttpResponse:
    """A purchase at the counter, as it is now."""
    found = counter.find(village_code=request.village.code, code=code)
    rows = [
        {"order": order, "state": words.STATES.get(order.state, order.state), "paid": words.paid_words(order) if order.paid else ""}
        for order in found.orders
    ]
    context: dict[str, Any] = {"found": found, "orders": rows, "trouble": trouble, "form_key": sent_forms.new_key()}
    return frame.page(request, "office/cash_purchase.html", context, tab="cash")


@access.village_page(*duties.MONEY)
@require_GET
def purchase(request: frame.Request, code: str) -> HttpResponse:
    """One purchase: what is still to be paid here, what was paid, what goes back."""
    return _shown(request, code)


@access.village_page(*duties.MONEY)
@require_POST
def confirm(request: frame.Request, code: str) -> HttpResponse:
    """The money is in the cash box. The amount that the cashier saw goes with it: if it changed meanwhile, nothing is taken."""
    amount = request.POST.get("amount_rupiah", "")
    found = counter.find(village_code=request.village.code, code=code)
    try:
        receipt = counter.confirm(
            village_code=request.village.code,
            purchase_id=found.purchase_id,
            amount_rupiah=int(amount) if amount.isdecimal() and len(amount) < 13 else 0,
            form_key=sent_forms.key(request=request),
            by=request.user.pk,
            at=timezone.now(),
        )
    except Refused as refused:
        return _shown(request, code, trouble=str(refused))
    return frame.done(request, "", "office-receipt", receipt.number)


@access.village_page(*duties.MONEY)
@require_GET
def receipt(request: frame.Request, number: int) -> HttpResponse:
    """A numbered receipt, to print or to show."""
    row = cash_book.receipt(village_code=request.village.code, number=number)
    return frame.page(request, "office/receipt.html", {"receipt": row}, tab="cash")


@access.village_page(*duties.MONEY)
def undo(request: frame.Request, code: str, payment_id: uuid.UUID) -> HttpResponse:
    """Take a wrong confirmation back by a reversal with its reason; what is already taken back stays so."""
    found = counter.find(village_code=request.village.code, code=code)
    payment = next((row for row in found.payments if row["id"] == payment_id), None)
    if payment is None:
        raise payments.NoSuchPayment
    form = forms.Reason(frame.sent(request))
    trouble = ""
    if request.method == "POST" and form.is_valid():
        try:
            counter.undo(
                village_code=request.village.code,
                payment_id=payment_id,
                reason=form.cleaned_data["reason"],
                by=request.user.pk,
                at=timezone.now(),
            )
        except payments.AlreadyReversed:
            return frame.done(request, "undone", "office-cash-purchase", code)
        except Refused as refused:
            trouble = str(refused)
        else:
            return frame.done(request, "undone", "office-cash-purchase", code)
    context = {"found": found, "payment": payment, "form": form, "trouble": trouble}
    return frame.page(request, "office/cash_undo.html", context, tab="cash")


@access.village_page(*duties.MONEY)
@require_POST
def pay_out(request: frame.Request, code: str, refund_id: uuid.UUID) -> HttpResponse:
    """The buyer has the money back."""
    of = counter.find(village_code=request.village.code, code=code).purchase_id
    try:
        counter.pay_out(village_code=request.village.code, refund_id=refund_id, purchase_id=of, by=request.user.pk, at=timezone.now())
    except Refused as refused:
        return _shown(request, code, trouble=str(refused))
    return frame.done(request, "paid_out", "office-cash-purchase", code)
