"""Payments: movements of cash with what was learned of them, bank files, statement lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Sum, When

from settlement.ledger import parties
from settlement.models import BankFile, BankStatement, Cycle, LegEvent, PaymentLeg, StatementLine, Transfer
from settlement.payments import agent_cash, pool_items, reconciliation
from settlement.reports.cycle_facts import CashLeg
from tenants import keyset
from tenants.codes import FEDERATION, VillageCode


@dataclass(frozen=True, slots=True)
class Event:
    """What was said of a leg; `quarantined` means that it did not fit and changed nothing."""

    leg_id: UUID
    state: str
    evidence: str
    quarantined: bool
    by: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class File:
    """A file that was made for the bank."""

    id: UUID
    cycle_number: int
    message_id: str
    leg_count: int
    amount_rupiah: int
    has_table: bool  # for the portal; not where the bank of a receiver is known by its BIC only
    made_by: UUID | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A booking of a bank statement; `why` is a word of line_reasons.REASONS while it is open, after that the reason of who decided."""

    id: UUID
    booked_on: date
    incoming: bool
    amount_rupiah: int
    sen: int  # 0 to 99, of interest, tax and charges; a line may be of sen alone
    text: str
    key: str
    state: str
    why: str
    decided_by: UUID | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """What still lies in suspense of a statement line."""

    line_id: UUID
    booked_on: date
    left_rupiah: int


@dataclass(frozen=True, slots=True)
class PayIn:
    """A village's pay-in that a statement line showed."""

    line_id: UUID
    village_code: VillageCode
    booked_on: date


_LEG = ("id", "giver", "receiver", "amount_rupiah", "rail", "state", "key", "planned_at", "given_by", "given_at", "ended_at")


def legs(
    *,
    number: int,
    giver: str | None = None,
    village_code: VillageCode | None = None,
    rail: str | None = None,
    states: Sequence[str] | None = None,
    leg_id: UUID | None = None,
) -> list[CashLeg]:
    """A cycle's legs in the order of their planning: all, those that one party gives, those of one village, of a rail, in these states,
    or a single one."""
    rows = PaymentLeg.objects.filter(cycle__number=number)
    if leg_id is not None:
        rows = rows.filter(id=leg_id)
    if giver is not None:
        rows = rows.filter(giver=giver)
    if village_code is not None:
        rows = rows.filter(Q(giver=village_code) | Q(receiver=village_code))
    if rail is not None:
        rows = rows.filter(rail=rail)
    if states is not None:
        rows = rows.filter(state__in=states)
    return [_leg(row) for row in _read(rows.order_by("planned_at", "id"))]


MOST_URGENT = keyset.Order("legs", {"urgency": int, "planned_at": datetime, "id": UUID}, descending=True)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks at payments from the federation's desk: whether cash is confirmed there, and by whom."""

    confirms_cash: bool
    account_id: UUID | None


def most_urgent(*, number: int, desk: Desk, among: Collection[str] | None = None, after: str = "", limit: int) -> keyset.Page[CashLeg]:
    """A page of a cycle's legs: what waits for a word of this person, what may still move, what has ended; the newest first.

    `among`: only those that one of these parties gives or gets.
    """
    cash, got = Q(rail=PaymentLeg.Rail.CASH), Q(state=PaymentLeg.State.SUBMITTED, receiver=FEDERATION)
    waits = cash & (Q(state=PaymentLeg.State.PLANNED, giver=FEDERATION) | got & ~Q(given_by=desk.account_id))  # by another hand
    cases = [*([When(waits, then=2)] if desk.confirms_cash else []), When(state__in=PaymentLeg.ACTIVE, then=1)]
    rows = PaymentLeg.objects.filter(cycle__number=number)
    if among is not None:
        rows = rows.filter(Q(giver__in=among) | Q(receiver__in=among))
    rows = rows.annotate(urgency=Case(*cases, default=0, output_field=IntegerField()))
    place = MOST_URGENT.place(after)
    if place is not None:
        rows = rows.filter(MOST_URGENT.beyond(place))
    found = _read(rows.order_by(*MOST_URGENT.ordering())[: limit + 1], "urgency")
    page = MOST_URGENT.page(found, limit=limit, place=lambda row: (row["urgency"], row["planned_at"], row["id"]))
    return keyset.Page([_leg({name: value for name, value in row.items() if name != "urgency"}) for row in page.rows], page.after)


