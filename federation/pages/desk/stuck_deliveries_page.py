"""Kiriman: deliveries of events that failed too often; the operator sends them again, or skips them, and says why."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from federation.labels import figures
from federation.pages.desk import desk_actions, desk_layout
from federation.reports import stuck_deliveries
from federation.web import form_fields, form_keys
from tenants.events import attention
from tenants.http import access
from tenants.people.permissions import Permission

DELIVERIES_MAX = 50


class Reason(forms.Form):
    """Why a delivery is sent again or skipped."""

    reason = form_fields.Reason(help_text=gettext_lazy("Tercatat bersama nama Anda, misalnya: penerimanya sudah hidup lagi."))


def sentence(*, count: int) -> str:
    """What waits here."""
    if not count:
        return _("Tidak ada kiriman yang menunggu keputusan. Semua kabar sampai, atau sedang dicoba.")
    return ngettext(
        "%(count)s kiriman sudah dicoba berkali-kali dan tetap gagal. Periksa sebabnya, lalu kirim lagi atau lewati.",
        "%(count)s kiriman sudah dicoba berkali-kali dan tetap gagal. Periksa sebabnya, lalu kirim lagi atau lewati.",
        count,
    ) % {"count": figures.number(count)}


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """What needs a person, the oldest first; the operator finds the way to each decision."""
    count = attention.count()
    context: dict[str, Any] = {
        "sentence": sentence(count=count),
        "rows": stuck_deliveries.listed(limit=DELIVERIES_MAX),
        "subscribers": attention.by_subscriber(),
        "left": max(0, count - DELIVERIES_MAX),
        "may_decide": desk_layout.may(request, Permission.DECIDE_DELIVERIES),
    }
    return desk_layout.page(request, "desk/stuck_deliveries.html", context, tab="overview")


@access.federation_page(Permission.DECIDE_DELIVERIES)
@require_http_methods(["GET", "HEAD", "POST"])
def resend(request: desk_layout.Request, delivery_id: uuid.UUID) -> HttpResponse:
    """Let a delivery be tried again."""

    def call(reason: str) -> None:
        attention.resend(delivery_id=delivery_id, act=form_keys.act(request=request, reason=reason))

    return _decide(request, call, outcome="delivery_resent", title=_("Kirim lagi"), delivery_id=delivery_id)


@access.federation_page(Permission.DECIDE_DELIVERIES)
@require_http_methods(["GET", "HEAD", "POST"])
def skip(request: desk_layout.Request, delivery_id: uuid.UUID) -> HttpResponse:
    """Give a delivery up."""

    def call(reason: str) -> None:
        attention.skip(delivery_id=delivery_id, act=form_keys.act(request=request, reason=reason))

    return _decide(request, call, outcome="delivery_skipped", title=_("Lewati kiriman"), delivery_id=delivery_id)


@access.federation_page(Permission.DECIDE_DELIVERIES)
@require_http_methods(["GET", "HEAD", "POST"])
def resend_all(request: desk_layout.Request, subscriber: str) -> HttpResponse:
    """Let all of one subscriber's be tried again, after an outage."""

    def call(reason: str) -> None:
        attention.resend_all(subscriber=subscriber, act=form_keys.act(request=request, reason=reason))

    found = next((one for one in attention.by_subscriber() if one.name == subscriber), None)
    if found is None and request.method != "POST":
        raise Http404
    title = _("Kirim lagi semua untuk %(subscriber)s") % {"subscriber": found.label if found else subscriber}
    return _decide(request, call, outcome="delivery_resent", title=title, count=found.count if found else 0)


def _decide(
    request: desk_layout.Request,
    call: Callable[[str], None],
    *,
    outcome: str,
    title: str,
    delivery_id: uuid.UUID | None = None,
    count: int = 1,
) -> HttpResponse:
    """A form that asks why, and the decision once it is sent. A refusal (somebody else was faster) is a page of its own."""
    form = Reason(desk_actions.sent(request))
    if form.is_bound and form.is_valid():
        call(form.cleaned_data["reason"])
        return desk_actions.done(outcome, "desk-deliveries")
    row = stuck_deliveries.get(delivery_id=delivery_id) if delivery_id else None
    context = {"title": title, "row": row, "count": count, "form": form}
    return desk_layout.page(request, "desk/stuck_delivery.html", context, tab="overview")
