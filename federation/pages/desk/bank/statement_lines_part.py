"""The lines of bank statements that wait for a person, and what the operator may say that they are; a part of the page of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from federation.labels import figures
from federation.labels import payment_labels as payment_words
from federation.members import party_names
from federation.pages.desk import desk_actions, desk_layout
from settlement.payments import suspense
from settlement.reports import agenda, cycle_overview, payment_overview
from tenants import codes, reasons

DEEDS = ("explain", "hold", "pay_in", "pay_back")
LINES_SHOWN = 200  # the others follow as these are decided; the table to download has them all
OUTCOMES = {
    "explain": gettext_lazy("Dicatat: baris itu bukan urusan putaran."),
    "hold": gettext_lazy("Uangnya disimpan sebagai belum jelas, sampai diketahui milik siapa."),
    "pay_in": gettext_lazy("Dicatat sebagai setoran desa itu."),
    "pay_back": gettext_lazy("Dicatat: uang yang tersimpan sudah dikembalikan."),
}


class Decision(forms.Form):
    """Why, and where it is a village's payment or money given back: whose."""

    reason = forms.CharField(
        label=gettext_lazy("Alasannya"),
        max_length=reasons.LENGTH_MAX,
        help_text=gettext_lazy("Pemeriksa akan membacanya, misalnya: ditelepon, bendahara lupa menulis rujukan."),
        error_messages={"required": gettext_lazy("Tulis alasannya, supaya pemeriksa mengerti.")},
    )
    village = forms.ChoiceField(label=gettext_lazy("Desa yang menyetor"), required=False)
    source = forms.ChoiceField(label=gettext_lazy("Uang tersimpan yang dikembalikan"), required=False)

    def offer(self, *, villages: Mapping[str, str], sources: Mapping[str, str], line: Line) -> None:
        """Ask only what this line can be."""
        counts = line.line.amount_rupiah > 0  # a line of sen alone is nobody's payment: the books know whole rupiah only
        came = line.line.incoming
        choices = {"village": villages if counts and came else {}, "source": sources if counts and not came else {}}
        for name, offered in choices.items():
            if offered:
                self.fields[name].choices = list(offered.items())  # type: ignore[attr-defined]
            else:
                del self.fields[name]


@dataclass(frozen=True)
class Line:
    """A line in words; `left` is what of it still lies in suspense."""

    line: payment_overview.Line
    why: str
    held: bool
    left_rupiah: int
    form: Decision | None = None


@dataclass(frozen=True)
class Sent:
    """What was sent: the deed (empty: nothing), about which line, and its form."""

    deed: str
    line: str = ""
    form: Decision | None = None


def sent(request: desk_layout.Request, deed: str) -> Sent:
    """Read what was sent. Who may be chosen is for the verb to say; here every village and every line is read."""
    if deed not in DEEDS:
        return Sent("")
    line = request.POST.get("line", "")
    form = Decision(request.POST, auto_id=f"id_{line[:40]}_%s")
    for name in ("village", "source"):
        wish = request.POST.get(name, "")[:40]
        form.fields[name].choices = [(wish, wish)]  # type: ignore[attr-defined]
    return Sent(deed, line, form)


def do(request: desk_layout.Request, *, deed: str, sent: Sent, at: datetime) -> None:
    """Decide about a line.

    :raises Refused: every refusal of settlement.payments.suspense
    """
    if sent.form is None:
        return
    typed = sent.form.cleaned_data
    terms: dict[str, Any] = {"line_id": desk_actions.uuid(sent.line), "reason": typed["reason"], "by": request.user.pk, "at": at}
    if deed == "explain":
        suspense.explain(**terms)
    elif deed == "hold":
        suspense.hold(**terms)
    elif deed == "pay_in":
        suspense.count_as_pay_in(village_code=typed["village"], **terms)
    else:
        suspense.pay_back(source_id=desk_actions.uuid(typed["source"]), **terms)


def shown(request: desk_layout.Request, *, sent: Sent) -> dict[str, Any]:
    """The lines that wait, those to be decided before those that are held, the oldest first; forms where this person may decide."""
    held, counts = payment_overview.in_suspense(), agenda.lines()
    left = {one.line_id: one.left_rupiah for one in held}
    rows = [
        Line(line, payment_words.reason(code=line.why), line.state == "suspense", left.get(line.id, 0))
        for line in payment_overview.waiting_lines(most=LINES_SHOWN)
    ]
    if desk_layout.OPERATOR in request.roles:
        villages, sources = _debtors(), _sources(held)
        rows = [_with_form(row, sent=sent, villages=villages, sources=sources) for row in rows]
    lines_left = max(0, counts.open + counts.held - len(rows))
    return {"rows": rows, "open_count": counts.open, "held_count": counts.held, "lines_left": lines_left}


def _with_form(row: Line, *, sent: Sent, villages: Mapping[str, str], sources: Mapping[str, str]) -> Line:
    again = sent.form if sent.form is not None and sent.line == str(row.line.id) else None
    form = again or Decision(auto_id=f"id_{row.line.id}_%s")
    form.offer(villages=villages, sources=sources, line=row)
    nothing_to_say = row.held and "village" not in form.fields  # no cycle collects: it stays where it is
    return Line(row.line, row.why, row.held, row.left_rupiah, None if nothing_to_say else form)


def _debtors() -> dict[str, str]:
    """Who still has to pay into the cycle under way, also too late, by code, each with how much."""
    cycle = cycle_overview.under_way()
    if cycle is None or not cycle.counts_pay_ins:
        return {}
    names, pool = party_names.of_parties(), payment_overview.pool(number=cycle.number)
    rooms = {party: pool.room(party) for party in pool.open_debts if party != codes.FEDERATION}
    return {party: f"{names.get(party, party)}, {figures.rupiah(room)}" for party, room in sorted(rooms.items()) if room > 0}


def _sources(held: Sequence[payment_overview.Held]) -> dict[str, str]:
    """The money that lies in suspense, by the line that brought it."""
    return {str(one.line_id): f"{one.booked_on:%d/%m/%Y}, {figures.rupiah(one.left_rupiah)}" for one in held}
