"""Kas: find a purchase by its short code, take its money, give a receipt, undo a mistake, pay back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from federation.buying import courier_cash, order_payments, purchase_details, take_over_payouts, take_over_rows
from federation.buying.payment_methods import Tender
from federation.labels import figures
from federation.reports import cash_book
from federation.web import confirmation, form_fields, form_keys, url_days
from marketplace.orders import counter, counter_queries
from marketplace.pages.office import office_labels, office_layout, order_forms
from tenants import text_direction, trade_holds
from tenants.errors import DomainError
from tenants.http import access
from tenants.people.permissions import Permission

UNFOLDED_MAX = 10  # longer lists are folded: what is in the box stands on the first screen, also after a busy day


@access.village_page(Permission.SEE_CASH)
@require_GET
def index(request: office_layout.Request) -> HttpResponse:
    """Find a purchase, and see what went in and out of the cash box on a day, and what couriers have."""
    asked = request.GET.get("kode", "").strip()[:40]
    not_found = ""
    if asked:
        try:
            found = counter_queries.find(village_code=request.village.code, code=asked)
        except purchase_details.NoSuchPurchase:
            not_found = _("Tidak ada belanjaan dengan kode “%(code)s”. Lihat lagi kodenya di HP pembeli, misalnya K7M-42P.") % {
                "code": text_direction.isolated(asked)
            }
        else:
            return office_layout.done(request, "", "office-cash-purchase", found.code)
    return _day_page(request, asked=asked, not_found=not_found)


def _day_page(request: office_layout.Request, *, asked: str = "", not_found: str = "", refusal: DomainError | None = None) -> HttpResponse:
    """The cash of a day; `not_found`: why nothing was found for the code that was asked for."""
    today = timezone.localdate(timezone.now())
    day, day_problem = _day(request.GET.get("hari", ""), today=today)
    refunds = cash_book.refunds_waiting(village_code=request.village.code)
    box = cash_book.of_day(village_code=request.village.code, day=day)
    context = {
        "asked": asked,
        "refusal": refusal or not_found,
        "not_found": not_found,
        "day_problem": day_problem,
        "day": day,
        "is_today": day == today,
        "refunds": refunds,
        "refunds_rupiah": sum(row.amount_rupiah for row in refunds),
        "box": box,
        "moves": len(box.receipts) + len(box.payouts) + len(box.handed_in),
        "unfolded_max": UNFOLDED_MAX,
    }
    return office_layout.page(request, "office/cash.html", context, tab="cash", status=404 if not_found else 0)


def _day(wished: str, *, today: date) -> tuple[date, str]:
    """The day asked for, or today and what was wrong."""
    if not wished:
        return today, ""
    try:
        return url_days.read(wished), ""
    except ValueError:
        return today, _("Tanggalnya tidak terbaca; ini catatan hari ini.")


def _purchase_page(request: office_layout.Request, code: str, *, refusal: DomainError | None = None) -> HttpResponse:
    """A purchase at the counter, as it is now."""
    found = counter_queries.find(village_code=request.village.code, code=code)
    rows = [
        {
            "order": order,
            "state": office_labels.STATES.get(order.state, order.state),
            "paid": office_labels.paid_label(order) if order.paid else "",
        }
        for order in found.orders
    ]
    context: dict[str, Any] = {"found": found, "orders": rows, "refusal": refusal}
    return office_layout.page(request, "office/cash_purchase.html", context, tab="cash")


@access.village_page(Permission.SEE_CASH)
@require_GET
def purchase(request: office_layout.Request, code: str) -> HttpResponse:
    """One purchase: what is still to be paid here, what was paid, what goes back."""
    return _purchase_page(request, code)


@access.village_page(Permission.TAKE_CASH, Permission.CONFIRM_TRANSFERS)
@require_POST
def confirm(request: office_layout.Request, code: str) -> HttpResponse:
    """The money is there, in the form that was asked for. What the cashier saw goes with it: if it changed meanwhile, nothing is taken."""
    found = counter_queries.find(village_code=request.village.code, code=code)
    try:
        receipt = counter.confirm(
            village_code=request.village.code,
            purchase_id=found.purchase_id,
            tender=Tender.ACCOUNT if request.POST.get("tender") == Tender.ACCOUNT else Tender.CASH,
            amount_rupiah=form_fields.read(form_fields.ExpectedRupiah(), request.POST.get("amount_rupiah", "")),
            act=form_keys.act(request=request),
        )
    except DomainError as error:
        return _purchase_page(request, code, refusal=error)
    return office_layout.done(request, "", "office-receipt", receipt.number)


@access.village_page(Permission.CONFIRM_TRANSFERS)
@require_POST
def confirm_late(request: office_layout.Request, code: str, order_id: uuid.UUID) -> HttpResponse:
    """Money of a buyer is on the shop's account after all, and the order has ended: it is written down, and goes back."""
    found = counter_queries.find(village_code=request.village.code, code=code)
    try:
        counter.confirm_late(
            village_code=request.village.code, purchase_id=found.purchase_id, order_id=order_id, act=form_keys.act(request=request)
        )
    except DomainError as error:
        return _purchase_page(request, code, refusal=error)
    return office_layout.done(request, "taken_late", "office-cash-purchase", code)


@access.village_page(Permission.SEE_CASH)
@require_GET
def receipt(request: office_layout.Request, number: int) -> HttpResponse:
    """A numbered receipt, to print or to show."""
    row = cash_book.receipt(village_code=request.village.code, number=number)
    return office_layout.page(request, "office/receipt.html", {"receipt": row}, tab="cash")


