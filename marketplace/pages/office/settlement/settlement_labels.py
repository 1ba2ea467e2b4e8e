"""Labels of settlement in a village's office: what to pay or receive in a cycle, by when, and what each payment waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.labels import figures
from federation.members import party_names
from federation.reports.order_facts import Fact
from settlement.ledger import parties
from settlement.reports.cycle_facts import CashLeg
from settlement.reports.full_statement import Cause
from settlement.reports.village_statement import State, VillageStatement
from tenants import text_direction

STATES: Mapping[str, tuple[Any, str]] = {
    State.CUTOFF: (gettext_lazy("Sedang dihitung"), ""),
    State.SNAPSHOT: (gettext_lazy("Sedang dihitung"), ""),
    State.COMPUTED: (gettext_lazy("Sedang dihitung"), ""),
    State.PROPOSED: (gettext_lazy("Diperiksa desa"), ""),
    State.APPROVED: (gettext_lazy("Disetujui"), "ok"),
    State.SETOFF_POSTED: (gettext_lazy("Disetujui"), "ok"),
    State.COLLECTING: (gettext_lazy("Waktu membayar"), "ok"),
    State.PAYING: (gettext_lazy("Uang dibagikan"), "ok"),
    State.RECONCILING: (gettext_lazy("Dicocokkan"), "ok"),
    State.CLOSED: (gettext_lazy("Selesai"), "ok"),
    State.ABORTED: (gettext_lazy("Dibatalkan"), "bad"),
}

_LEGS_OF_BANK = {
    "planned": gettext_lazy("Disiapkan lewat bank"),
    "submitted": gettext_lazy("Dikirim lewat bank, menunggu kabar"),
    "unknown": gettext_lazy("Sedang ditanyakan ke bank"),
    "succeeded": gettext_lazy("Sudah masuk lewat bank"),
    "failed": gettext_lazy("Tidak jadi lewat bank"),
    "returned": gettext_lazy("Dikembalikan oleh bank"),
}


@dataclass(frozen=True)
class Waiting:
    """A line that says what waits for somebody: in which cycle, in a sentence; `late` where its date has passed."""

    number: int
    sentence: str
    late: bool = False


def named() -> dict[str, str]:
    """What every party is called."""
    return {**party_names.of_members(), parties.POOL: _("Sisa putaran lama")}


def sentence(one: VillageStatement, *, at: datetime) -> str:
    """What a cycle means for the village, after "Putaran 3: "."""
    if one.state == State.ABORTED:
        return _("dibatalkan. Catatannya ikut putaran berikutnya.")
    if not one.shown:
        return _("sedang dihitung. Lembarnya muncul di sini.")
    if not one.owed_rupiah and not one.claimed_rupiah:
        return _("tidak ada hitungan untuk desa ini.")
    if one.state == State.PROPOSED:
        return _proposed(one, at=at)
    if not one.cash_rupiah:
        return _("tidak ada uang yang perlu berpindah.") + _carried(one)
    return (_paying(one, at=at) if one.owes else _receiving(one)) + _carried(one)


def tone(one: VillageStatement, *, at: datetime) -> str:
    """The kind of the message with that sentence: what is late or stayed unpaid looks like trouble."""
    late = one.collect_until_at is not None and at > one.collect_until_at
    is_unpaid = one.shown and one.owes and one.left_rupiah > 0 and (late or one.state in (State.RECONCILING, State.CLOSED))
    return "warn" if is_unpaid or one.state == State.ABORTED else ""


def state(one: VillageStatement, *, at: datetime) -> tuple[Any, str]:
    """What the cycle's state is called, and the kind of its tag: never green where the village is late."""
    label, kind = STATES[one.state]
    return label, "bad" if tone(one, at=at) else kind


def _proposed(one: VillageStatement, *, at: datetime) -> str:
    amount = {"amount": figures.rupiah(one.cash_rupiah)}
    if not one.cash_rupiah:
        meaning = _("kalau disetujui, tidak ada uang yang perlu berpindah.")
    elif one.owes:
        meaning = _("kalau disetujui, bayar %(amount)s.") % amount
    else:
        meaning = _("kalau disetujui, terima %(amount)s.") % amount
    if one.may_object(at=at):
        return meaning + " " + _("Periksa lembarnya sebelum %(when)s.") % {"when": figures.moment(one.objections_until_at)}
    return meaning + " " + _("Menunggu persetujuan federasi.")


def _paying(one: VillageStatement, *, at: datetime) -> str:
    left = {"amount": figures.rupiah(one.left_rupiah)}
    if one.left_rupiah <= 0:
        return _("sudah lunas, %(amount)s dibayar.") % {"amount": figures.rupiah(one.moved_rupiah)}
    if one.state in (State.RECONCILING, State.CLOSED):
        return _("%(amount)s tidak terbayar dan ikut putaran berikutnya.") % left
    if not one.takes_payments or one.collect_until_at is None:
        return _("bayar %(amount)s sesudah federasi menagih.") % left
    if not one.room_rupiah:
        return _("%(amount)s sudah direncanakan atau dalam perjalanan, menunggu dinyatakan diterima.") % left
    return _due(one, one.left_rupiah, at=at)


def _due(one: VillageStatement, amount_rupiah: int, *, at: datetime) -> str:
    values = {"amount": figures.rupiah(amount_rupiah), "when": figures.moment(one.collect_until_at)}
    if one.collect_until_at and at > one.collect_until_at:
        return _("masih harus bayar %(amount)s. Batasnya sudah lewat, %(when)s.") % values
    return _("bayar %(amount)s sebelum %(when)s.") % values


