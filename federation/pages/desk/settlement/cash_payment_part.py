"""Cash of a cycle from hand to hand, as far as the federation's desk has a part in it; a part of the page of payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from federation.pages.desk import desk_actions, desk_layout
from federation.web import form_fields, form_keys
from settlement.payments import cash_payments
from settlement.reports.cycle_facts import CashLeg
from tenants import codes, reasons

DEEDS = ("handover", "give", "receive", "call_off")
OUTCOMES = {
    "handover": gettext_lazy("Penyerahan tunai sudah disiapkan. Yang menyerahkan dan yang menerima menyatakannya masing-masing."),
    "give": gettext_lazy("Tercatat: uangnya Anda serahkan. Desa penerima menyatakan terimanya di kantornya."),
    "receive": gettext_lazy("Tercatat: uangnya Anda terima, dan sudah dibukukan."),
    "call_off": gettext_lazy("Penyerahan dibatalkan; jumlahnya terbuka lagi."),
}


class Plan(forms.Form):
    """Which village brings how much in cash, and to whom."""

    giver = forms.ChoiceField(label=gettext_lazy("Desa yang membawa uang"))
    amount_rupiah = form_fields.Rupiah(
        label=gettext_lazy("Jumlah (Rp)"), error_messages={"required": gettext_lazy("Tulis jumlahnya, misalnya 250.000.")}
    )
    direct = forms.ChoiceField(
        label=gettext_lazy("Dibawa ke mana?"),
        choices=(
            ("0", gettext_lazy("Ke federasi, yang lalu membagikannya")),
            ("1", gettext_lazy("Langsung ke desa-desa yang berpiutang, menurut bagian masing-masing")),
        ),
        initial="0",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, givers: dict[str, str], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.offer(givers)

    def offer(self, givers: dict[str, str]) -> None:
        """Let these be chosen, by code."""
        self.fields["giver"].choices = list(givers.items())  # type: ignore[attr-defined]


class Reason(forms.Form):
    """Why a hand-over does not take place."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan membatalkan"),
        max_length=reasons.LENGTH_MAX,
        error_messages={"required": gettext_lazy("Tulis alasan membatalkan penyerahan.")},
    )


@dataclass(frozen=True)
class Sent:
    """What was sent to the page: the deed (empty: nothing), the form that was filled in, and the payment that it is about."""

    deed: str
    form: forms.Form | None = None
    leg: str = ""


def sent(request: desk_layout.Request, deed: str, *, givers: dict[str, str]) -> Sent:
    """Read what was sent."""
    if deed == "handover":
        return Sent(deed, Plan(request.POST, givers=givers))
    if deed == "call_off":
        leg = request.POST.get("leg", "")
        return Sent(deed, Reason(request.POST, auto_id=f"id_{leg[:40]}_%s"), leg)
    return Sent(deed, leg=request.POST.get("leg", ""))


def do(request: desk_layout.Request, *, deed: str, number: int, sent: Sent, at: datetime) -> None:
    """Do what was sent, for the federation.

    :raises Refused: every refusal of settlement.payments.cash_payments
    """
    by = request.user.pk
    if deed == "handover" and sent.form is not None:
        typed = sent.form.cleaned_data
        cash_payments.plan(
            number=number,
            giver=typed["giver"],
            amount_rupiah=typed["amount_rupiah"],
            direct=typed["direct"] == "1",
            by=by,
            at=at,
            form_key=form_keys.key(request=request),
        )
        return
    terms: dict[str, Any] = {"number": number, "leg_id": desk_actions.uuid(sent.leg), "party": codes.FEDERATION, "by": by, "at": at}
    if deed == "give":
        cash_payments.give(**terms)
    elif deed == "receive":
        cash_payments.receive(**terms)
    elif sent.form is not None:
        cash_payments.call_off(reason=sent.form.cleaned_data["reason"], **terms)


def allowed(*, leg: CashLeg, user_id: object) -> frozenset[str]:
    """What an operator may do about a payment: only for the federation's side, and not both sides as one person."""
    if leg.rail != "cash":
        return frozenset()
    may = set()
    if leg.state == "planned" and leg.giver == codes.FEDERATION:
        may.add("give")
    if leg.state == "submitted" and leg.receiver == codes.FEDERATION and leg.given_by != user_id:
        may.add("receive")
    if leg.state in ("planned", "submitted"):
        may.add("call_off")
    return frozenset(may)


def reason_form(*, leg: CashLeg, sent: Sent) -> forms.Form:
    """The form to call a hand-over off, with what was typed if it was this one's."""
    if sent.deed == "call_off" and sent.form is not None and sent.leg == str(leg.id):
        return sent.form
    return Reason(auto_id=f"id_{leg.id}_%s")


def plan_form(*, sent: Sent, givers: dict[str, str]) -> forms.Form:
    """The form to plan a hand-over; `givers`: who still has to pay, by code."""
    form = sent.form if sent.deed == "handover" and isinstance(sent.form, Plan) else Plan(givers=givers)
    form.offer(givers)
    return form
