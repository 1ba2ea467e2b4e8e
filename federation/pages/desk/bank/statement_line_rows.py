"""A line of a bank statement that waits for a person, with its labels, and what the operator may say that it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from federation.labels import figures, payment_labels
from federation.members import party_names
from settlement.ledger import open_accounts
from settlement.reports import cycle_overview, payment_overview
from settlement.statement_lines import line_reasons
from tenants import codes

WAITING = ("open", "suspense")


@dataclass(frozen=True)
class Row:
    """A line with its labels; `left` is what of it still lies in suspense."""

    line: payment_overview.Line
    why: str
    held: bool
    left_rupiah: int
    may_decide: bool


@dataclass(frozen=True)
class Decision:
    """What a line may be declared to be, at an address of its own; `main`: what it most likely is."""

    label: str
    url: str
    main: bool


def rows(
    *,
    lines: Sequence[payment_overview.Line],
    held: Sequence[payment_overview.Held],
    debtors: Mapping[str, str],
    gateways: Mapping[str, str],
) -> list[Row]:
    """Lines with their labels, in the order given; `held`: all that lies in suspense, `debtors` and `gateways`: as those functions do."""
    left = {one.line_id: one.left_rupiah for one in held}
    return [
        Row(
            line=line,
            why=payment_labels.reason(code=line.why),
            held=_is_held(line),
            left_rupiah=left.get(line.id, 0),
            may_decide=not _is_held(line) or _may_be_paid_in(line, debtors) or bool(gateways),
        )
        for line in lines
    ]


def decisions(
    *,
    line: payment_overview.Line,
    debtors: Mapping[str, str],
    sources: Mapping[UUID, str],
    pay_ins: Mapping[UUID, str],
    gateways: Mapping[str, str],
    payouts: Mapping[UUID, str],
) -> list[Decision]:
    """What this line can be; nothing where it was decided, or is held and no cycle collects."""
    if line.state not in WAITING:
        return []
    held = _is_held(line)
    known = (
        (_may_be_paid_in(line, debtors), _("Ini setoran desa itu"), "desk-line-pay-in", True),
        (_may_be_paid_back(line, sources), _("Ini pengembalian uang itu"), "desk-line-pay-back", True),
        (bool(payouts) and line.incoming, _("Pembayaran itu kembali"), "desk-line-payout", True),
        (bool(payouts) and not line.incoming, _("Ini pembayaran itu"), "desk-line-payout", bool(line.key)),
        (bool(pay_ins), _("Bank menarik kembali setoran itu"), "desk-line-take-back", True),
        (line.amount_rupiah > 0 and bool(gateways), _("Ini uang dari gerbang itu"), "desk-line-gateway", False),
        (not held and line.incoming and line.amount_rupiah > 0, _("Simpan dulu, belum jelas"), "desk-line-hold", False),
        (not held and line.why in line_reasons.DOUBTFUL, _("Salah baca, tidak dibukukan"), "desk-line-misread", False),
        (
            not held and not (payouts and line.key and not line.incoming),
            _("Pendapatan federasi sendiri") if line.incoming else _("Biaya federasi sendiri"),
            "desk-line-explain",
            False,
        ),
    )
    return [Decision(label, reverse(name, args=[line.id]), main) for offered, label, name, main in known if offered]


def debtors() -> dict[str, str]:
    """Who still has to pay into the cycle under way, also too late, by code, each with how much."""
    cycle = cycle_overview.under_way()
    if cycle is None or not cycle.counts_pay_ins:
        return {}
    names, pool = party_names.of_parties(), payment_overview.pool(number=cycle.number)
    rooms = {party: pool.room(party) for party in pool.open_debts if party != codes.FEDERATION}
    return {party: f"{names.get(party, party)}, {figures.rupiah(room)}" for party, room in sorted(rooms.items()) if room > 0}


def sources(*, held: Sequence[payment_overview.Held]) -> dict[UUID, str]:
    """The money that lies in suspense, by the line that brought it."""
    return {one.line_id: f"{one.booked_on:%d/%m/%Y}, {figures.rupiah(one.left_rupiah)}" for one in held}


def pay_ins(*, line: payment_overview.Line) -> dict[UUID, str]:
    """The pay-ins that the bank may have taken back by this line, by the line that brought each."""
    if line.incoming or not line.amount_rupiah or line.state != "open":
        return {}
    found = payment_overview.pay_ins_that_count(amount_rupiah=line.amount_rupiah)
    names = party_names.of_parties() if found else {}
    return {one.line_id: f"{names.get(one.village_code, one.village_code)}, {one.booked_on:%d/%m/%Y}" for one in found}


def payouts(*, line: payment_overview.Line) -> dict[UUID, str]:
    """The payouts of ours that this line may show, by the leg, each with its receiver and amount."""
    if not line.amount_rupiah or line.state != "open":
        return {}
    found = payment_overview.payouts_that_may_show(line=line)
    names = party_names.of_parties() if found else {}
    return {one.leg_id: f"{names.get(one.village_code, one.village_code)}, {figures.rupiah(one.amount_rupiah)}, {one.key}" for one in found}


def gateways() -> dict[str, str]:
    """The payment gateways that have an account in the ledger, by their names."""
    return {name: name for name in open_accounts.gateways()}


def _is_held(line: payment_overview.Line) -> bool:
    return line.state == "suspense"


def _may_be_paid_in(line: payment_overview.Line, debtors: Mapping[str, str]) -> bool:
    """A line of sen alone is nobody's payment: the books know whole rupiah only."""
    return line.incoming and line.amount_rupiah > 0 and bool(debtors)


def _may_be_paid_back(line: payment_overview.Line, sources: Mapping[UUID, str]) -> bool:
    return not line.incoming and line.amount_rupiah > 0 and bool(sources)
