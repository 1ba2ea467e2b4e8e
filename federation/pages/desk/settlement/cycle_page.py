"""One cycle: what it came to as a picture and a table, where it stands, each party; approval, objections and giving it up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from federation.labels import activity_labels as trail_words
from federation.labels import cycle_labels as cycle_words
from federation.members import approvals, party_names
from federation.pages.desk import desk_actions, desk_layout, second_factor_page
from federation.pages.desk.settlement import cycles_page as desk_cycles
from federation.pages.desk.settlement import flow_picture
from federation.pages.desk.settlement import objection_part as desk_objections
from federation.web import csv_export
from federation.web import layout as web_frame
from settlement.cycles import approving, lifecycle, objections
from settlement.reports import agenda, cycle_overview, party_totals, proposals
from settlement.reports.cycle_facts import PartySums
from tenants import activity_log, reasons
from tenants.errors import DomainError
from tenants.http import access
from tenants.people import second_factor

DEEDS = {"approve": desk_layout.APPROVER, "abort": desk_layout.OPERATOR, "answer": desk_layout.OPERATOR}
OUTCOMES = {
    "approve": gettext_lazy("Putaran disetujui. Sistem sekarang menghapus utang yang berputar, lalu menagih sisanya."),
    "abort": gettext_lazy("Putaran dibatalkan. Semua utangnya masuk putaran berikutnya."),
    "answer": gettext_lazy("Keberatan sudah dijawab. Kewajibannya ikut dihitung lagi di pencatatan berikutnya."),
}
PARTIES_SHOWN = 200  # the largest; the table to download has them all


class Reason(forms.Form):
    """Why a cycle is given up; villages will read it."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan membatalkan"),
        max_length=reasons.LENGTH_MAX,
        error_messages={"required": gettext_lazy("Tulis alasan membatalkan putaran.")},
    )


@dataclass(frozen=True)
class Step:
    """One step of the way: done at a moment by somebody, the current one, or still to come."""

    words: str
    at: datetime | None = None
    by_name: str = ""
    reason: str = ""
    current: bool = False


@dataclass(frozen=True)
class Amount:
    """A line of the table beside the picture."""

    name: str
    rupiah: int
    share: float
    swatch: SafeString
    within: bool = False  # a part of the line above it


@dataclass(frozen=True)
class Row:
    """A party with its name."""

    name: str
    party: PartySums


def ways(number: int, current: str) -> list[web_frame.Item]:
    """The pages about one cycle."""
    places = (
        ("cycle", _("Ringkasan"), "desk-cycle"),
        ("payments", _("Pembayaran"), "desk-cycle-payments"),
        ("reconciliation", _("Pencocokan"), "desk-cycle-reconciliation"),
    )
    return [web_frame.Item(label, reverse(url_name, args=[number]), name == current) for name, label, url_name in places]


def steps(*, entries: Sequence[dict[str, Any]], ended: bool) -> list[Step]:
    """What was done of a cycle, oldest first, and the steps still to come, the first of them the current one."""
    order = {action: place for place, (action, _words) in enumerate(cycle_words.STEPS)}
    order |= {"cycle.frozen-anew": order["cycle.snapshot"], "cycle.paying-again": order["cycle.paying"]}
    done = [entry for entry in entries if entry["action"].startswith("cycle.")]
    said = [Step(trail_words.said(action=deed["action"]), deed["at"], deed["by_name"], deed["reason"]) for deed in done]
    if ended:
        return said
    reached = order.get(done[-1]["action"], -1) if done else -1
    coming = cycle_words.STEPS[reached + 1 :]
    return [*said, *(Step(str(words), current=place == 0) for place, (_action, words) in enumerate(coming))]


def amounts(*, cycle: cycle_overview.Overview) -> list[Amount]:
    """The table beside the picture, exact to the rupiah."""
    parts = flow_picture.parts(cycle=cycle)
    lines = [Amount(part.name, part.rupiah, part.share, flow_picture.swatch(kind=part.kind)) for part in parts]
    if cycle.totals is None or not cycle.totals.gross_rupiah:
        return []
    source, whole = cycle_overview.origin(of=cycle), cycle.totals.gross_rupiah
    origins = (
        (_("di antaranya belanja antardesa"), source.trade_rupiah),
        (_("di antaranya dengan federasi (iuran, uang kartu)"), source.federation_rupiah),
        (_("di antaranya sisa putaran sebelumnya"), source.earlier_rupiah),
    )
    within = [Amount(name, rupiah, rupiah / whole, SafeString(), within=True) for name, rupiah in origins if rupiah]
    return [lines[0], *within, *lines[1:]]


def _parties(cycle: cycle_overview.Overview, names: dict[str, str]) -> list[Row]:
    """Every party, who owes the most first, then who gets the most."""
    found = sorted(party_totals.of_cycle(cycle_id=cycle.id), key=lambda one: (not one.owes, -abs(one.net_rupiah), one.party))
    return [Row(names.get(one.party, one.party), one) for one in found]


