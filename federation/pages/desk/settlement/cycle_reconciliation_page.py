"""Pencocokan: what of a cycle's money is not explained yet, each with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from federation.pages.desk import desk_layout, desk_tabs
from federation.pages.desk.settlement import cycle_rows
from settlement.ledger import parties
from settlement.payments import reconciliation
from settlement.reports import cycle_overview, payment_overview
from tenants.http import access
from tenants.people.permissions import Permission

LINES = "statement-lines"
COUNTED = (LINES, reconciliation.AT_GATEWAYS)
# What an unexplained amount is called, and what explains it.
KINDS = {
    parties.IN_TRANSIT: (
        gettext_lazy("Uang dalam perjalanan"),
        gettext_lazy("Dinyatakan disetor atau dibayar, tetapi belum terlihat di rekening koran. Masukkan rekening koran yang terbaru."),
    ),
    parties.SUSPENSE: (
        gettext_lazy("Uang yang belum jelas milik siapa"),
        gettext_lazy("Disimpan sampai diketahui. Putuskan di rekening koran: setoran desa mana, atau dikembalikan."),
    ),
    parties.AGENT_CASH: (
        gettext_lazy("Selisih kas titipan"),
        gettext_lazy("Kas titipan tidak sama dengan yang seharusnya ada. Pemeriksa membandingkan buku kas titipan dengan rekening koran."),
    ),
    reconciliation.NOT_PAID_OUT: (
        gettext_lazy("Terkumpul, belum sampai di yang berpiutang"),
        gettext_lazy(
            "Siapkan dan kirim pembayarannya, lalu masukkan rekening korannya. Yang tetap tidak bisa dibayar ikut putaran berikut."
        ),
    ),
    reconciliation.AT_GATEWAYS: (
        gettext_lazy("Pembayaran yang tercatat gagal, tetapi menurut gerbang dibayarkan"),
        gettext_lazy("Catat jawaban tertulis gerbang; orang lain menegaskannya."),
    ),
    LINES: (
        gettext_lazy("Baris rekening koran yang belum diputuskan"),
        gettext_lazy("Putuskan setiap baris di rekening koran."),
    ),
}


@dataclass(frozen=True)
class Item:
    """One thing that is not explained; `count` for what is COUNTED, else rupiah (below zero: too little)."""

    name: str
    remedy: str
    url: str
    rupiah: int | None
    count: int | None


def items(*, found: dict[str, int], number: int) -> list[Item]:
    """What is unexplained, with its labels. Something new that has none yet is shown by its code, never left out."""
    statements, money = reverse("desk-bank-statements"), reverse("desk-cycle-payments", args=[number])
    urls = {parties.IN_TRANSIT: statements, parties.SUSPENSE: statements, LINES: statements, reconciliation.NOT_PAID_OUT: money}
    urls[reconciliation.AT_GATEWAYS] = reverse("desk-payout-answers")
    rows = []
    for kind, amount in found.items():
        name, remedy = KINDS.get(kind, (kind, ""))
        counted = kind in COUNTED
        rows.append(Item(str(name), str(remedy), urls.get(kind, ""), None if counted else amount, amount if counted else None))
    return rows


def _sentence(cycle: cycle_overview.Overview, rows: list[Item]) -> str:
    if not cycle.moves_money:
        return _("Pencocokan dimulai sesudah utang yang berputar dihapus, dan selesai bersama putarannya.")
    if not rows:
        return _("Setiap rupiah jelas: tidak ada yang di perjalanan, tidak ada yang belum dibayarkan.")
    text = ngettext(
        "%(count)s hal belum cocok. Putaran baru selesai kalau semuanya nol.",
        "%(count)s hal belum cocok. Putaran baru selesai kalau semuanya nol.",
        len(rows),
    )
    return text % {"count": len(rows)}


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request, number: int) -> HttpResponse:
    """What keeps the cycle from being explained to zero."""
    cycle = cycle_rows.of(number=number)
    rows = items(found=payment_overview.unexplained(number=number), number=number) if cycle.moves_money else []
    context = {
        "cycle": cycle,
        "row": cycle_rows.row(cycle=cycle, waiting=None, unfinished=None, at=timezone.now()),
        "rows": rows,
        "sentence": _sentence(cycle, rows),
        "tabs": desk_tabs.of_cycle(number=number, current="desk-cycle-reconciliation"),
        "agent_cash": parties.AGENT_CASH,
        "in_transit": parties.IN_TRANSIT,
        "suspense": parties.SUSPENSE,
    }
    return desk_layout.page(request, "desk/settlement/cycle_reconciliation.html", context, tab="cycles")
