"""Penyelesaian: the cycles, the newest first, what each waits for, and the operator's closing of the open one's books."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from federation.labels import cycle_labels as cycle_words
from federation.pages.desk import desk_actions, desk_layout
from federation.web import csv_export, form_fields
from federation.web import layout as web_frame
from settlement.cycles import cutoff, lifecycle
from settlement.reports import agenda, cycle_overview
from tenants.errors import DomainError
from tenants.http import access

OUTCOMES = {"cutoff": gettext_lazy("Buku sudah ditutup. Sistem mencatat dan menghitung kewajibannya; belanja jalan terus di putaran baru.")}
DEEDS = {"cutoff": desk_layout.OPERATOR}
DAYS = {"objection_days": 3, "collection_days": 7}
_DAYS_WORDS = gettext_lazy("Isi jumlah hari dengan angka bulat dari 1 sampai 90.")
BAD_DAYS = dict.fromkeys(("required", "invalid", "max_value", "min_value"), _DAYS_WORDS)


class CutOff(forms.Form):
    """How long villages may object and have to pay; the verb holds the bounds too."""

    objection_days = form_fields.Whole(
        label=gettext_lazy("Hari untuk keberatan"),
        min_value=cutoff.DAYS_MIN,
        max_value=cutoff.DAYS_MAX,
        error_messages=BAD_DAYS,
        help_text=gettext_lazy("Selama itu desa boleh memeriksa dan menolak satu catatan. Baru sesudahnya putaran bisa disetujui."),
    )
    collection_days = form_fields.Whole(
        label=gettext_lazy("Hari untuk membayar"),
        min_value=cutoff.DAYS_MIN,
        max_value=cutoff.DAYS_MAX,
        error_messages=BAD_DAYS,
        help_text=gettext_lazy("Yang belum dibayar sampai saat itu pindah ke putaran berikutnya."),
    )


@dataclass(frozen=True)
class Row:
    """A cycle in words."""

    cycle: cycle_overview.Overview
    state: str
    tone: str
    next: str
    setoff_share: float | None


def of(*, number: int) -> cycle_overview.Overview:
    """The cycle of this number; 404 if there is none."""
    try:
        return cycle_overview.cycle(number=number)
    except lifecycle.NoSuchCycle:
        raise Http404 from None


def row(*, cycle: cycle_overview.Overview, waiting: agenda.Waiting | None, unfinished: int | None, at: datetime) -> Row:
    """A cycle with its words."""
    state, tone = cycle_words.state(code=cycle.state)
    totals = cycle.totals
    share = totals.setoff_rupiah / totals.gross_rupiah if totals and totals.gross_rupiah else None
    return Row(cycle, state, tone, cycle_words.next_step(cycle=cycle, waiting=waiting, unfinished=unfinished, at=at), share)


def now(*, at: datetime) -> Row | None:
    """The cycle under way in words, with what is to be done next and by whom; None if there is none."""
    found = cycle_overview.under_way()
    return row(cycle=found, waiting=agenda.waiting(of=found), unfinished=found.number, at=at) if found else None


def ways(current: str) -> list[web_frame.Item]:
    """The pages about settlement as a whole."""
    places = (
        ("cycles", _("Putaran"), reverse("desk-cycles")),
        ("statements", _("Rekening koran"), reverse("desk-bank-statements")),
        ("bank-accounts", _("Rekening bank"), reverse("desk-bank-accounts")),
        ("carry", _("Sisa yang dibawa"), reverse("desk-carry")),
        ("trial", _("Neraca"), reverse("desk-balance")),
    )
    return [web_frame.Item(label, url, name == current) for name, label, url in places]


def _rows(found: list[cycle_overview.Overview], *, at: datetime) -> list[Row]:
    unfinished = next((cycle for cycle in found if cycle.is_under_way), None)
    waiting = agenda.waiting(of=unfinished) if unfinished else None
    number = unfinished.number if unfinished else None
    return [row(cycle=cycle, waiting=waiting if cycle.number == number else None, unfinished=number, at=at) for cycle in found]


@access.federation_page(*desk_layout.EVERYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: desk_layout.Request) -> HttpResponse:
    """All cycles; the operator closes the books of the open one."""
    at = timezone.now()
    deed, refused = desk_actions.named(request, DEEDS), None
    form = CutOff(request.POST if deed else None, initial=DAYS)
    if deed and form.is_valid():
        try:
            cutoff.cut_off(number=_number(request.POST.get("number", "")), by=request.user.pk, at=at, **form.cleaned_data)
        except DomainError as why:
            refused = why
        else:
            return desk_actions.done("cutoff", "desk-cycles")
    before = _number(request.GET.get("sesudah", "")) or None
    found, following = cycle_overview.page(before=before, most=cycle_overview.PAGE_CYCLES)
    rows = _rows(found, at=at)
    opened = next((one for one in rows if one.cycle.is_open), None)
    unfinished = next((one for one in rows if one.cycle.is_under_way), None)
    may_close = desk_layout.OPERATOR in request.roles and opened is not None and unfinished is None
    context = {
        "rows": rows,
        "opened": opened,
        "unfinished": unfinished,
        "unanswered": _unanswered(unfinished.cycle.number if unfinished else None),
        "books": agenda.open_books(unfinished=unfinished.cycle if unfinished else None) if opened else None,
        "form": form if may_close else None,
        "ways": ways("cycles"),
        "more_url": desk_layout.next_page(request, str(following or "")),
        **desk_actions.told(request, outcomes=OUTCOMES, refused=refused),
    }
    return desk_layout.page(
        request, "desk/settlement/cycles.html", context, tab="cycles", status=desk_actions.status(form=form, refused=refused)
    )


def _unanswered(unfinished: int | None) -> list[tuple[int, str]]:
    """The cycles with objections that wait for an answer, in words; the one under way says so itself."""
    return [(number, cycle_words.objections(count=count)) for number, count in agenda.unanswered().items() if number != unfinished]


def _number(text: str) -> int:
    """A cycle's number as it was sent; 0, which none has, for what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


