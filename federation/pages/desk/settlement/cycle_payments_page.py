"""The money of a cycle: what is collected, paid out and waiting, per village; the bank's files; every payment with its history."""

from __future__ import annotations

from collections.abc import Iterator
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
from settlement.payments import payouts_by_gateway
from settlement.payments.pool_items import CyclePool
from settlement.reports import agenda, cycle_overview, party_totals, payment_overview
from settlement.reports.cycle_facts import CashLeg, PartySums
from tenants import codes, keyset
from tenants.errors import DomainError
from tenants.http import access
from tenants.people import accounts
from tenants.people.permissions import Permission

SIDE_PAGE = 50
NAMED_MAX = 20
LARGEST = keyset.Order("sides", {"rupiah": int, "party": str})
LEGS_MAX = 100  # the most urgent, then the newest; the table to download has them all


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


def _sides(cycle: cycle_overview.Overview, due: dict[str, int], at: datetime) -> tuple[list[Debtor], list[Creditor]]:
    """Both sides of the cash, the largest first."""
    names = party_names.of_parties()
    found = [one for one in party_totals.of_cycle(cycle_id=cycle.id) if one.cash_rupiah]
    known = bank_accounts.statuses(at=at, parties=[one.party for one in found]) if cycle.moves_money else {}
    debtors, creditors = [], []
    for one in sorted(found, key=lambda one: (-one.cash_rupiah, one.party)):
        name = names.get(one.party, one.party)
        if one.owes:
            by_bank = one.party != codes.FEDERATION
            debtors.append(
                Debtor(
                    name, one, references.pay_in(cycle_number=cycle.number, village_code=codes.VillageCode(one.party)) if by_bank else ""
                )
            )
        else:
            now = known.get(one.party, bank_accounts.NOTHING)
            has_account = now.account is not None or one.party == codes.FEDERATION
            creditors.append(Creditor(name, one, due.get(one.party, 0), has_account, now.waits and one.party != codes.FEDERATION))
    return debtors, creditors


def _shown(request: desk_layout.Request, debtors: list[Debtor], creditors: list[Creditor]) -> dict[str, object]:
    """The page of each side that was asked for, of those that words name, with the address of the next."""
    asked = desk_layout.words(request)
    among = party_names.codes_found(words=asked)
    shown: dict[str, object] = {"asked": asked}
    for side, rows in (("debtors", debtors), ("creditors", creditors)):
        wanted = [one for one in rows if among is None or one.party.party in among]
        after = request.GET.get(f"sesudah-{side}", "")
        page = LARGEST.part(wanted, after=after, limit=SIDE_PAGE, place=lambda one: (-one.party.cash_rupiah, one.party.party))
        shown[side], shown[f"more_{side}_url"] = page.rows, desk_layout.next_page(request, page.after, place=f"sesudah-{side}")
    return shown


def _named(creditors: list[Creditor]) -> list[str]:
    """Their names, not more than a sentence holds."""
    names = [one.name for one in creditors]
    left = len(names) - NAMED_MAX
    return names if left <= 0 else [*names[:NAMED_MAX], _("dan %(count)s desa lagi") % {"count": left}]


def _payments(request: desk_layout.Request, number: int) -> tuple[list[payment_rows.Row], int]:
    """The payments to show: what waits for somebody at this desk, what may still move, what has ended; and how many more there are."""

    def urgency(leg: CashLeg) -> int:
        if payment_rows.allowed(leg=leg, request=request) & {"give", "receive"}:
            return 0
        return 1 if leg.state in ("planned", "submitted", "unknown") else 2

    found = sorted(payment_overview.legs(number=number), key=lambda leg: leg.planned_at, reverse=True)
    found.sort(key=urgency)
    first_legs = found[:LEGS_MAX]
    return payment_rows.rows(legs=first_legs, number=number, request=request), len(found) - len(first_legs)


def _files(number: int) -> list[BankFileView]:
    """The newest first."""
    found = payment_overview.files(number=number)[::-1]
    people = accounts.names_of(user_ids=[file.made_by for file in found])
    return [BankFileView(file, people.get(file.made_by, "") if file.made_by else "") for file in found]


def sentence(*, cycle: cycle_overview.Overview, pool: CyclePool) -> str:
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
    pool = payment_overview.pool(number=number)
    due = payment_overview.due(pool=pool) if cycle.takes_payments else {}
    debtors, creditors = _sides(cycle, due, at)
    payments, payments_left = _payments(request, number)
    acts = cycle.takes_payments and desk_layout.may(request, Permission.PAY_VILLAGES)
    plans_cash = cycle.takes_pay_ins(at=at) and desk_layout.may(request, Permission.PLAN_CASH_PAYMENTS)
    waiting = agenda.waiting(of=cycle) if cycle.is_under_way else None
    context = {
        "cycle": cycle,
        "row": cycle_rows.row(cycle=cycle, waiting=waiting, unfinished=None, at=at),
        "sentence": sentence(cycle=cycle, pool=pool),
        "pool": pool,
        "under_way_rupiah": pool.committed_rupiah - pool.paid_rupiah,
        "due_rupiah": sum(due.values()),
        **_shown(request, debtors, creditors),
        "cash_only": _named([one for one in creditors if not one.has_account and not one.waits]),
        "account_waits": _named([one for one in creditors if one.waits]),
        "payments": payments,
        "payments_left": payments_left,
        "bank_planned_rupiah": waiting.bank_planned_rupiah if waiting else 0,
        "bank_planned_count": waiting.bank_planned if waiting else 0,
        "files": _files(number),
        "gateway_rooms": payouts_by_gateway.rooms(pool=pool) if acts else {},
        "acts": acts,
        "federation_account": acts and bank_accounts.status(party=codes.FEDERATION, at=at).usable,
        "may_plan_cash": plans_cash and any(pool.room(one.party.party) for one in debtors if one.reference),
        "tabs": desk_tabs.of_cycle(number=number, current="desk-cycle-payments"),
    }
    return desk_layout.page(request, "desk/settlement/cycle_payments.html", context, tab="cycles", refusal=refusal)


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
    contents = payment_overview.file_contents(number=number, message_id=message_id, as_csv=kind == "csv") if known else None
    if contents is None:
        raise Http404
    answer = HttpResponse(contents, content_type="text/csv; charset=utf-8" if kind == "csv" else "application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{message_id}.{kind}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
