"""Putaran: what the village settles with the others, cycle by cycle, and its statement of each; for everybody who works here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from federation.labels import figures
from federation.reports import order_facts
from marketplace import duties
from marketplace.pages.office import office_layout
from marketplace.pages.office.settlement import settlement_labels as cycles_words
from settlement.ledger import parties
from settlement.reports import full_statement, village_statement
from settlement.reports.full_statement import Held, Item, Statement
from settlement.seals import seals
from tenants.codes import FEDERATION
from tenants.errors import DomainError
from tenants.http import access

PAGE_ITEMS = 25


@dataclass(frozen=True)
class Sheet:
    """A statement with what its codes are called: the orders' facts by id, the parties' names by code."""

    statement: Statement
    facts: Mapping[UUID, order_facts.Fact]
    names: Mapping[str, str]

    def item(self, item: Item) -> dict[str, Any]:
        """An obligation with its words."""
        fact = self.facts.get(item.cause.order_id) if item.cause.order_id else None
        return {
            "item": item,
            "other": self.names.get(item.other, item.other),
            "cause": cycles_words.cause(item.cause, self.facts),
            "fact": fact,
            "may_be_wrong": item.other != parties.POOL,  # what is left of an approved cycle was agreed to
        }

    def held(self, held: Held) -> dict[str, Any]:
        """An obligation on hold with its words."""
        return {
            "held": held,
            "other": self.names.get(held.other, held.other),
            "cause": cycles_words.cause(held.cause, self.facts),
            "objected_by": self.names.get(held.objected_by, held.objected_by),
        }


def read(request: office_layout.Request, number: int) -> Sheet:
    """The village's statement of a cycle.

    :raises whole.NoSuchCycle: if there is none, which is a 404
    """
    code = request.village.code
    found = full_statement.statement(number=number, village_code=code)
    causes = [item.cause for item in found.items] + [held.cause for held in found.held]
    facts = order_facts.of_orders(order_ids=[why.order_id for why in causes if why.order_id], village_code=code)
    return Sheet(found, facts, cycles_words.named())


@access.village_page(*duties.EVERYONE)
@require_GET
def index(request: office_layout.Request) -> HttpResponse:
    """The cycles, the newest first, a sentence for each."""
    at, before = timezone.now(), _whole_number(request.GET.get("sebelum", ""))
    found = village_statement.all_of(village_code=request.village.code, before=before, most=village_statement.LIST_CYCLES + 1)
    shown = found[: village_statement.LIST_CYCLES]
    context = {
        "cycles": [{"one": one, "state": cycles_words.STATES[one.state], "sentence": cycles_words.sentence(one, at=at)} for one in shown],
        "more_url": f"?sebelum={shown[-1].number}" if len(found) > len(shown) else "",
        "waits": waiting(request, at=at) if before is None else [],
    }
    return office_layout.page(request, "office/cycles/index.html", context, tab="more")


def waiting(request: office_layout.Request, *, at: datetime) -> list[cycles_words.Waiting]:
    """What waits for this person in the cycle that runs now; nothing, and no statement, for who minds no money."""
    if request.roles.isdisjoint(duties.MONEY):
        return []
    one = village_statement.current(village_code=request.village.code)
    return cycles_words.waiting(one, names=cycles_words.named(), at=at) if one else []


@access.village_page(*duties.EVERYONE)
@require_GET
def detail(request: office_layout.Request, cycle: int) -> HttpResponse:
    """One statement: what to do, how it came about, and every obligation, page by page."""
    return shown(request, cycle)


def shown(request: office_layout.Request, number: int, *, trouble: DomainError | None = None) -> HttpResponse:
    """The statement as it is now, with what was wrong about a deed."""
    sheet, at = read(request, number), timezone.now()
    one = sheet.statement.standing
    begin = max(0, ((_whole_number(request.GET.get("hal", "")) or 1) - 1) * PAGE_ITEMS)
    items = sheet.statement.items[begin : begin + PAGE_ITEMS]
    is_more = begin + PAGE_ITEMS < len(sheet.statement.items)
    may_act = not request.roles.isdisjoint(duties.MONEY)
    context = {
        **told(sheet, at=at),
        "items": [sheet.item(item) for item in items],
        "more_url": f"?hal={begin // PAGE_ITEMS + 2}#catatan" if is_more else "",
        "legs": sorted((cycles_words.leg(leg, names=sheet.names, may_act=may_act) for leg in one.legs), key=lambda row: not row["deed"]),
        "payable": one.owes and one.left_rupiah > 0 and one.takes_payments,
        "receivable": one.shown and not one.owes and one.left_rupiah > 0,
        "may_object": duties.MANAGER in request.roles and one.may_object(at=at),
        "trouble": trouble,
    }
    return office_layout.page(request, "office/cycles/cycle.html", context, tab="more")


@access.village_page(*duties.EVERYONE)
@require_GET
def printed(request: office_layout.Request, cycle: int) -> HttpResponse:
    """The whole statement on paper, with the hashes of what it stands on."""
    sheet = read(request, cycle)
    context = {
        **told(sheet, at=timezone.now()),
        "items": [sheet.item(item) for item in sheet.statement.items],
        "legs": [cycles_words.leg(leg, names=sheet.names, may_act=False) for leg in sheet.statement.standing.legs],
        "printed_at": timezone.now(),
        "seal_head": seals.head(),
    }
    return office_layout.page(request, "office/cycles/print.html", context, tab="more")


def told(sheet: Sheet, *, at: datetime) -> dict[str, Any]:
    """What page and paper both say of a statement."""
    found, one = sheet.statement, sheet.statement.standing
    said = cycles_words.sentence(one, at=at)
    return {
        "one": one,
        "statement": found,
        "state": cycles_words.STATES[one.state],
        "sentence": said[:1].upper() + said[1:],
        "exchanges": [{"one": exchange, "other": sheet.names.get(exchange.other, exchange.other)} for exchange in _order(found)],
        "held": [sheet.held(held) for held in found.held],
        "count": _("%(count)s catatan") % {"count": figures.number(len(found.items))},
        "net_size_rupiah": abs(one.net_rupiah),
        "is_over": one.ended_at is not None,
    }


def _order(found: Statement) -> Sequence[full_statement.Exchange]:
    """Villages first, the largest exchange on top; then the federation, then what was left of earlier cycles."""
    last = (FEDERATION, parties.POOL)
    return sorted(found.exchanges, key=lambda one: (one.other in last, -one.owed_rupiah - one.claimed_rupiah, one.other))


def _whole_number(text: str) -> int | None:
    """A number in an address; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
