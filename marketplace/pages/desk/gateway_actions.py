"""What the operator decides about money at gateways: each decision is a form that says what happens and asks why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from federation.labels import figures
from federation.pages.desk import desk_actions, desk_layout
from federation.web import form_fields, form_keys
from marketplace.gateway_payments import gateway_attention, overdue_payments, waiting_problems
from marketplace.gateway_payments.waiting_problems import PaymentProblem, RefundProblem
from tenants.acts import Act
from tenants.http import access
from tenants.people.permissions import Permission

_looks_and_sends = require_http_methods(["GET", "HEAD", "POST"])
_decides = access.federation_page(Permission.DECIDE_GATEWAY_MONEY)


class Reason(forms.Form):
    """Why it is decided so."""

    reason = form_fields.Reason(
        help_text=gettext_lazy("Tercatat bersama nama Anda, misalnya: sudah diperiksa di gerbang dan dibicarakan dengan pembeli.")
    )


@dataclass(frozen=True, kw_only=True)
class Decision:
    """hint: what happens then, with %(amount)s of money. danger: it cannot be taken back. outcome: a key of desk_outcomes.OUTCOMES."""

    title: Promise
    hint: Promise
    outcome: str
    danger: bool = False


SEND_BACK = Decision(
    title=gettext_lazy("Kembalikan ke pembeli"),
    hint=gettext_lazy("Seluruh %(amount)s dikirim kembali lewat gerbang yang menerimanya. Pesanannya tetap belum dibayar."),
    outcome="gateway_sent_back",
)
WRITE_OFF = Decision(
    title=gettext_lazy("Catat sebagai hilang"),
    hint=gettext_lazy("Hanya kalau gerbang benar-benar menarik kembali %(amount)s. Uang itu menjadi biaya federasi."),
    outcome="gateway_written_off",
    danger=True,
)
FOLLOW = Decision(
    title=gettext_lazy("Samakan buku dengan gerbang"),
    hint=gettext_lazy(
        "Buku mencatat selisih %(amount)s: yang kurang menjadi biaya federasi, yang lebih menjadi miliknya. Periksa dulu di gerbang."
    ),
    outcome="gateway_corrected",
    danger=True,
)
GIVE_UP = Decision(
    title=gettext_lazy("Anggap tidak jadi"),
    hint=gettext_lazy("Pesanannya lewat waktu dan batal, barangnya bebas lagi. Kalau %(amount)s datang juga, uang itu dikembalikan."),
    outcome="gateway_given_up",
)
CLOSE = Decision(
    title=gettext_lazy("Selesai diperiksa"),
    hint=gettext_lazy("Tidak ada uang yang berpindah dan tidak ada catatan yang berubah. Tulis apa yang Anda temukan."),
    outcome="gateway_closed",
)
CLOSE_PAYMENT = Decision(
    title=CLOSE.title,
    hint=gettext_lazy(
        "Tidak ada uang yang berpindah. Kalau dari sengketa yang dimenangkan baru sebagian uangnya kembali, sisanya dicatat sebagai "
        "hilang. Tulis apa yang Anda temukan."
    ),
    outcome=CLOSE.outcome,
)
AGAIN = Decision(
    title=gettext_lazy("Kirim lagi"),
    hint=gettext_lazy("Gerbang diminta sekali lagi mengirim %(amount)s ke pembeli. Periksa dulu di gerbang bahwa yang tadi tidak sampai."),
    outcome="gateway_refund_again",
)
OWN_CASH = Decision(
    title=gettext_lazy("Dibayar dari kas federasi"),
    hint=gettext_lazy("Hanya kalau pembeli sudah menerima %(amount)s dari kas federasi. Sebagai gantinya, uang di gerbang milik federasi."),
    outcome="gateway_refund_paid",
    danger=True,
)


@_decides
@_looks_and_sends
def send_money_back(request: desk_layout.Request, payment_id: UUID) -> HttpResponse:
    """The whole of a sum that nobody asked for goes back to its buyer."""
    return _of_payment(request, payment_id, SEND_BACK, gateway_attention.send_money_back, fits=lambda row: row.can_send_back)


@_decides
@_looks_and_sends
def write_payment_off(request: desk_layout.Request, payment_id: UUID) -> HttpResponse:
    """What the gateway took back is gone."""
    return _of_payment(request, payment_id, WRITE_OFF, gateway_attention.write_payment_off, fits=lambda row: row.can_write_off)


@_decides
@_looks_and_sends
def follow_gateway(request: desk_layout.Request, payment_id: UUID) -> HttpResponse:
    """The books take over what the gateway says."""
    return _of_payment(request, payment_id, FOLLOW, gateway_attention.follow_gateway, fits=lambda row: row.can_correct)


@_decides
@_looks_and_sends
def give_payment_up(request: desk_layout.Request, payment_id: UUID) -> HttpResponse:
    """Nobody decides a payment: it ends."""
    return _of_payment(request, payment_id, GIVE_UP, overdue_payments.give_up, fits=lambda row: row.can_give_up)


@_decides
@_looks_and_sends
def close_payment(request: desk_layout.Request, payment_id: UUID) -> HttpResponse:
    """A person looked into a payment, and nothing is left to do."""
    return _of_payment(request, payment_id, CLOSE_PAYMENT, gateway_attention.close_payment, fits=lambda row: row.can_close)


@_decides
@_looks_and_sends
def send_refund_again(request: desk_layout.Request, refund_attempt_id: UUID) -> HttpResponse:
    """The gateway tries once more."""
    return _of_refund(request, refund_attempt_id, AGAIN, gateway_attention.send_refund_again, fits=lambda row: row.can_decide)


@_decides
@_looks_and_sends
def pay_refund_by_hand(request: desk_layout.Request, refund_attempt_id: UUID) -> HttpResponse:
    """The federation has paid the buyer itself."""
    return _of_refund(request, refund_attempt_id, OWN_CASH, gateway_attention.pay_refund_by_hand, fits=lambda row: row.can_decide)


@_decides
@_looks_and_sends
def close_refund(request: desk_layout.Request, refund_attempt_id: UUID) -> HttpResponse:
    """A person looked into a refund, and nothing is left to do."""
    return _of_refund(request, refund_attempt_id, CLOSE, gateway_attention.close_refund, fits=lambda row: not row.can_decide)


def _of_payment(
    request: desk_layout.Request, payment_id: UUID, decision: Decision, verb: Callable[..., None], *, fits: Callable[[PaymentProblem], bool]
) -> HttpResponse:
    form = Reason(desk_actions.sent(request))
    result = desk_actions.run(lambda: verb(payment_id=payment_id, act=_act(request, form)), form=form)
    if result.done:
        return desk_actions.done(decision.outcome, "desk-gateways")
    row = next((row for row in waiting_problems.read().payments if row.payment_id == payment_id and fits(row)), None)
    if row is None:
        raise result.refusal or gateway_attention.NotWaiting
    amount = row.asked_rupiah if row.received_rupiah is None else row.received_rupiah
    amount = row.difference_rupiah if decision is FOLLOW else amount
    return _form(request, decision, form, result, amount_rupiah=amount, payment=row)


def _of_refund(
    request: desk_layout.Request,
    refund_attempt_id: UUID,
    decision: Decision,
    verb: Callable[..., None],
    *,
    fits: Callable[[RefundProblem], bool],
) -> HttpResponse:
    form = Reason(desk_actions.sent(request))
    result = desk_actions.run(lambda: verb(refund_attempt_id=refund_attempt_id, act=_act(request, form)), form=form)
    if result.done:
        return desk_actions.done(decision.outcome, "desk-gateways")
    row = next((row for row in waiting_problems.read().refunds if row.refund_attempt_id == refund_attempt_id and fits(row)), None)
    if row is None:
        raise result.refusal or gateway_attention.NotWaiting
    amount = row.by_hand_rupiah if decision is OWN_CASH else row.amount_rupiah
    return _form(request, decision, form, result, amount_rupiah=amount, refund=row)


def _act(request: desk_layout.Request, form: Reason) -> Act:
    return form_keys.act(request=request, reason=form.cleaned_data["reason"])


def _form(
    request: desk_layout.Request,
    decision: Decision,
    form: Reason,
    result: desk_actions.Result,
    *,
    amount_rupiah: int,
    payment: PaymentProblem | None = None,
    refund: RefundProblem | None = None,
) -> HttpResponse:
    """What is decided about, what happens then, and the question why."""
    hint = str(decision.hint) % {"amount": figures.rupiah(amount_rupiah)}
    context = {"decision": decision, "hint": hint, "form": form, "payment": payment, "refund": refund}
    return desk_layout.page(request, "desk/gateway_decision.html", context, tab="cycles", refusal=result.refusal)
