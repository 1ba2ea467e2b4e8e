"""Kode sekali pakai: the second factor of whoever works at the desk, set up, replaced and removed by themselves."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from federation.pages.desk import desk_actions, desk_layout
from tenants.errors import DomainError
from tenants.http import access
from tenants.people import second_factor

DEEDS = ("enrol", "confirm", "remove")
OUTCOMES = {
    "confirm": gettext_lazy("Kode sekali pakai sudah aktif. Kode tadi terpakai; untuk langkah berikutnya tunggu kode yang baru."),
    "remove": gettext_lazy("Kode sekali pakai sudah dilepas. Hapus juga akunnya di aplikasi kode."),
}
TAPPED_TWICE = timedelta(minutes=1)


class Code(forms.Form):
    """The six digits; whether they are right is for the verb to say."""

    code = forms.CharField(
        label=gettext_lazy("Kode enam angka"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "amount", "size": "8"}),
        error_messages={"required": gettext_lazy("Isi kode enam angka dari aplikasi kode Anda.")},
    )


@sensitive_post_parameters("code")
@access.federation_page(*desk_layout.EVERYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: desk_layout.Request) -> HttpResponse:
    """The state of the visitor's own factor, and its deeds; `deed` in the form says which."""
    at = timezone.now()
    user_id, deed = request.user.pk, request.POST.get("deed", "") if request.method == "POST" else ""
    if request.method == "POST" and deed not in DEEDS:
        raise Http404
    factor = second_factor.active(user_id=user_id)
    needs_code = deed in ("confirm", "remove") or (deed == "enrol" and factor is not None)
    form = Code(request.POST if needs_code else None)
    refusal: DomainError | None = None
    if deed and (not needs_code or form.is_valid()):
        try:
            _do(deed, user_id=user_id, code=form.cleaned_data["code"] if needs_code else "", at=at)
        except DomainError as why:
            refusal = why
        if refusal is None or _tapped_twice(refusal, factor, at):
            return desk_actions.done(deed if refusal is None and deed in OUTCOMES else "", "desk-factor")
        factor = second_factor.active(user_id=user_id)
    enrolment = second_factor.pending(user_id=user_id, at=at)
    context: dict[str, Any] = {
        "factor": factor,
        "enrolment": enrolment,
        "key": " ".join(enrolment.secret[start : start + 4] for start in range(0, len(enrolment.secret), 4)) if enrolment else "",
        "minutes": second_factor.ENROLMENT_MINUTES_MAX,
        "form": form,
        "empty": Code(),
        "deed": deed,
        **desk_actions.told(request, outcomes=OUTCOMES, refused=refusal),
        "is_approver": desk_layout.APPROVER in request.roles,
    }
    return desk_layout.page(request, "desk/second_factor.html", context, tab="", status=desk_actions.status(form=form, refused=refusal))


def _do(deed: str, *, user_id: uuid.UUID, code: str, at: datetime) -> None:
    if deed == "enrol":
        second_factor.enrol(user_id=user_id, code=code, at=at)
    elif deed == "confirm":
        second_factor.confirm(user_id=user_id, code=code, at=at)
    else:
        second_factor.remove(user_id=user_id, code=code, at=at)


def _tapped_twice(refusal: DomainError, factor: second_factor.Factor | None, at: datetime) -> bool:
    """Whether a confirmation met the device that the tap before it had put in force: the page shows it, nothing is wrong."""
    used_at = factor.last_used_at if factor else None
    return isinstance(refusal, second_factor.EnrolmentOver) and used_at is not None and at - used_at < TAPPED_TWICE
