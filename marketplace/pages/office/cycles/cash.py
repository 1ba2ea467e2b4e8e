"""Cash of a cycle from hand to hand, as one side sees it: announce it, hand it over, receive it. Two persons confirm, one on each side."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from federation.web import sent_forms
from federation.words import figures
from marketplace import duties
from marketplace.pages.office import forms as office_forms
from marketplace.pages.office import frame
from marketplace.pages.office.cycles import forms, statements
from marketplace.pages.office.cycles import words as cycles_words
from settlement.cycles.standing import NoSuchCycle
from settlement.payments import handovers, items, legs
from settlement.statements import standing
from tenants import access
from tenants.refusals import Refused


@access.village_page(*duties.MONEY)
def plan(request: frame.Request, cycle: int) -> HttpResponse:
    """Announce cash, to the federation or straight to the villages that are owed; a form that is sent twice announces once."""
    code = request.village.code
    one = standing.of(number=cycle, village_code=code)
    if one is None:
        raise NoSuchCycle
    form = forms.Cash(frame.sent(request), initial={"amount_rupiah": one.room_rupiah or None})
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
                form_key=sent_forms.key(request=request),
            )
        except items.MoreThanOpen as refused:
            most = figures.rupiah(refused.values["open"])  # type: ignore[arg-type]
            form.add_error("amount_rupiah", _("Paling banyak %(amount)s yang masih bisa direncanakan.") % {"amount": most})
        except Refused as refused:
            trouble = str(refused)
        else:
            return frame.done(request, "cash_planned", "office-cycle", cycle)
    may_plan = one.owes and one.room_rupiah > 0 and one.takes_pay_ins(at=timezone.now())
    context = {"one": one, "form": form, "trouble": trouble, "form_key": sent_forms.key(request=request), "may_plan": may_plan}
    return frame.page(request, "office/cycles/cash.html", context, tab="more")


@access.village_page(*duties.MONEY)
@require_POST
def give(request: frame.Request, cycle: int, leg_id: uuid.UUID) -> HttpResponse:
    """The cash left our hands."""
    return _stated(request, cycle, leg_id, state=handovers.give, outcome="cash_given")


@access.village_page(*duties.MONEY)
@require_POST
def receive(request: frame.Request, cycle: int, leg_id: uuid.UUID) -> HttpResponse:
    """The cash is in our hands: now the ledger knows."""
    return _stated(request, cycle, leg_id, state=handovers.receive, outcome="cash_received")


def _stated(request: frame.Request, cycle: int, leg_id: uuid.UUID, *, state: Callable[..., object], outcome: str) -> HttpResponse:
    """State one side of a hand-over, and show the cycle after it, or what was wrong about it."""
    try:
        state(number=cycle, leg_id=leg_id, party=request.village.code, by=request.user.pk, at=timezone.now())
    except legs.NoSuchLeg:
        raise Http404 from None
    except Refused as refused:
        return statements.shown(request, cycle, trouble=str(refused))
    return frame.done(request, outcome, "office-cycle", cycle)


@access.village_page(*duties.MONEY)
def call_off(request: frame.Request, cycle: int, leg_id: uuid.UUID) -> HttpResponse:
    """The cash was not handed over after all. Where there is nothing (any more) to call off, a look leads back to the cycle."""
    form = office_forms.Reason(frame.sent(request))
    if request.method == "POST" and form.is_valid():
        terms = {"leg_id": leg_id, "party": request.village.code, "reason": form.cleaned_data["reason"]}
        try:
            handovers.call_off(number=cycle, **terms, by=request.user.pk, at=timezone.now())
        except legs.NoSuchLeg:
            raise Http404 from None
        except Refused as refused:
            return statements.shown(request, cycle, trouble=str(refused))
        return frame.done(request, "cash_called_off", "office-cycle", cycle)
    found = standing.leg(number=cycle, leg_id=leg_id, village_code=request.village.code)
    row = cycles_words.leg(found, names=cycles_words.named(), may_act=True)
    if not row["may_call_off"]:
        return frame.done(request, "", "office-cycle", cycle)
    return frame.page(request, "office/cycles/call_off.html", {"number": cycle, "row": row, "form": form}, tab="more")