def _read(rows: QuerySet[PaymentLeg], *more: str) -> list[dict[str, Any]]:
    found = rows.annotate(cycle_number=F("cycle__number"), message=F("bank_file__message_id"))
    return list(found.values(*_LEG, "cycle_number", "message", *more))


def _leg(row: dict[str, Any]) -> CashLeg:
    return CashLeg(message_id=row.pop("message") or "", **row)


def events(*, number: int, quarantined_only: bool = False, leg_ids: Collection[UUID] | None = None) -> list[Event]:
    """What was learned of a cycle's legs, or of these of them, the oldest first."""
    rows = LegEvent.objects.filter(leg__cycle__number=number)
    if leg_ids is not None:
        rows = rows.filter(leg_id__in=leg_ids)
    if quarantined_only:
        rows = rows.filter(quarantined=True)
    names = ("leg_id", "state", "evidence", "quarantined", "by", "at")
    return [Event(**row) for row in rows.order_by("at", "id").values(*names)]


def files(*, number: int) -> list[File]:
    """The files that were made for the bank, the oldest first."""
    rows = BankFile.objects.filter(cycle__number=number).order_by("made_at", "id")
    rows = rows.annotate(cycle_number=F("cycle__number"), has_table=~Q(portal_csv=b""))
    names = ("id", "cycle_number", "message_id", "leg_count", "amount_rupiah", "has_table", "made_by", "made_at")
    return [File(**row) for row in rows.values(*names)]


@dataclass(frozen=True, slots=True)
class Payout:
    """A payout of the federation's by bank that a line may show."""

    leg_id: UUID
    village_code: VillageCode
    amount_rupiah: int
    key: str


@dataclass(frozen=True, slots=True)
class Import:
    """A bank's statement that was taken in; `lines`: how many of its lines are in force."""

    id: UUID
    file: str
    lines: int
    imported_by: UUID | None
    imported_at: datetime


PAY_INS_MAX = 50  # that a line may take back
PAYOUTS_MAX = 50  # that a line may show
_LINE = ("id", "booked_on", "incoming", "amount_rupiah", "sen", "text", "key", "state", "why", "decided_by", "decided_at")


def lines(*, most: int) -> list[Line]:
    """All lines of statements, the oldest first."""
    return [Line(**row) for row in StatementLine.objects.order_by("booked_on", "id").values(*_LINE)[:most]]


def line(*, line_id: UUID) -> Line | None:
    """One line of a statement; None if there is none."""
    row = StatementLine.objects.filter(id=line_id).values(*_LINE).first()
    return Line(**row) if row else None


def waiting_lines(*, most: int) -> list[Line]:
    """The lines that wait for a person: those to be decided before those that are held, the oldest first; agenda counts them."""
    rows = StatementLine.objects.filter(state__in=("open", "suspense")).order_by("state", "booked_on", "id")  # "open" sorts first
    return [Line(**row) for row in rows.values(*_LINE)[:most]]


def pool(*, number: int) -> pool_items.CyclePool:
    """The pool of a cycle at this moment, with all its parties."""
    return pool_items.pool(cycle=Cycle.objects.get(number=number))


def pool_sums(*, cycle_id: UUID) -> pool_items.PoolSums:
    """What the pool of a cycle comes to at this moment."""
    return pool_items.sums_of(cycle_id=cycle_id)


def due(*, pool: pool_items.CyclePool) -> dict[str, int]:
    """What of a cycle's pool can be sent now, by creditor: agent cash is there for it."""
    return agent_cash.due(pool=pool)