def _receiving(one: VillageStatement) -> str:
    amounts = {
        "amount": figures.rupiah(one.cash_rupiah),
        "moved": figures.rupiah(one.moved_rupiah),
        "left": figures.rupiah(one.left_rupiah),
    }
    if one.left_rupiah <= 0:
        return _("sudah diterima semua, %(amount)s.") % amounts
    if one.state == State.CLOSED:
        return _("diterima %(moved)s. %(left)s belum terbayar dan ikut putaran berikutnya.") % amounts
    if one.moved_rupiah:
        return _("sudah diterima %(moved)s dari %(amount)s.") % amounts
    return _("akan terima %(amount)s. Uangnya dibagikan begitu desa lain membayar.") % amounts


def _carried(one: VillageStatement) -> str:
    if not one.carried_rupiah:
        return ""
    amount = {"amount": figures.rupiah(one.carried_rupiah)}
    if one.owes:
        return " " + _("Utang %(amount)s dibawa ke putaran berikutnya.") % amount
    return " " + _("Piutang %(amount)s dibawa ke putaran berikutnya.") % amount


def cause(why: Cause, facts: Mapping[UUID, Fact], *, owes: bool) -> str:
    """Why an obligation is there, which the village `owes` or is owed, with the code by which people call the order."""
    if why.kind == "cycle":
        return _("Sisa putaran %(number)s") % {"number": why.cycle_number}
    if why.kind == "payout":
        return _("Pembayaran putaran yang sampai dua kali") if owes else _("Pembayaran putaran yang uangnya kembali")
    if why.kind == "adopted":
        return _("Pembayaran sebelum pemulihan, dipotong sekarang") if owes else _("Setoran sebelum pemulihan, dihitung sekarang")
    if why.kind == "pay-in":
        return _("Setoran putaran yang ditarik kembali oleh bank")
    fact = facts.get(why.order_id) if why.order_id else None
    code = fact.code if fact else "–"
    if why.kind == "takeover":
        return _("Uang kembali %(code)s, diambil alih federasi") % {"code": code}
    return _("Uang kembali %(code)s") % {"code": code} if why.kind == "refund" else _("Pesanan %(code)s") % {"code": code}


@dataclass(frozen=True)
class LegView:
    """A payment with its labels; `action` is what waits for this village: "give", "receive" or empty."""

    leg: CashLeg
    gives: bool
    other: str
    direction: str
    status: str
    action: str
    may_call_off: bool


def leg(one: CashLeg, *, party: str, names: Mapping[str, str], may_act: bool) -> LegView:
    """A payment as one of its ends sees it."""
    gives, end = one.is_given_by(party), one.other_end(party)
    other = {"other": text_direction.isolated(names.get(end, end))}
    action = ""
    if may_act:
        action = "give" if gives and one.waits_for_giver else "receive" if not gives and one.waits_for_receiver else ""
    return LegView(
        leg=one,
        gives=gives,
        other=other["other"],
        direction=_("ke %(other)s") % other if gives else _("dari %(other)s") % other,
        status=_status(one, gives=gives, other=other),
        action=action,
        may_call_off=may_act and gives and (one.waits_for_giver or one.waits_for_receiver),
    )


def _status(one: CashLeg, *, gives: bool, other: dict[str, str]) -> str:
    if one.rail != "cash":
        return str(_LEGS_OF_BANK.get(one.state, one.state))
    if one.state == "planned":
        return _("Disiapkan tunai, belum diserahkan")
    if one.state == "submitted":
        return (
            _("Sudah diserahkan; menunggu %(other)s menyatakan terima") % other if gives else _("Kata %(other)s sudah diserahkan") % other
        )
    return {"succeeded": _("Sudah diterima tunai"), "failed": _("Tidak jadi")}.get(one.state, one.state)


def waiting(one: VillageStatement, *, names: Mapping[str, str], at: datetime) -> list[Waiting]:
    """What waits in the cycle that runs now, for who minds the village's money: a statement to read, money to pay, cash to confirm."""
    found = []
    if one.may_object(at=at) and (one.owed_rupiah or one.claimed_rupiah):
        text = _("Lembar putaran %(number)s siap diperiksa, sampai %(when)s.")
        found.append(Waiting(one.number, text % {"number": one.number, "when": figures.moment(one.objections_until_at)}))
    if one.owes and one.room_rupiah and one.takes_payments and one.collect_until_at:
        sentence_ = _due(one, one.room_rupiah, at=at)
        text = _("Putaran %(number)s: %(sentence)s") % {"number": one.number, "sentence": sentence_}
        found.append(Waiting(one.number, text, late=at > one.collect_until_at))
    found += _cash([leg for leg in one.legs_given if leg.waits_for_giver], one, names)
    return found + _cash([leg for leg in one.legs_received if leg.waits_for_receiver], one, names)


def _cash(legs: Sequence[CashLeg], one: VillageStatement, names: Mapping[str, str]) -> list[Waiting]:
    """One line for all cash that waits to be confirmed on this side."""
    if not legs:
        return []
    values = {"amount": figures.rupiah(sum(leg.amount_rupiah for leg in legs)), "count": len(legs)}
    others = {leg.other_end(one.party) for leg in legs}
    other = others.pop() if len(others) == 1 else ""
    values["other"] = names.get(other, other)
    if legs[0].is_given_by(one.party):
        single, several = (
            _("Serahkan %(amount)s tunai ke %(other)s, lalu nyatakan di sini."),
            _("Serahkan %(amount)s tunai, %(count)s kali."),
        )
    else:
        single = _("%(other)s menyerahkan %(amount)s tunai. Sudah diterima? Nyatakan di sini.")
        several = _("%(amount)s tunai diserahkan, %(count)s kali. Sudah diterima? Nyatakan satu per satu.")
    return [Waiting(one.number, (single if values["other"] else several) % values)]