@access.village_page(Permission.UNDO_PAYMENTS)
def undo(request: office_layout.Request, code: str, payment_id: uuid.UUID) -> HttpResponse:
    """Take a wrong confirmation back by a reversal with its reason; what is already taken back stays so."""
    found = counter_queries.find(village_code=request.village.code, code=code)
    payment = next((row for row in found.payments if row.id == payment_id), None)
    if payment is None:
        raise order_payments.NoSuchPayment
    form = order_forms.Reason(office_layout.sent(request))
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            counter.undo(
                village_code=request.village.code,
                payment_id=payment_id,
                act=form_keys.act(request=request, reason=form.cleaned_data["reason"]),
            )
        except order_payments.AlreadyReversed:
            return office_layout.done(request, "undone", "office-cash-purchase", code)
        except DomainError as error:
            refusal = error
        else:
            return office_layout.done(request, "undone", "office-cash-purchase", code)
    context = {"found": found, "payment": payment, "form": form, "refusal": refusal}
    return office_layout.page(request, "office/cash_undo.html", context, tab="cash")


@access.village_page(Permission.TAKE_CASH)
@require_POST
def hand_in(request: office_layout.Request, courier: uuid.UUID) -> HttpResponse:
    """A courier brought the cash from buyers' doors; asked about once. If it changed since the page was opened, nothing is taken."""
    amount_rupiah = form_fields.read(form_fields.ExpectedRupiah(), request.POST.get("amount_rupiah", ""))
    question = _about_hand_in(request, courier, amount_rupiah)
    if question is not None and not confirmation.is_answered(request=request, question=question):
        return office_layout.ask(request, question, back=office_layout.address(request, "office-cash"), tab="cash")
    try:
        counter.hand_in(village_code=request.village.code, courier=courier, amount_rupiah=amount_rupiah, act=form_keys.act(request=request))
    except DomainError as error:
        return _day_page(request, refusal=error)
    return office_layout.done(request, "handed_in", "office-cash")


def _about_hand_in(request: office_layout.Request, courier: uuid.UUID, amount_rupiah: int) -> confirmation.Question | None:
    """What is about to be taken from a courier; None where another sum is carried by now, which is for the verb to refuse."""
    carried = next(iter(courier_cash.held(village_code=request.village.code, courier=courier)), None)
    if carried is None or carried.amount_rupiah != amount_rupiah:
        return None
    return confirmation.Question(
        title=_("Uang kurir sudah diterima?"),
        figures=[
            (_("Jumlah"), figures.rupiah(amount_rupiah)),
            (_("Dari"), carried.courier_name or _("tanpa nama")),
            (_("Kuitansi"), ", ".join(f"{row.receipt_number} ({figures.rupiah(row.amount_rupiah)})" for row in carried.receipts)),
        ],
        warning=_("Hitung dulu uangnya. Sesudah ini kurir tidak menanggungnya lagi, dan pernyataannya tidak bisa dihapus."),
        button=_("Ya, sudah diterima"),
    )


@access.village_page(Permission.PAY_OUT_REFUNDS)
@require_POST
def pay_out(request: office_layout.Request, code: str, refund_id: uuid.UUID) -> HttpResponse:
    """The buyer has the money back."""
    found = counter_queries.find(village_code=request.village.code, code=code)
    due = next((due for due in found.refunds_due if due.id == refund_id), None)
    return _paid_out(request, code, found, due, lambda **terms: counter.pay_out(refund_id=refund_id, **terms))


@access.village_page(Permission.PAY_OUT_REFUNDS)
@require_POST
def pay_out_taken_over(request: office_layout.Request, code: str, take_over_id: uuid.UUID) -> HttpResponse:
    """The buyer has the money back that the federation took over."""
    found = counter_queries.find(village_code=request.village.code, code=code)
    due = next((row for row in found.taken_over if row.id == take_over_id), None)
    return _paid_out(request, code, found, due, lambda **terms: take_over_payouts.pay_out(take_over_id=take_over_id, **terms))


def _paid_out(
    request: office_layout.Request,
    code: str,
    found: counter_queries.CounterPurchase,
    due: counter_queries.CounterRefund | take_over_rows.TakeOverRow | None,
    pay: Callable[..., None],
) -> HttpResponse:
    """Ask whether the money is back with its buyer, and then write so; what is not due here is for the verb to refuse."""
    question = _about_refund(due, found) if due is not None and not trade_holds.is_held(village_code=request.village.code) else None
    if question is not None and not confirmation.is_answered(request=request, question=question):
        return office_layout.ask(request, question, back=office_layout.address(request, "office-cash-purchase", code), tab="cash")
    try:
        pay(village_code=request.village.code, purchase_id=found.purchase_id, act=form_keys.act(request=request))
    except DomainError as error:
        return _purchase_page(request, code, refusal=error)
    return office_layout.done(request, "paid_out", "office-cash-purchase", code)


def _about_refund(
    due: counter_queries.CounterRefund | take_over_rows.TakeOverRow, found: counter_queries.CounterPurchase
) -> confirmation.Question:
    return confirmation.Question(
        title=_("Uangnya sudah dikembalikan?"),
        figures=[
            (_("Jumlah"), figures.rupiah(due.amount_rupiah)),
            (_("Kepada"), found.buyer_name or _("tanpa nama")),
            (_("Kode belanja"), found.code),
        ],
        warning=_("Hitung dulu uangnya. Pernyataan ini masuk buku besar dan tidak bisa dihapus."),
        button=_("Ya, sudah dikembalikan"),
    )