def in_suspense() -> list[Held]:
    """The money that lies in suspense, by line, the oldest first; also of a payout that came back after its cycle."""
    rows = StatementLine.objects.filter(state=StatementLine.State.SUSPENSE).order_by("booked_on", "id")
    waiting = list(rows.values_list("id", "leg_id", "booked_on"))
    causes = {line: line for line, _leg, _day in waiting} | {leg: line for line, leg, _day in waiting if leg}
    moved = Transfer.objects.filter(
        Q(credit=parties.SUSPENSE) | Q(debit=parties.SUSPENSE), cause_id__in=list(causes), phase=Transfer.Phase.POSTED
    )
    left = dict.fromkeys((line for line, _leg, _day in waiting), 0)
    for cause, credit, rupiah in moved.values_list("cause_id", "credit").annotate(sum=Sum("amount_rupiah")):
        left[causes[cause]] += rupiah if credit == parties.SUSPENSE else -rupiah
    return [Held(line, day, left[line]) for line, _leg, day in waiting]


def pay_ins_that_count(*, amount_rupiah: int) -> list[PayIn]:
    """The lines that brought a pay-in by bank of this amount, or this amount in all, the newest first."""
    rows = StatementLine.objects.filter(incoming=True, leg__receiver=FEDERATION, leg__rail=PaymentLeg.Rail.BANK)
    counted = Transfer.objects.filter(cause_id=OuterRef("id"), event="cleared-up", amount_rupiah=amount_rupiah)
    rows = rows.filter(Q(leg__amount_rupiah=amount_rupiah) | Q(amount_rupiah=amount_rupiah) | Q(Exists(counted)))
    found = rows.order_by("-booked_on", "-id").values_list("id", "leg__giver", "booked_on")[:PAY_INS_MAX]
    return [PayIn(line_id, VillageCode(giver), booked_on) for line_id, giver, booked_on in found]


def payouts_that_may_show(*, line: Line) -> list[Payout]:
    """The payouts by bank that a line may show: the one that it names, else, of money that went, those it has enough for and none shows."""
    rows = PaymentLeg.objects.filter(giver=FEDERATION, rail=PaymentLeg.Rail.BANK)
    named = rows.filter(key=line.key) if line.key else rows.none()
    if line.incoming:
        counted = StatementLine.objects.filter(decision=StatementLine.Decision.PAYOUT, decided_source=OuterRef("id"))
        rows = named.filter(Exists(counted.filter(incoming=False)))
    elif line.key:
        rows = named
    else:
        over = Q(state=PaymentLeg.State.FAILED) & ~Q(given_up=PaymentLeg.GivenUp.REFUSED)
        shown = StatementLine.objects.filter(leg=OuterRef("id"))
        rows = rows.filter(cycle__state__in=Cycle.MOVING, amount_rupiah__lte=line.amount_rupiah).exclude(over).exclude(Exists(shown))
    found = rows.order_by("-amount_rupiah", "id").values_list("id", "receiver", "amount_rupiah", "key")[:PAYOUTS_MAX]
    return [Payout(leg_id, VillageCode(receiver), amount, key) for leg_id, receiver, amount, key in found]


def imports(*, most: int) -> list[Import]:
    """What was taken in, the newest first."""
    return _imports(BankStatement.objects.order_by("-imported_at", "-id")[:most])


def one_import(*, statement_id: UUID) -> Import | None:
    """One of them; None if there is none."""
    return next(iter(_imports(BankStatement.objects.filter(id=statement_id))), None)


def _imports(rows: QuerySet[BankStatement]) -> list[Import]:
    in_force = Count("lines", filter=~Q(lines__state=StatementLine.State.WITHDRAWN))
    found = rows.annotate(in_force=in_force).values_list("id", "file", "in_force", "imported_by", "imported_at")
    return [Import(*row) for row in found]


def unexplained(*, number: int) -> dict[str, int]:
    """What keeps a cycle's money from being explained to zero (see settlement.payments.reconciliation)."""
    return reconciliation.unexplained(cycle=Cycle.objects.get(number=number))
