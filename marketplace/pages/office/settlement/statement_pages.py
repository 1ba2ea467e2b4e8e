"""Putaran: what the village settles with the others, cycle by cycle, and its statement of each; for everybody who works here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from federation.labels import figures
from federation.reports import order_facts
from federation.web import form_fields
from marketplace.pages.office import office_layout
from marketplace.pages.office.settlement import settlement_labels
from settlement.after_restore import hold_overview
from settlement.bank import bank_accounts
from settlement.ledger import parties
from settlement.reports import full_statement, village_statement
from settlement.reports.full_statement import FullStatement, Held, Item
from settlement.seals import seals
from tenants.codes import FEDERATION
from tenants.errors import DomainError
from tenants.http import access
from tenants.people.permissions import Permission

PAGE_ITEMS, PAGES_MAX = 25, 100_000


@dataclass(frozen=True)
class ItemView:
    """An obligation with its labels."""

    item: Item
    other: str
    cause: str
    fact: order_facts.Fact | None

    @property
    def may_be_wrong(self) -> bool:
        """What is left of an approved cycle was agreed to."""
        return self.item.other != parties.POOL


@dataclass(frozen=True)
class HeldView:
    """An obligation on hold with its labels."""

    held: Held
    other: str
    cause: str
    objected_by: str


@dataclass(frozen=True)
class Sheet:
    """A statement with what its codes are called: the orders' facts by id, the parties' names by code."""

    statement: FullStatement
    facts: Mapping[UUID, order_facts.Fact]
    names: Mapping[str, str]

    def item(self, item: Item) -> ItemView:
        """An obligation with its labels."""
        fact = self.facts.get(item.cause.order_id) if item.cause.order_id else None
        return ItemView(item, self.names.get(item.other, item.other), settlement_labels.cause(item.cause, self.facts, owes=item.owes), fact)

    def held(self, held: Held) -> HeldView:
        """An obligation on hold with its labels."""
        return HeldView(
            held=held,
            other=self.names.get(held.other, held.other),
            cause=settlement_labels.cause(held.cause, self.facts, owes=held.owes),
            objected_by=self.names.get(held.objected_by, held.objected_by),
        )

    def legs(self, *, may_act: bool) -> list[settlement_labels.LegView]:
        """The village's payments with their labels, in the order of their planning."""
        one = self.statement.summary
        return [settlement_labels.leg(leg, party=one.party, names=self.names, may_act=may_act) for leg in one.legs]


def read(request: office_layout.Request, number: int) -> Sheet:
    """The village's statement of a cycle.

    :raises full_statement.NoSuchCycle: if there is none, which is a 404
    """
    code = request.village.code
    found = full_statement.statement(number=number, village_code=code)
    causes = [item.cause for item in found.items] + [held.cause for held in found.held]
    facts = order_facts.of_orders(order_ids=[why.order_id for why in causes if why.order_id], village_code=code)
    return Sheet(found, facts, settlement_labels.named())


@access.village_page(Permission.SEE_STATEMENTS)
@require_GET
def index(request: office_layout.Request) -> HttpResponse:
    """The cycles, the newest first, a sentence for each."""
    at, after = timezone.now(), request.GET.get("sesudah", "")
    page = village_statement.page(village_code=request.village.code, after=after)
    context = {
        "cycles": [
            {"one": one, "state": settlement_labels.state(one, at=at), "sentence": settlement_labels.sentence(one, at=at)}
            for one in page.rows
        ],
        "more_url": f"?sesudah={page.after}" if page.after else "",
        "waits": waiting(request, at=at) if not after else [],
        "cash_asked": not after and _is_cash_asked(request),
    }
    return office_layout.page(request, "office/cycles/index.html", context, tab="more")


def _is_cash_asked(request: office_layout.Request) -> bool:
    """Whether this person must still say, since a restore, what cash the village handed over and received."""
    may = office_layout.may(request, Permission.CONFIRM_CASH_PAYMENTS)
    return may and hold_overview.asked_of(village_code=request.village.code) is not None