HEADER: Mapping[str, object] = {
    "number": gettext_lazy("Putaran"),
    "state": gettext_lazy("Keadaan"),
    "opened": gettext_lazy("Dibuka"),
    "cutoff": gettext_lazy("Buku ditutup"),
    "objections": gettext_lazy("Keberatan sampai"),
    "collect": gettext_lazy("Bayar sampai"),
    "ended": gettext_lazy("Berakhir"),
    "gross": gettext_lazy("Diperdagangkan (rupiah)"),
    "pairs": gettext_lazy("Dihapus berpasangan (rupiah)"),
    "circles": gettext_lazy("Dihapus dalam lingkaran (rupiah)"),
    "shortened": gettext_lazy("Diringkas di kas bersama (rupiah)"),
    "carried": gettext_lazy("Dibawa (rupiah)"),
    "cash": gettext_lazy("Tunai (rupiah)"),
    "collected": gettext_lazy("Terkumpul (rupiah)"),
    "paid": gettext_lazy("Dibayarkan (rupiah)"),
}


def _lines() -> Iterator[tuple[object, ...]]:
    before: int | None = None
    while True:
        found, before = cycle_overview.page(before=before, most=500)
        for cycle in found:
            moments = (cycle.opened_at, cycle.cutoff_at, cycle.objections_until_at, cycle.collect_until_at, cycle.ended_at)
            told = (timezone.localtime(moment).isoformat() if moment else None for moment in moments)
            yield cycle.number, cycle_words.state(code=cycle.state)[0], *told, *_amounts(cycle.totals)
        if before is None:
            return


def _amounts(totals: cycle_overview.Totals | None) -> tuple[int | None, ...]:
    if totals is None:
        return (None,) * 8
    parts = (totals.gross_rupiah, totals.pairs_rupiah, totals.circles_rupiah, totals.shortened_rupiah)
    return (*parts, totals.carried_rupiah, totals.cash_rupiah, totals.collected_rupiah, totals.paid_out_rupiah)


@access.federation_page(*desk_layout.EVERYONE)
@require_GET
def table_csv(request: desk_layout.Request) -> StreamingHttpResponse:
    """All cycles with their exact amounts."""
    return csv_export.response(name="putaran", header=tuple(HEADER.values()), rows=_lines())
