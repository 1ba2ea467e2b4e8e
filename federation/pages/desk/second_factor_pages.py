"""Kode sekali pakai: the second factor of whoever works at the desk, set up, replaced and removed by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from federation.pages import second_factor_forms
from federation.pages.desk import desk_actions, desk_layout
from tenants.errors import DomainError
from tenants.http import access
from tenants.people import second_factor
from tenants.people.permissions import Permission

TAPPED_TWICE = timedelta(minutes=1)


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """The state of the visitor's own factor, and the key of one that is being set up."""
    return _answer(request, second_factor_forms.Code(), at=timezone.now())


def _answer(
    request: desk_layout.Request, form: second_factor_forms.Code, *, at: datetime, refusal: DomainError | None = None
) -> HttpResponse:
    enrolment = second_factor.pending(user_id=request.user.pk, at=at)
    context = {
        "factor": second_factor.active(user_id=request.user.pk),
        "enrolment": enrolment,
        "key": " ".join(enrolment.secret[start : start + 4] for start in range(0, len(enrolment.secret), 4)) if enrolment else "",
        "minutes": second_factor.ENROLMENT_MINUTES_MAX,
        "form": form,
        "is_approver": desk_layout.may(request, Permission.APPROVE_CYCLE),
    }
    return desk_layout.page(request, "desk/second_factor.html", context, tab="", refusal=refusal)


@access.federation_page(Permission.SEE_DESK)
@require_POST
def enrol(request: desk_layout.Request) -> HttpResponse:
    """Begin to set up a first factor; its key is shown on the page. Where one is in force its code is asked for, and none is guessed."""
    at = timezone.now()
    if second_factor.active(user_id=request.user.pk) is not None:
        return desk_actions.done("", "desk-factor-replace")
    result = desk_actions.run(lambda: second_factor.enrol(user_id=request.user.pk, code="", at=at))
    if result.done:
        return desk_actions.done("", "desk-factor")
    return _answer(request, second_factor_forms.Code(), at=at, refusal=result.refusal)


@sensitive_post_parameters("code")
@access.federation_page(Permission.SEE_DESK)
@require_POST
def confirm(request: desk_layout.Request) -> HttpResponse:
    """The first code of the new phone puts it in force. A second tap finds it so, and shows it."""
    at, user_id = timezone.now(), request.user.pk
    factor = second_factor.active(user_id=user_id)
    form = second_factor_forms.Code(request.POST)
    result = desk_actions.run(lambda: second_factor.confirm(user_id=user_id, code=form.cleaned_data["code"], at=at), form=form)
    if result.done:
        return desk_actions.done("factor_confirmed", "desk-factor")
    if result.refusal is not None and _tapped_twice(result.refusal, factor, at):
        return desk_actions.done("", "desk-factor")
    return _answer(request, form, at=at, refusal=result.refusal)


def _tapped_twice(refusal: DomainError, factor: second_factor.Factor | None, at: datetime) -> bool:
    """Whether a confirmation met the device that the tap before it had put in force: the page shows it, nothing is wrong."""
    used_at = factor.last_used_at if factor else None
    return isinstance(refusal, second_factor.EnrolmentOver) and used_at is not None and at - used_at < TAPPED_TWICE


@sensitive_post_parameters("code")
@access.federation_page(Permission.SEE_DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: desk_layout.Request) -> HttpResponse:
    """Begin to move to a new phone, with a code of the old one. Who has no factor is led to where one is set up."""
    at, user_id = timezone.now(), request.user.pk
    form = second_factor_forms.Code(desk_actions.sent(request))
    result = desk_actions.run(lambda: second_factor.enrol(user_id=user_id, code=form.cleaned_data["code"], at=at), form=form)
    if result.done or second_factor.active(user_id=user_id) is None:
        return desk_actions.done("", "desk-factor")
    return desk_layout.page(request, "desk/second_factor_replace.html", {"form": form}, tab="", refusal=result.refusal)


@sensitive_post_parameters("code")
@access.federation_page(Permission.SEE_DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: desk_layout.Request) -> HttpResponse:
    """Remove the factor, with a code of it. Who has none is led to where one is set up."""
    at, user_id = timezone.now(), request.user.pk
    form = second_factor_forms.Code(desk_actions.sent(request))
    result = desk_actions.run(lambda: second_factor.remove(user_id=user_id, code=form.cleaned_data["code"], at=at), form=form)
    if result.done:
        return desk_actions.done("factor_removed", "desk-factor")
    if second_factor.active(user_id=user_id) is None:
        return desk_actions.done("", "desk-factor")
    return desk_layout.page(request, "desk/second_factor_remove.html", {"form": form}, tab="", refusal=result.refusal)
