"""The money of a cycle: what is collected, paid out and waiting, per village; the bank's files; every payment with its history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from federation.labels import figures
from federation.labels import payment_labels as payment_words
from federation.members import party_names
from federation.pages.desk import desk_actions, desk_layout
from federation.pages.desk.settlement import bank_payout_part, cash_payment_part
from federation.pages.desk.settlement import cycle_page as desk_cycle
from federation.pages.desk.settlement import cycles_page as desk_cycles
from federation.web import csv_export, form_keys
from settlement.bank import bank_accounts
from settlement.bank.statement_files import references
from settlement.payments import bank_files, payouts
from settlement.reports import agenda, cycle_overview, party_totals, payment_overview
from settlement.reports.cycle_facts import CashLeg, PartySums
from tenants import codes
from tenants.errors import DomainError
from tenants.http import access
from tenants.people import accounts

DEEDS = dict.fromkeys(("plan", "file", *cash_payment_part.DEEDS, *bank_payout_part.DEEDS), desk_layout.OPERATOR)
OUTCOMES = {
    "plan": gettext_lazy("Pembayaran ke desa sudah disiapkan menurut bagian masing-masing."),
    "file": gettext_lazy("Berkas bank sudah dibuat. Unduh, lalu unggah di portal bank; unduhannya boleh diulang kapan saja."),
    **cash_payment_part.OUTCOMES,
    **bank_payout_part.OUTCOMES,
}
LEGS_SHOWN = 100  # the most urgent, then the newest; the table to download has them all


@dataclass(frozen=True)
class Debtor:
    """Who has to pay into the cycle, and what to write on the transfer."""

    name: str
    party: PartySums
    reference: str


@dataclass(frozen=True)
class Creditor:
    """Who is paid out of the cycle; `due`: what could be prepared now. `has_account`: by bank, else in cash."""

    name: str
    party: PartySums
    due_rupiah: int
    has_account: bool


@dataclass(frozen=True)
class Event:
    """What was learned of a payment, in words."""

    at: datetime
    said: str
    by_name: str
    quarantined: bool


@dataclass(frozen=True)
class Leg:
    """A payment in words, and what this person may do about it."""

    leg: CashLeg
    giver: str
    receiver: str
    rail: str
    state: str
    tone: str
    events: Sequence[Event]
    may: frozenset[str] = frozenset()
    form: forms.Form | None = None  # to call it off, or to say why it does not go by bank
    unfolded: bool = False


@dataclass(frozen=True)
class BankFileView:
    """A bank file and who made it."""

    file: payment_overview.File
    by_name: str


def _sides(cycle: cycle_overview.Overview, due: dict[str, int]) -> tuple[list[Debtor], list[Creditor]]:
    """Both sides of the cash, the largest first."""
    names = party_names.of_parties()
    with_account = bank_accounts.known() if cycle.moves_money else {}
    found = [one for one in party_totals.of_cycle(cycle_id=cycle.id) if one.cash_rupiah]
    debtors, creditors = [], []
    for one in sorted(found, key=lambda one: (-one.cash_rupiah, one.party)):
        name = names.get(one.party, one.party)
        if one.owes:
            by_bank = one.party != codes.FEDERATION
            debtors.append(Debtor(name, one, references.pay_in(cycle_number=cycle.number, village_code=one.party) if by_bank else ""))
        else:
            creditors.append(Creditor(name, one, due.get(one.party, 0), one.party in with_account or one.party == codes.FEDERATION))
    return debtors, creditors


def _urgency(leg: CashLeg, user_id: object) -> int:
    """What waits for somebody at this desk, before what may still move, before what has ended."""
    if cash_payment_part.allowed(leg=leg, user_id=user_id) & {"give", "receive"}:
        return 0
    return 1 if leg.state in ("planned", "submitted", "unknown") else 2


def _legs(request: desk_layout.Request, number: int, sent: cash_payment_part.Sent) -> tuple[list[Leg], int]:
    """The payments to show, and how many more there are."""
    found = sorted(payment_overview.legs(number=number), key=lambda leg: leg.planned_at, reverse=True)
    found.sort(key=lambda leg: _urgency(leg, request.user.pk))
    shown = found[:LEGS_SHOWN]
    events = payment_overview.events(number=number, leg_ids=[leg.id for leg in shown])
    people = accounts.names_of(user_ids=[event.by for event in events])
    told: dict[object, list[Event]] = {}
    for event in events:
        said = payment_words.evidence(text=event.evidence, quarantined=event.quarantined)
        by_name = people.get(event.by, "") if event.by else ""
        told.setdefault(event.leg_id, []).append(Event(event.at, said, by_name, event.quarantined))
    names = party_names.of_parties()
    rows = []
    for leg in shown:
        state, tone = payment_words.state(rail=leg.rail, code=leg.state)
        may = _allowed(request, leg)
        rail = str(payment_words.RAILS.get(leg.rail, leg.rail))
        by_bank = bool(may.intersection(bank_payout_part.DEEDS))
        form = (
            (bank_payout_part if by_bank else cash_payment_part).reason_form(leg=leg, sent=sent) if by_bank or "call_off" in may else None
        )
        unfolded = bool(may) and not by_bank or (form is not None and form.is_bound)
        giver, receiver = names.get(leg.giver, leg.giver), names.get(leg.receiver, leg.receiver)
        rows.append(Leg(leg, giver, receiver, rail, state, tone, told.get(leg.id, ()), may, form, unfolded))
    return rows, len(found) - len(shown)


def _allowed(request: desk_layout.Request, leg: CashLeg) -> frozenset[str]:
    """What this person may do about a payment."""
    if desk_layout.OPERATOR not in request.roles:
        return frozenset()
    return cash_payment_part.allowed(leg=leg, user_id=request.user.pk) | bank_payout_part.allowed(leg=leg)


def _files(number: int) -> list[BankFileView]:
    """The newest first."""
    found = payment_overview.files(number=number)[::-1]
    people = accounts.names_of(user_ids=[file.made_by for file in found])
    return [BankFileView(file, people.get(file.made_by, "") if file.made_by else "") for file in found]


def sentence(*, cycle: cycle_overview.Overview, pool: Any) -> str:
    """Where the money stands."""
    if cycle.totals is None or not (cycle.moves_money or cycle.state == "closed"):
        return _("Belum ada yang ditagih. Penagihan mulai sesudah putaran disetujui dan utang yang berputar dihapus.")
    if not cycle.totals.cash_rupiah:
        return _("Tidak ada uang yang perlu berpindah dalam putaran ini.")
    return _("Dari %(cash)s yang harus berpindah, %(collected)s sudah terkumpul dan %(paid)s sudah sampai di yang berpiutang.") % {
        "cash": figures.rupiah(cycle.totals.cash_rupiah),
        "collected": figures.rupiah(pool.collected_rupiah),
        "paid": figures.rupiah(pool.paid_rupiah),
    }


@access.federation_page(*desk_layout.EVERYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: desk_layout.Request, number: int) -> HttpResponse:
    """The cycle's money; the operator prepares payouts, makes the bank's file, plans and confirms cash."""
    at = timezone.now()
    deed = desk_actions.named(request, DEEDS)
    cycle = desk_cycles.of(number=number)
    sent = (
        bank_payout_part.sent(request, deed)
        if deed in bank_payout_part.DEEDS
        else cash_payment_part.sent(request, deed, givers=party_names.of_parties())
    )
    refused: DomainError | None = None
    if deed and (sent.form is None or sent.form.is_valid()):
        try:
            _do(request, deed, cycle, sent, at)
        except DomainError as why:
            refused = why
        else:
            return desk_actions.done(deed, "desk-cycle-payments", number)
        cycle = cycle_overview.cycle(number=number)
    context = {**_shown(request, cycle, sent, at), **desk_actions.told(request, outcomes=OUTCOMES, refused=refused)}
    status = desk_actions.status(form=sent.form, refused=refused)
    return desk_layout.page(request, "desk/settlement/cycle_payments.html", context, tab="cycles", status=status)


def _do(request: desk_layout.Request, deed: str, cycle: cycle_overview.Overview, sent: cash_payment_part.Sent, at: datetime) -> None:
    if deed == "plan":
        payouts.plan(number=cycle.number, by=request.user.pk, at=at)
    elif deed == "file":
        _make_file(request, cycle.number, at)
    elif deed in bank_payout_part.DEEDS:
        bank_payout_part.do(request, deed=deed, number=cycle.number, sent=sent, at=at)
    else:
        cash_payment_part.do(request, deed=deed, number=cycle.number, sent=sent, at=at)


def _make_file(request: desk_layout.Request, number: int, at: datetime) -> None:
    try:
        bank_files.make(number=number, by=request.user.pk, at=at, form_key=form_keys.key(request=request))
    except DomainError as why:
        name = party_names.of_parties().get(str(why.values.get("village", "")))
        if name is None:
            raise
        raise type(why)(**{**why.values, "village": name}) from why  # people know villages by name, the rails by code


def _shown(request: desk_layout.Request, cycle: cycle_overview.Overview, sent: cash_payment_part.Sent, at: datetime) -> dict[str, Any]:
    number = cycle.number
    pool = payment_overview.pool(number=number)
    due = pool.due() if cycle.takes_payments else {}
    debtors, creditors = _sides(cycle, due)
    legs, legs_left = _legs(request, number, sent)
    acts = cycle.takes_payments and desk_layout.OPERATOR in request.roles
    givers = {debtor.party.party: debtor.name for debtor in debtors if debtor.party.party != codes.FEDERATION}
    room = {party: name for party, name in givers.items() if pool.room(party)}
    waiting = agenda.waiting(of=cycle) if cycle.is_under_way else None
    return {
        "cycle": cycle,
        "row": desk_cycles.row(cycle=cycle, waiting=waiting, unfinished=None, at=at),
        "sentence": sentence(cycle=cycle, pool=pool),
        "pool": pool,
        "under_way_rupiah": pool.committed_rupiah - pool.paid_rupiah,
        "due_rupiah": sum(due.values()),
        "debtors": debtors,
        "creditors": creditors,
        "cash_only": [one.name for one in creditors if not one.has_account],
        "legs": legs,
        "legs_left": legs_left,
        "bank_planned_rupiah": waiting.bank_planned_rupiah if waiting else 0,
        "bank_planned_count": waiting.bank_planned if waiting else 0,
        "files": _files(number),
        "acts": acts,
        "federation_account": acts and bank_accounts.of(party=codes.FEDERATION),
        "handover": cash_payment_part.plan_form(sent=sent, givers=room) if acts and room and cycle.takes_pay_ins(at=at) else None,
        "handover_open": sent.deed == "handover",
        "form_key": form_keys.key(request=request),
        "file_key": form_keys.new_key(),  # of its own: one key is for one form
        "ways": desk_cycle.ways(number, "payments"),
    }


def _leg_lines(number: int) -> Iterator[tuple[object, ...]]:
    names = party_names.of_parties()
    for leg in payment_overview.legs(number=number):
        moments = (timezone.localtime(moment).isoformat() if moment else None for moment in (leg.planned_at, leg.given_at, leg.ended_at))
        state, _tone = payment_words.state(rail=leg.rail, code=leg.state)
        ends = (leg.giver, names.get(leg.giver, leg.giver), leg.receiver, names.get(leg.receiver, leg.receiver))
        yield leg.key, *ends, leg.amount_rupiah, leg.rail, state, leg.state, *moments, leg.message_id


@access.federation_page(*desk_layout.EVERYONE)
@require_GET
def legs_csv(request: desk_layout.Request, number: int) -> StreamingHttpResponse:
    """Every payment of the cycle."""
    header = (
        _("Nomor rujukan"),
        _("Kode pemberi"),
        _("Pemberi"),
        _("Kode penerima"),
        _("Penerima"),
        _("Rupiah"),
        _("Jalan"),
        _("Keadaan"),
        _("Kode"),
        _("Disiapkan"),
        _("Diserahkan"),
        _("Berakhir"),
        _("Berkas bank"),
    )
    return csv_export.response(name=f"putaran-{number}-pembayaran", header=header, rows=_leg_lines(number))


@access.federation_page(*desk_layout.EVERYONE)
@require_GET
def file(request: desk_layout.Request, number: int, message_id: str, kind: str) -> HttpResponse:
    """A bank file as it was made, `kind` xml (pain.001) or csv (the portal's table)."""
    known = kind in ("xml", "csv")
    contents = payment_overview.file_contents(number=number, message_id=message_id, as_csv=kind == "csv") if known else None
    if contents is None:
        raise Http404
    answer = HttpResponse(contents, content_type="text/csv; charset=utf-8" if kind == "csv" else "application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{message_id}.{kind}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
