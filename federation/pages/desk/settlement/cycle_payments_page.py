"""The money of a cycle: what is collected, paid out and waiting, per village; the bank's files; every payment with its history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from federation.labels import figures, payment_labels
from federation.members import party_names
from federation.pages.desk import desk_layout, desk_tabs
from federation.pages.desk.settlement import cycle_rows, payment_rows
from federation.web import csv_export
from settlement.bank import bank_accounts
from settlement.bank.statement_files import references
from settlement.payments import bank_files, payouts_by_gateway
from settlement.payments.pool_items import PoolSums
from settlement.reports import agenda, cycle_overview, party_totals, payment_overview
from settlement.reports.cycle_facts import PartySums
from tenants import codes, keyset
from tenants.errors import DomainError
from tenants.http import access
from tenants.people import accounts
from tenants.people.permissions import Permission

NAMED_MAX = 20
LEGS_PAGE = desk_layout.ROWS


@dataclass(frozen=True)
class Debtor:
    """Who has to pay into the cycle, and what to write on the transfer."""

    name: str
    party: PartySums
    reference: str


@dataclass(frozen=True)
class Creditor:
    """Who is paid out of the cycle; `due`: what could be prepared now. `has_account`: by bank, else in cash; `waits`: for its account."""

    name: str
    party: PartySums
    due_rupiah: int
    has_account: bool
    waits: bool


@dataclass(frozen=True)
class BankFileView:
    """A bank file and who made it."""

    file: payment_overview.File
    by_name: str


@dataclass(frozen=True)
class ListPlaces:
    """What the page is asked to show of its lists, besides who is named: the places where each of them goes on."""

    words: str
    among: list[codes.VillageCode] | None
    after_debtors: str
    after_creditors: str
    after_payments: str


def _places(request: desk_layout.Request) -> ListPlaces:
    asked = desk_layout.words(request)
    places = (request.GET.get(f"sesudah-{name}", "") for name in ("debtors", "creditors", "payments"))
    return ListPlaces(asked, party_names.codes_found(words=asked), *places)


def _debtors(cycle: cycle_overview.Overview, names: Mapping[str, str], places: ListPlaces) -> keyset.Page[Debtor]:
    """A page of those who pay, the largest first."""
    page = party_totals.side(cycle_id=cycle.id, owes=True, among=places.among, after=places.after_debtors, limit=desk_layout.ROWS)
    number = cycle.number
    rows = [
        Debtor(
            names.get(one.party, one.party),
            one,
            references.pay_in(cycle_number=number, village_code=one.party) if one.party != codes.FEDERATION else "",
        )
        for one in page.rows
    ]
    return keyset.Page(rows, page.after)


Accounts = Mapping[str, bank_accounts.Status]


def _creditors(page: keyset.Page[PartySums], names: Mapping[str, str], due: Mapping[str, int], known: Accounts) -> list[Creditor]:
    """Those who are paid, with how it stands with their accounts."""
    rows = []
    for one in page.rows:
        now, own = known.get(one.party, bank_accounts.NOTHING), one.party == codes.FEDERATION
        has_account = now.account is not None or own
        rows.append(Creditor(names.get(one.party, one.party), one, due.get(one.party, 0), has_account, now.waits and not own))
    return rows


def _without_account(parties: Sequence[str], names: Mapping[str, str], known: Accounts) -> dict[str, list[str]]:
    """Of these creditors, who has no account, and who waits for one: their names, not more than a sentence holds."""
    waits = [party for party in parties if known.get(party, bank_accounts.NOTHING).waits]
    cash = [party for party in parties if known.get(party, bank_accounts.NOTHING).account is None and party not in set(waits)]
    return {"cash_only": _named(cash, names), "account_waits": _named(waits, names)}


def _named(party_codes: Sequence[str], names: Mapping[str, str]) -> list[str]:
    shown = [names.get(code, code) for code in party_codes[:NAMED_MAX]]
    left = len(party_codes) - len(shown)
    return [*shown, _("dan %(count)s desa lagi") % {"count": left}] if left else shown


def _files(number: int) -> list[BankFileView]:
    """The newest first."""
    found = payment_overview.files(number=number)[::-1]
    people = accounts.names_of(user_ids=[file.made_by for file in found])
    return [BankFileView(file, people.get(file.made_by, "") if file.made_by else "") for file in found]


def sentence(*, cycle: cycle_overview.Overview, pool: PoolSums) -> str:
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


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request, number: int) -> HttpResponse:
    """The cycle's money, with the buttons of what this person may do about it."""
    return answer(request, number)


