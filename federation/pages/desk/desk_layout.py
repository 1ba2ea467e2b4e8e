"""The layout of every page of the federation's desk: its menu, what became of an action, and the period that it is asked for."""

from __future__ import annotations

import calendar
import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.members import village_search
from federation.pages.desk import desk_outcomes
from federation.reports import turnover
from federation.web import confirmation, error_pages, form_keys, url_days
from tenants import codes, days, models
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

# (tab, label, url name, the permission that shows it)
MENU = (
    ("overview", gettext_lazy("Perputaran"), "desk", Permission.SEE_DESK),
    ("cycles", gettext_lazy("Penyelesaian"), "desk-cycles", Permission.SEE_DESK),
    ("villages", gettext_lazy("Anggota"), "desk-villages", Permission.SEE_DESK),
    ("positions", gettext_lazy("Posisi"), "desk-positions", Permission.SEE_DESK),
    ("limits", gettext_lazy("Batas"), "desk-limits", Permission.SEE_DESK),
    ("balance", gettext_lazy("Neraca"), "desk-balance", Permission.SEE_DESK),
    ("journal", gettext_lazy("Jurnal"), "desk-journal", Permission.SEE_JOURNAL),
    ("activity", gettext_lazy("Jejak"), "desk-activity", Permission.SEE_JOURNAL),
)


# Of a list on one page. Few, so that a page of two thousand villages is hardly slower than one of ten; whoever is far down is looked for.
ROWS = 12


class Request(form_keys.Request):
    """A request as tenants.http.access.federation_page hands it on."""

    user: models.User


def may(request: Request, permission: Permission) -> bool:
    """Whether the visitor can do something at the desk."""
    return permissions.can(request.principal, permission, codes.FEDERATION)


@dataclasses.dataclass(frozen=True)
class Period:
    """Days from and to, both counted (None: no bound); `unread` says what could not be read of the wish, `problem` that or what was odd."""

    from_on: date | None
    to_on: date | None
    problem: str = ""
    unread: str = ""

    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """The instants from which and before which the period lasts, in the federation's time zone."""
        begins_at = days.midnight(self.from_on) if self.from_on else None
        return begins_at, days.midnight(self.to_on + timedelta(days=1)) if self.to_on else None


class FilterNotRead(DomainError):
    """A table to keep is not drawn up of other days, or of more, than it was asked for; the sentence is its page's."""

    kind = Kind.INVALID
    code = "filter-not-read"

    def __init__(self, unread: str) -> None:
        super().__init__()
        self._unread = unread

    def __str__(self) -> str:
        return self._unread  # in the language of the visitor already, and with words of theirs


def for_table(unread: str) -> None:
    """Go on to a table only if all that was asked for could be read.

    :raises FilterNotRead: otherwise
    """
    if unread:
        raise FilterNotRead(unread)


def page(
    request: Request, template: str, context: dict[str, Any], *, tab: str, status: int = 0, refusal: DomainError | None = None
) -> HttpResponse:
    """A page of the desk with its menu; never kept by a cache on the way.

    It says what became of the action that led here (?hasil=), or why one was refused just now (`problem`). Unless `status` says
    otherwise: the refusal's status, 422 where the page's `form` cannot be read, else 200.
    """
    layout = {
        "menu": [
            {"label": label, "url": reverse(url_name), "current": tab == this}
            for this, label, url_name, permission in MENU
            if may(request, permission)
        ],
        "may_audit": may(request, Permission.SEE_JOURNAL),
        "outcome": "" if refusal else desk_outcomes.OUTCOMES.get(request.GET.get("hasil", ""), ""),
        "problem": str(refusal) if refusal else "",
        "form_key": form_keys.again(request=request, error=refusal),
    }
    answer = render(request, template, {**layout, **context}, status=status or _status(context, refusal))
    answer["Cache-Control"] = "private, no-store"
    return answer


def ask(request: Request, question: confirmation.Question, *, back: str, tab: str) -> HttpResponse:
    """Show what is about to be done for good, with its figures; `back`: the address of the page that leads here."""
    return page(request, "desk/question.html", confirmation.page(request=request, question=question, back=back), tab=tab)


def _status(context: Mapping[str, Any], refusal: DomainError | None) -> int:
    if refusal is not None:
        return error_pages.STATUS[refusal.kind]
    form = context.get("form")
    return 422 if form is not None and form.is_bound and form.errors else 200


def month_of(day: date) -> Period:
    """The whole month in which `day` lies."""
    return Period(day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1]))


def ends(period: Period) -> tuple[date, date]:
    """First and last day of a period that has both."""
    if period.from_on is None or period.to_on is None:
        raise ValueError(period)
    return period.from_on, period.to_on


def usual_period() -> Period:
    """The month of the last sale, or this month before the first one."""
    return month_of(turnover.last_day() or timezone.localdate(timezone.now()))


def period(request: Request, *, default: Period) -> Period:
    """The days asked for in ?dari=&sampai=; what cannot be read falls back to `default` and says so."""
    wished_from, wished_to = request.GET.get("dari", ""), request.GET.get("sampai", "")
    if not wished_from and not wished_to:
        return default
    try:
        from_on = url_days.read(wished_from) if wished_from else default.from_on
        to_on = url_days.read(wished_to) if wished_to else default.to_on
    except ValueError:
        unread = _("Tanggalnya tidak terbaca. Pilih tanggal dari kalender, misalnya 2020-08-31.")
        return dataclasses.replace(default, problem=unread, unread=unread)
    if from_on and to_on and from_on > to_on:
        return Period(to_on, from_on, problem=_("Tanggal awal lebih akhir dari tanggal akhir; keduanya kami tukar."))
    return Period(from_on, to_on)


def asked(period: Period) -> str:
    """The period as a query, for links to the same days elsewhere."""
    ends = {"dari": period.from_on, "sampai": period.to_on}
    return urlencode({name: day.isoformat() for name, day in ends.items() if day})


def words(request: Request) -> str:
    """What is looked for by ?q=, empty for everything."""
    return village_search.read(request.GET.get("q", ""))


def filters(request: Request, **more: str) -> str:
    """What the page was asked for, without its place in a list, as a query."""
    wishes = {name: value for name, value in request.GET.items() if not name.startswith("sesudah") and value}
    return urlencode({**wishes, **more})


def next_page(request: Request, after: str, *, place: str = "sesudah") -> str:
    """The address of the next page of a list, or empty. On a page of several lists each has a `place` of its own that begins so."""
    return f"?{filters(request, **{place: after})}" if after else ""
