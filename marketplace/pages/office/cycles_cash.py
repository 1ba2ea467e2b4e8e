"""Cash of a cycle from hand to hand, as one side sees it: announce it, hand it over, receive it. Two persons confirm, one on each side."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from federation.templatetags import words
from marketplace.pages.office import cycles, cycles_forms, cycles_words, forms, frame
from settlement.cycles.standing import NoSuchCycle
from settlement.payments import handovers, items
from settlement.statements import standing
from settlement.statements.standing import Leg
from tenants import access
from tenants.refusals import Refused


@access.village_page(*frame.MONEY)
def plan(request: frame.Request, cycle: int) -> HttpResponse:
    """Announce cash, to the federation or straight to the villages that are owed; a form that is sent twice announces once."""
    code = request.village.code
    one = standing.of(number=cycle, village_code=code)
    if one is None:
        raise NoSuchCycle
    form = cycles_forms.Cash(frame.sent(request), initial={"amount_rupiah": one.room_rupiah or None})
    trouble = ""
    if request.method == "POST" and form.is_valid():
        try:
            handovers.plan(
                number=cycle,
                giver=code,
                amount_rupiah=form.cleaned_data["amount_rupiah"],
                direct=form.cleaned_data["way"] == "villages",
                by=request.user.pk,
                at=timezone.now(),
                form_key=frame.form_key(request),
            )
        except items.MoreThanOpen as refused:
            most = words.rupiah(refused.values["open"])  # type: ignore[arg-type]
            form.add_error("amount_rupiah", _("Paling banyak %(amount)s yang masih bisa direncanakan.") % {"amount": most})
        except Refused as refused:
            trouble = str(refused)
        else:
            return frame.done(request, "cash_planned", "office-cycle", cycle)
    may_plan = one.owes and one.room_rupiah > 0 and one.takes_payments
    context = {"one": one, "form": form, "trouble": trouble, "form_key": frame.form_key(request), "may_plan": may_plan}
    return frame.page(request, "office/cycle_cash.html", context, tab="more")


def _leg(request: frame.Request, cycle: int, leg_id: uuid.UUID, *, gives: bool) -> Leg:
    """The payment, if this village is on that side of it; what is foreign does not exist."""
    found = standing.leg(number=cycle, leg_id=leg_id, village_code=request.village.code)
    if found.gives != gives:
        raise Http404
    return found


@access.village_page(*frame.MONEY)
@require_POST
def give(request: frame.Request, cycle: int, leg_id: uuid.UUID) -> HttpResponse:
    """The cash left our hands."""
    _leg(request, cycle, leg_id, gives=True)
    try:
        handovers.give(leg_id=leg_id, by=request.user.pk, at=timezone.now())
    except Refused as refused:
        return cycles.shown(request, cycle, trouble=str(refused))
    return frame.done(request, "cash_given", "office-cycle", cycle)


@access.village_page(*frame.MONEY)
@require_POST
def receive(request: frame.Request, cycle: int, leg_id: uuid.UUID) -> HttpResponse:
    """The cash is in our hands: now the ledger knows."""
    _leg(request, cycle, leg_id, gives=False)
    try:
        handovers.receive(leg_id=leg_id, by=request.user.pk, at=timezone.now())
    except Refused as refused:
        return cycles.shown(request, cycle, trouble=str(refused))
    return frame.done(request, "cash_received", "office-cycle", cycle)


@access.village_page(*frame.MONEY)
def call_off(request: frame.Request, cycle: int, leg_id: uuid.UUID) -> HttpResponse:
    """The cash was not handed over after all."""
    found = standing.leg(number=cycle, leg_id=leg_id, village_code=request.village.code)
    if not found.gives or not (found.waits_for_giver or found.waits_for_receiver):
        return frame.done(request, "cash_called_off" if found.gives and found.state == "failed" else "", "office-cycle", cycle)
    form = forms.Reason(frame.sent(request))
    trouble = ""
    if request.method == "POST" and form.is_valid():
        try:
            handovers.call_off(leg_id=leg_id, reason=form.cleaned_data["reason"], by=request.user.pk, at=timezone.now())
        except Refused as refused:
            trouble = str(refused)
        else:
            return frame.done(request, "cash_called_off", "office-cycle", cycle)
    row = cycles_words.leg(found, names=cycles_words.named(), may_act=True)
    context = {"number": cycle, "row": row, "form": form, "trouble": trouble}
    return frame.page(request, "office/cycle_call_off.html", context, tab="more")