def answer(request: desk_layout.Request, number: int, *, refusal: DomainError | None = None) -> HttpResponse:
    """The cycle's money as it is now, with what was wrong about an action."""
    at, cycle = timezone.now(), cycle_rows.of(number=number)
    plans_cash = cycle.takes_pay_ins(at=at) and desk_layout.may(request, Permission.PLAN_CASH_PAYMENTS)
    # All its parties only where something is shared out among them: what has ended is told by its sums.
    pool = payment_overview.pool(number=number) if cycle.takes_payments else None
    pool_sums = pool.sums if pool else payment_overview.pool_sums(cycle_id=cycle.id)
    due = payment_overview.due(pool=pool) if pool else {}
    acts = cycle.takes_payments and desk_layout.may(request, Permission.PAY_VILLAGES)
    waiting = agenda.waiting(of=cycle, due=due if pool else None) if cycle.is_under_way else None
    context = {
        "cycle": cycle,
        "row": cycle_rows.row(cycle=cycle, waiting=waiting, unfinished=None, at=at),
        "sentence": sentence(cycle=cycle, pool=pool_sums),
        "pool": pool_sums,
        "due_rupiah": sum(due.values()),
        **_lists(request, cycle, due=due, at=at),
        "bank_planned_rupiah": waiting.bank_planned_rupiah if waiting else 0,
        "bank_planned_count": waiting.bank_planned if waiting else 0,
        "files": _files(number),
        "gateway_rooms": payouts_by_gateway.rooms(pool=pool) if acts and pool else {},
        "acts": acts,
        "may_plan_cash": plans_cash and pool and any(pool.room(debtor) for debtor in pool.debts if debtor != codes.FEDERATION),
        "tabs": desk_tabs.of_cycle(number=number, current="desk-cycle-payments"),
    }
    return desk_layout.page(request, "desk/settlement/cycle_payments.html", context, tab="cycles", refusal=refusal)


def _lists(request: desk_layout.Request, cycle: cycle_overview.Overview, *, due: Mapping[str, int], at: datetime) -> dict[str, object]:
    """A page of each of the three lists, with the address of its next one; and what there is to say of bank accounts."""
    places, names = _places(request), party_names.of_parties()
    debtors = _debtors(cycle, names, places)
    creditors = party_totals.side(cycle_id=cycle.id, owes=False, among=places.among, after=places.after_creditors, limit=desk_layout.ROWS)
    payments = payment_overview.most_urgent(
        number=cycle.number, desk=payment_rows.desk(request), among=places.among, after=places.after_payments, limit=LEGS_PAGE
    )
    look = party_totals.creditors_to_look_at(cycle_id=cycle.id, at=at) if due else party_totals.NOBODY
    parties = {codes.FEDERATION, *look.with_steps, *(one.party for one in creditors.rows)}
    known = bank_accounts.statuses(at=at, parties=parties) if cycle.moves_money else {}
    return {
        "asked": places.words,
        "debtors": debtors.rows,
        "more_debtors_url": desk_layout.next_page(request, debtors.after, place="sesudah-debtors"),
        "creditors": _creditors(creditors, names, due, known),
        "more_creditors_url": desk_layout.next_page(request, creditors.after, place="sesudah-creditors"),
        "payments": payment_rows.rows(legs=payments.rows, number=cycle.number, request=request),
        "more_payments_url": desk_layout.next_page(request, payments.after, place="sesudah-payments"),
        "federation_account": known.get(codes.FEDERATION, bank_accounts.NOTHING).usable,
        **_without_account(look.parties, names, known),
    }


def _leg_lines(number: int) -> Iterator[tuple[object, ...]]:
    names = party_names.of_parties()
    for leg in payment_overview.legs(number=number):
        moments = (timezone.localtime(moment).isoformat() if moment else None for moment in (leg.planned_at, leg.given_at, leg.ended_at))
        state, _tone = payment_labels.state(rail=leg.rail, code=leg.state)
        ends = (leg.giver, names.get(leg.giver, leg.giver), leg.receiver, names.get(leg.receiver, leg.receiver))
        yield leg.key, *ends, leg.amount_rupiah, leg.rail, state, leg.state, *moments, leg.message_id


@access.federation_page(Permission.SEE_DESK)
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


@access.federation_page(Permission.SEE_DESK)
@require_GET
def bank_file(request: desk_layout.Request, number: int, message_id: str, kind: str) -> HttpResponse:
    """A bank file as it was made, `kind` xml (pain.001) or csv (the portal's table)."""
    known = kind in ("xml", "csv")
    contents = bank_files.contents(number=number, message_id=message_id, as_csv=kind == "csv") if known else None
    if contents is None:
        raise Http404
    answer = HttpResponse(contents, content_type="text/csv; charset=utf-8" if kind == "csv" else "application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{message_id}.{kind}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