@sensitive_post_parameters("code")
@access.federation_page(*desk_layout.EVERYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: desk_layout.Request, number: int) -> HttpResponse:
    """The cycle and its deeds; `deed` in the form says which."""
    at = timezone.now()
    deed = desk_actions.named(request, DEEDS)
    form = _form(request, deed)
    refused: DomainError | None = None
    if form is not None and form.is_valid():
        try:
            _do(request, deed, number, form.cleaned_data, at)
        except (lifecycle.NoSuchCycle, objections.NoSuchObjection):
            raise Http404 from None
        except DomainError as why:
            refused = why
        else:
            return desk_actions.done(deed, "desk-cycle", number)
    cycle = desk_cycles.of(number=number)
    context = {**_shown(request, cycle, at), **_forms(request, cycle, deed, form, at)}
    context |= desk_actions.told(request, outcomes=OUTCOMES, refused=refused)
    return desk_layout.page(
        request, "desk/settlement/cycle.html", context, tab="cycles", status=desk_actions.status(form=form, refused=refused)
    )


def _form(request: desk_layout.Request, deed: str) -> forms.Form | None:
    kinds: dict[str, type[forms.Form]] = {"approve": second_factor_page.Code, "abort": Reason, "answer": desk_objections.Answer}
    return kinds[deed](request.POST) if deed else None


def _do(request: desk_layout.Request, deed: str, number: int, typed: dict[str, Any], at: datetime) -> None:
    by = request.user.pk
    if deed == "approve":
        approvals.approve(number=number, signed_sha256=request.POST.get("signature", ""), code=typed["code"], by=by, at=at)
    elif deed == "abort":
        approving.abort(number=number, reason=typed["reason"], by=by, at=at)
    else:
        objection_id = desk_actions.uuid(request.POST.get("objection", ""))
        objections.answer(number=number, objection_id=objection_id, answer=typed["answer"], by=by, at=at)


def _shown(request: desk_layout.Request, cycle: cycle_overview.Overview, at: datetime) -> dict[str, Any]:
    """What everybody at the desk sees of a cycle."""
    names = party_names.of_parties()
    other = cycle_overview.under_way() if cycle.is_open else None
    waiting = agenda.waiting(of=cycle) if cycle.is_under_way else None
    rows = _parties(cycle, names)
    return {
        "row": desk_cycles.row(cycle=cycle, waiting=waiting, unfinished=other.number if other else None, at=at),
        "cycle": cycle,
        "sentence": cycle_words.sentence(totals=cycle.totals),
        "picture": flow_picture.svg(of=flow_picture.parts(cycle=cycle)),
        "amounts": amounts(cycle=cycle),
        "books": agenda.open_books(unfinished=other) if cycle.is_open else None,
        "steps": steps(entries=activity_log.of_subject(subject_id=str(cycle.number)), ended=cycle.ended_at is not None),
        "rows": rows[:PARTIES_SHOWN],
        "rows_left": max(0, len(rows) - PARTIES_SHOWN),
        "proof": proposals.proof(of=cycle),
        "ways": ways(cycle.number, "cycle"),
    }


def _forms(
    request: desk_layout.Request, cycle: cycle_overview.Overview, deed: str, form: forms.Form | None, at: datetime
) -> dict[str, Any]:
    """The deeds that this person may do now."""
    proposed = cycle.state == "proposed"
    approves = proposed and desk_layout.APPROVER in request.roles
    ready = approves and cycle.made_by != request.user.pk and cycle.objections_until_at is not None and at >= cycle.objections_until_at
    has_factor = ready and second_factor.active(user_id=request.user.pk) is not None
    aborts = cycle.can_be_aborted and desk_layout.OPERATOR in request.roles
    return {
        "approves": approves,
        "is_maker": cycle.made_by == request.user.pk,
        "lacks_factor": ready and not has_factor,
        # a code that was tried is not shown again: the next one is another
        "approve": (form if deed == "approve" and form and form.errors else second_factor_page.Code()) if has_factor else None,
        "abort": (form if deed == "abort" else Reason()) if aborts else None,
        "abort_open": deed == "abort",
        "cases": desk_objections.cases(request, number=cycle.number, sent=form if deed == "answer" else None),
    }


def _party_lines(cycle: cycle_overview.Overview) -> Iterator[tuple[object, ...]]:
    names = party_names.of_parties()
    for one in party_totals.of_cycle(cycle_id=cycle.id):
        amounts = (one.owed_rupiah, one.claimed_rupiah, one.setoff_rupiah, one.net_rupiah, one.carried_rupiah)
        cash = -one.cash_rupiah if one.owes else one.cash_rupiah
        yield one.party, names.get(one.party, one.party), *amounts, cash, one.moved_rupiah, one.under_way_rupiah


@access.federation_page(*desk_layout.EVERYONE)
@require_GET
def parties_csv(request: desk_layout.Request, number: int) -> StreamingHttpResponse:
    """Every party of the cycle; cash below zero is to be paid."""
    cycle = desk_cycles.of(number=number)
    header = (
        _("Kode"),
        _("Pihak"),
        _("Berutang (rupiah)"),
        _("Berpiutang (rupiah)"),
        _("Dihapus dari keduanya (rupiah)"),
        _("Bersih (rupiah)"),
        _("Dibawa (rupiah)"),
        _("Tunai, di bawah nol membayar (rupiah)"),
        _("Sudah berpindah (rupiah)"),
        _("Dalam proses (rupiah)"),
    )
    return csv_export.response(name=f"putaran-{number}-pihak", header=header, rows=_party_lines(cycle))