def waiting(request: office_layout.Request, *, at: datetime) -> list[settlement_labels.Waiting]:
    """What waits for this person in the cycle that runs now; nothing, and no statement, for who minds no money."""
    if not office_layout.may(request, Permission.CONFIRM_CASH_PAYMENTS):
        return []
    one = village_statement.current(village_code=request.village.code)
    return settlement_labels.waiting(one, names=settlement_labels.named(), at=at) if one else []


@access.village_page(Permission.SEE_STATEMENTS)
@require_GET
def detail(request: office_layout.Request, cycle: int) -> HttpResponse:
    """One statement: what to do, how it came about, and every obligation, page by page."""
    return statement_page(request, cycle)


def statement_page(request: office_layout.Request, number: int, *, refusal: DomainError | None = None) -> HttpResponse:
    """The statement as it is now, with what was wrong about an action."""
    sheet, at = read(request, number), timezone.now()
    one = sheet.statement.summary
    page = form_fields.read(forms.IntegerField(min_value=1, max_value=PAGES_MAX), request.GET.get("hal")) or 1
    begin = (page - 1) * PAGE_ITEMS
    items = sheet.statement.items[begin : begin + PAGE_ITEMS]
    is_more = begin + PAGE_ITEMS < len(sheet.statement.items)
    may_act = office_layout.may(request, Permission.CONFIRM_CASH_PAYMENTS)
    context = {
        **_context(sheet, at=at),
        "items": [sheet.item(item) for item in items],
        "more_url": f"?hal={page + 1}#catatan" if is_more else "",
        "legs": sorted(sheet.legs(may_act=may_act), key=lambda row: not row.action),
        "payable": one.owes and one.left_rupiah > 0 and one.takes_payments,
        "receivable": one.shown and not one.owes and one.left_rupiah > 0,
        "may_object": office_layout.may(request, Permission.OBJECT) and one.may_object(at=at),
        "refusal": refusal,
    }
    return office_layout.page(request, "office/cycles/cycle.html", context, tab="more")


@access.village_page(Permission.SEE_STATEMENTS)
@require_GET
def printed(request: office_layout.Request, cycle: int) -> HttpResponse:
    """The whole statement on paper, with the hashes of what it stands on."""
    sheet = read(request, cycle)
    context = {
        **_context(sheet, at=timezone.now()),
        "items": [sheet.item(item) for item in sheet.statement.items],
        "legs": sheet.legs(may_act=False),
        "printed_at": timezone.now(),
        "seal_head": seals.head(),
    }
    return office_layout.page(request, "office/cycles/print.html", context, tab="more")


def _context(sheet: Sheet, *, at: datetime) -> dict[str, Any]:
    """What page and paper both say of a statement."""
    found, one = sheet.statement, sheet.statement.summary
    sentence = settlement_labels.sentence(one, at=at)
    pays_to = bank_accounts.status(party=FEDERATION if one.owes else one.party, at=at)
    return {
        "one": one,
        "account": pays_to.account,
        "status": pays_to,
        "statement": found,
        "state": settlement_labels.state(one, at=at),
        "tone": settlement_labels.tone(one, at=at),
        "sentence": sentence[:1].upper() + sentence[1:],
        "exchanges": [{"one": exchange, "other": sheet.names.get(exchange.other, exchange.other)} for exchange in _order(found)],
        "held": [sheet.held(held) for held in found.held],
        "count": _("%(count)s catatan") % {"count": figures.number(len(found.items))},
        "carried_rupiah": one.sign * one.carried_rupiah,
        "signs": figures.SIGNS,
        "net_size_rupiah": abs(one.net_rupiah),
        "is_over": one.ended_at is not None,
    }


def _order(found: FullStatement) -> Sequence[full_statement.Exchange]:
    """Villages first, the largest exchange on top; then the federation, then what was left of earlier cycles."""
    last = (FEDERATION, parties.POOL)
    return sorted(found.exchanges, key=lambda one: (one.other in last, -one.owed_rupiah - one.claimed_rupiah, one.other))
