"""What is decided about one cycle: its approval by a second person, giving it up, and the answers to objections."""

from __future__ import annotations

import uuid

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from federation.members import approvals, party_names
from federation.pages import second_factor_forms
from federation.pages.desk import desk_actions, desk_layout
from federation.pages.desk.settlement import cycle_page, cycle_rows, objection_rows
from federation.web import form_keys
from settlement.cycles import approving, objections
from settlement.reports import proposals
from tenants import reasons
from tenants.http import access
from tenants.people import second_factor
from tenants.people.permissions import Permission


class Approval(second_factor_forms.Code):
    """The approver's one-time code, and the signature of what the page showed."""

    signature = forms.CharField(required=False, widget=forms.HiddenInput)


class Abort(forms.Form):
    """Why a cycle is given up; villages will read it."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan membatalkan"),
        max_length=reasons.LENGTH_MAX,
        error_messages={"required": gettext_lazy("Tulis alasan membatalkan putaran.")},
    )


class Answer(forms.Form):
    """What the federation answers a village."""

    answer = forms.CharField(
        label=gettext_lazy("Jawaban untuk desa"),
        max_length=reasons.LENGTH_MAX,
        error_messages={"required": gettext_lazy("Tulis alasannya, supaya desa lain dan federasi mengerti.")},
    )


@sensitive_post_parameters("code")
@access.federation_page(Permission.APPROVE_CYCLE)
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: desk_layout.Request, number: int) -> HttpResponse:
    """Sign the cycle as it was shown, with a one-time code. What nobody can approve (any more) leads back to the cycle."""
    act = form_keys.act(request=request)
    form = Approval(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: approvals.approve(
            number=number,
            signed_sha256=form.cleaned_data["signature"],
            code=form.cleaned_data["code"],
            act=act,
        ),
        form=form,
    )
    if result.done:
        return desk_actions.done("approved", "desk-cycle", number)
    cycle = cycle_rows.of(number=number)
    if cycle.state != "proposed":
        return cycle_page.answer(request, number, refusal=result.refusal) if result.refusal else desk_actions.done("", "desk-cycle", number)
    is_maker = cycle.made_by == request.user.pk
    ready = not is_maker and cycle.objections_until_at is not None and act.at >= cycle.objections_until_at
    context = {
        "cycle": cycle,
        "proof": proposals.proof(of=cycle),
        "is_maker": is_maker,
        "ready": ready,
        "has_factor": ready and second_factor.active(user_id=request.user.pk) is not None,
        # a code that was tried is not shown again: the next one is another
        "form": form if form.errors else Approval(),
    }
    return desk_layout.page(request, "desk/settlement/approve.html", context, tab="cycles", refusal=result.refusal)


@access.federation_page(Permission.OPERATE_CYCLES)
@require_http_methods(["GET", "HEAD", "POST"])
def abort(request: desk_layout.Request, number: int) -> HttpResponse:
    """Give the cycle up, which can be done until its set-off is posted; after that a look leads back to the cycle."""
    form = Abort(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: approving.abort(number=number, act=form_keys.act(request=request, reason=form.cleaned_data["reason"])),
        form=form,
    )
    if result.done:
        return desk_actions.done("aborted", "desk-cycle", number)
    if result.refusal is not None:
        return cycle_page.answer(request, number, refusal=result.refusal)
    cycle = cycle_rows.of(number=number)
    if not cycle.can_be_aborted:
        return desk_actions.done("", "desk-cycle", number)
    return desk_layout.page(request, "desk/settlement/abort.html", {"cycle": cycle, "form": form}, tab="cycles")


@access.federation_page(Permission.ANSWER_OBJECTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: desk_layout.Request, number: int, objection_id: uuid.UUID) -> HttpResponse:
    """Answer a village's objection, once; one that is answered leads back to the cycle."""
    form = Answer(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: objections.answer(
            number=number, objection_id=objection_id, answer=form.cleaned_data["answer"], act=form_keys.act(request=request)
        ),
        form=form,
    )
    if result.done:
        return desk_actions.done("answered", "desk-cycle", number)
    if result.refusal is not None:
        return cycle_page.answer(request, number, refusal=result.refusal)
    found = objection_rows.rows(number=number, names=party_names.of_parties())
    row = next((one for one in found if one.objection.id == objection_id), None)
    if row is None:
        raise Http404
    if row.objection.is_answered:
        return desk_actions.done("", "desk-cycle", number)
    return desk_layout.page(request, "desk/settlement/answer.html", {"number": number, "row": row, "form": form}, tab="cycles")
