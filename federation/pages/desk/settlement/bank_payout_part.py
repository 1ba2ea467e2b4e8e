"""Payouts by bank that end without the bank's statement: refused, or brought in cash instead; a part of the page of payments."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy

from federation.pages.desk import desk_actions, desk_layout
from federation.pages.desk.settlement import cash_payment_part
from settlement.payments import bank_payouts
from settlement.reports.cycle_facts import CashLeg
from tenants import codes, reasons

DEEDS = ("refused", "in_cash")
OUTCOMES = {
    "refused": gettext_lazy("Dicatat: bank menolak pembayaran itu. Jumlahnya terbuka lagi dan bisa disiapkan dengan jalan lain."),
    "in_cash": gettext_lazy("Pembayaran itu sekarang disiapkan tunai. Anda dan desa penerima menyatakannya masing-masing."),
}


class Reason(forms.Form):
    """Why a payout does not go by bank."""

    reason = forms.CharField(
        label=gettext_lazy("Alasannya"),
        max_length=reasons.LENGTH_MAX,
        help_text=gettext_lazy("Pemeriksa akan membacanya, misalnya: kata bank, rekening penerima tidak aktif."),
        error_messages={"required": gettext_lazy("Tulis alasannya, misalnya jawaban bank.")},
    )


def sent(request: desk_layout.Request, deed: str) -> cash_payment_part.Sent:
    """Read what was sent."""
    leg = request.POST.get("leg", "")
    return cash_payment_part.Sent(deed, Reason(request.POST, auto_id=f"id_{leg[:40]}_%s"), leg)


def do(request: desk_layout.Request, *, deed: str, number: int, sent: cash_payment_part.Sent, at: datetime) -> None:
    """Do what was sent.

    :raises Refused: every refusal of settlement.payments.bank_payouts
    """
    if sent.form is not None:
        verb = bank_payouts.refuse if deed == "refused" else bank_payouts.pay_in_cash
        verb(number=number, leg_id=desk_actions.uuid(sent.leg), reason=sent.form.cleaned_data["reason"], by=request.user.pk, at=at)


def allowed(*, leg: CashLeg) -> frozenset[str]:
    """What an operator may say of a payment."""
    if leg.rail != "bank" or leg.giver != codes.FEDERATION:
        return frozenset()
    if leg.state in ("submitted", "unknown"):
        return frozenset({"refused"})
    return frozenset({"in_cash"} if leg.state == "planned" else ())


def reason_form(*, leg: CashLeg, sent: cash_payment_part.Sent) -> forms.Form:
    """The form about a payment, with what was typed if it was this one's."""
    if sent.deed in DEEDS and sent.form is not None and sent.leg == str(leg.id):
        return sent.form
    return Reason(auto_id=f"id_{leg.id}_%s")
