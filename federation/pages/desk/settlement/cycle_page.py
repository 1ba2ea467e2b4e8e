"""One cycle: what it came to as a picture and a table, how far it is, each party, and what villages object to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from federation.labels import activity_labels, cycle_labels, figures
from federation.members import party_names
from federation.pages.desk import desk_layout, desk_tabs
from federation.pages.desk.settlement import cycle_rows, flow_picture, objection_rows
from federation.web import csv_export
from settlement.reports import agenda, cycle_overview, party_totals, proposals
from settlement.reports.cycle_facts import PartySums
from tenants import activity_log, keyset
from tenants.errors import DomainError
from tenants.http import access
from tenants.people.permissions import Permission


@dataclass(frozen=True)
class Step:
    """One step of the way: done at a moment by somebody, the current one, or still to come."""

    label: str
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
class PartyRow:
    """A party with its name; amounts of no named side are below zero where it owes or pays (figures.SIGNS)."""

    name: str
    party: PartySums

    @property
    def carried_rupiah(self) -> int:
        return self.party.sign * self.party.carried_rupiah

    @property
    def moved_rupiah(self) -> int:
        return self.party.sign * self.party.moved_rupiah

    @property
    def left_rupiah(self) -> int:
        return self.party.sign * self.party.left_rupiah


def steps(*, entries: Sequence[activity_log.Entry], ended: bool) -> list[Step]:
    """What was done of a cycle, oldest first, and the steps still to come, the first of them the current one."""
    order = {action: place for place, (action, _label) in enumerate(cycle_labels.STEPS)}
    order |= {"cycle.frozen-again": order["cycle.snapshot"], "cycle.paying-again": order["cycle.paying"]}
    past = [Step(activity_labels.label(action=entry.action), entry.at, entry.by_name, entry.reason) for entry in entries]
    if ended:
        return past
    reached = order.get(entries[-1].action, -1) if entries else -1
    coming = cycle_labels.STEPS[reached + 1 :]
    return [*past, *(Step(str(label), current=place == 0) for place, (_action, label) in enumerate(coming))]


def amounts(*, cycle: cycle_overview.Overview) -> list[Amount]:
    """The table beside the picture, exact to the rupiah."""
    parts = flow_picture.parts(cycle=cycle)
    lines = [Amount(part.name, part.rupiah, part.share, flow_picture.swatch(kind=part.kind)) for part in parts]
    if cycle.totals is None or not cycle.totals.gross_rupiah:
        return []
    source, gross = cycle_overview.origin(of=cycle), cycle.totals.gross_rupiah
    origins = (
        (_("di antaranya belanja antardesa"), source.trade_rupiah),
        (_("di antaranya dengan federasi (iuran, uang kartu)"), source.federation_rupiah),
        (_("di antaranya sisa putaran sebelumnya"), source.earlier_rupiah),
    )
    within = [Amount(name, rupiah, rupiah / gross, SafeString(), within=True) for name, rupiah in origins if rupiah]
    return [lines[0], *within, *lines[1:]]


def _parties(cycle: cycle_overview.Overview, names: Mapping[str, str], *, words: str, after: str) -> keyset.Page[PartyRow]:
    """Who owes the most first, then who gets the most; a page of those that words name."""
    page = party_totals.page(cycle_id=cycle.id, among=party_names.codes_found(words=words), after=after, limit=desk_layout.ROWS)
    return keyset.Page([PartyRow(names.get(one.party, one.party), one) for one in page.rows], page.after)


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request, number: int) -> HttpResponse:
    """The cycle, with the ways to what this person may decide about it."""
    return answer(request, number)


def answer(request: desk_layout.Request, number: int, *, refusal: DomainError | None = None) -> HttpResponse:
    """The cycle as it is now, with what was wrong about an action."""
    cycle, names = cycle_rows.of(number=number), party_names.of_parties()
    other = cycle_overview.under_way() if cycle.is_open else None
    waiting = agenda.waiting(of=cycle) if cycle.is_under_way else None
    asked = desk_layout.words(request)
    parties = _parties(cycle, names, words=asked, after=request.GET.get("sesudah", ""))
    context = {
        "row": cycle_rows.row(cycle=cycle, waiting=waiting, unfinished=other.number if other else None, at=timezone.now()),
        "cycle": cycle,
        "tone": cycle_labels.tone(cycle=cycle),
        "definitions": cycle_labels.DEFINITIONS,
        "signs": figures.SIGNS,
        "sentence": cycle_labels.sentence(totals=cycle.totals),
        "picture": flow_picture.svg(of=flow_picture.parts(cycle=cycle)),
        "amounts": amounts(cycle=cycle),
        "books": agenda.open_books(unfinished=other) if cycle.is_open else None,
        "steps": steps(entries=activity_log.of_subject(subject_id=str(cycle.number), noun="cycle"), ended=cycle.ended_at is not None),
        "parties": parties.rows,
        "asked": asked,
        "more_url": desk_layout.next_page(request, parties.after),
        "objections": objection_rows.rows(number=cycle.number, names=names),
        "proof": proposals.proof(of=cycle),
        "tabs": desk_tabs.of_cycle(number=cycle.number, current="desk-cycle"),
        "may_approve": cycle.state == "proposed" and desk_layout.may(request, Permission.APPROVE_CYCLE),
        "may_abort": cycle.can_be_aborted and desk_layout.may(request, Permission.OPERATE_CYCLES),
        "may_answer": desk_layout.may(request, Permission.ANSWER_OBJECTIONS),
    }
    return desk_layout.page(request, "desk/settlement/cycle.html", context, tab="cycles", refusal=refusal)


def _party_lines(cycle: cycle_overview.Overview) -> Iterator[tuple[object, ...]]:
    names = party_names.of_parties()
    for one in party_totals.of_cycle(cycle_id=cycle.id):
        sums = (one.owed_rupiah, one.claimed_rupiah, one.setoff_rupiah, one.net_rupiah)
        signed = (one.sign * amount for amount in (one.carried_rupiah, one.cash_rupiah, one.moved_rupiah, one.under_way_rupiah))
        yield one.party, names.get(one.party, one.party), *sums, *signed


@access.federation_page(Permission.SEE_DESK)
@require_GET
def parties_csv(request: desk_layout.Request, number: int) -> StreamingHttpResponse:
    """Every party of the cycle; amounts of no named side are below zero where it owes or pays (figures.SIGNS)."""
    cycle = cycle_rows.of(number=number)
    header = (
        _("Kode"),
        _("Pihak"),
        _("Berutang (rupiah)"),
        _("Berpiutang (rupiah)"),
        _("Dihapus dari keduanya (rupiah)"),
        _("Bersih (rupiah)"),
        _("Dibawa (rupiah)"),
        _("Tunai (rupiah)"),
        _("Sudah berpindah (rupiah)"),
        _("Dalam proses (rupiah)"),
    )
    return csv_export.response(name=f"putaran-{number}-pihak", header=header, rows=_party_lines(cycle))
