"""The labels of the ledger: what phases and events of transfers, and the federation's own accounts, are called."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from settlement.ledger import parties

PHASES = {
    "pending": (gettext_lazy("ditahan"), ""),
    "posted": (gettext_lazy("dibukukan"), "ok"),
    "voided": (gettext_lazy("dilepas"), "bad"),
}
EVENTS = {
    "sale": gettext_lazy("penjualan"),
    "fee": gettext_lazy("iuran federasi"),
    "refund": gettext_lazy("uang kembali"),
    "fee-refund": gettext_lazy("iuran kembali"),
    "undo": gettext_lazy("pembatalan pembayaran"),
    "pay-in": gettext_lazy("setoran ke putaran"),
    "payout": gettext_lazy("pembayaran ke desa"),
    "arrived": gettext_lazy("uang masuk rekening"),
    "left": gettext_lazy("uang keluar rekening"),
    "returned": gettext_lazy("pembayaran kembali"),
    "own-share": gettext_lazy("bagian federasi"),
    "own-share-back": gettext_lazy("bagian federasi dikembalikan"),
    "own-cost": gettext_lazy("biaya federasi di bank"),
    "own-income": gettext_lazy("pendapatan federasi di bank"),
    "paid-twice": gettext_lazy("pembayaran yang sampai dua kali"),
    "paid-twice-back": gettext_lazy("pembayaran kedua yang kembali"),
    "adopted-pay-in": gettext_lazy("setoran yang masuk buku sesudah pemulihan"),
    "adopted-payout": gettext_lazy("pembayaran yang masuk buku sesudah pemulihan"),
    "taken-back": gettext_lazy("setoran yang ditarik kembali oleh bank"),
    "unclear": gettext_lazy("uang masuk yang belum jelas"),
    "cleared-up": gettext_lazy("uang yang tadinya belum jelas"),
    "delivery": gettext_lazy("ongkos antar"),
    "gateway-in": gettext_lazy("dibayar lewat gerbang pembayaran"),
    "gateway-charge": gettext_lazy("biaya gerbang pembayaran"),
    "gateway-more": gettext_lazy("uang di gerbang lebih daripada di buku"),
    "gateway-less": gettext_lazy("uang di gerbang kurang daripada di buku"),
    "gateway-payout": gettext_lazy("gerbang mengirim ke rekening federasi"),
    "gateway-took": gettext_lazy("gerbang menarik dari rekening federasi"),
    "refund-sent": gettext_lazy("uang kembali dikirim ke pembeli"),
    "refund-failed": gettext_lazy("uang kembali yang gagal"),
    "refund-by-hand": gettext_lazy("uang kembali dibayar dari kas federasi sendiri"),
    "refund-reopened": gettext_lazy("uang kembali yang harus dikirim lagi"),
    "refund-by-dispute": gettext_lazy("uang kembali lewat sengketa"),
    "dispute": gettext_lazy("ditahan karena sengketa"),
    "dispute-fee": gettext_lazy("biaya sengketa"),
    "dispute-fee-back": gettext_lazy("biaya sengketa kembali"),
    "dispute-won": gettext_lazy("sengketa dimenangkan"),
    "dispute-lost": gettext_lazy("sengketa kalah"),
    "dispute-regained": gettext_lazy("uang sengketa yang kalah dikembalikan"),
    "taken-over": gettext_lazy("uang kembali yang diambil alih federasi"),
    "own-due": gettext_lazy("bagian federasi di uang titipan"),
    "own-owed": gettext_lazy("yang harus ditutup federasi"),
    "own-covers": gettext_lazy("kas sendiri menutup kas titipan"),
    "own-covered": gettext_lazy("yang sudah ditutup federasi"),
    "own-netted": gettext_lazy("saling dihapus antara dua kas federasi"),
    "own-takes": gettext_lazy("bagian federasi masuk kas sendiri"),
    "own-taken": gettext_lazy("bagian federasi yang sudah diambil"),
}
ACCOUNTS = {
    "fee-income": gettext_lazy("Iuran federasi"),
    "agent-cash": gettext_lazy("Kas titipan federasi"),
    "own-cash": gettext_lazy("Kas sendiri federasi"),
    "customer-deposits": gettext_lazy("Titipan pembeli"),
    "disputed": gettext_lazy("Ditahan karena sengketa"),
    "gateway-cost": gettext_lazy("Biaya gerbang pembayaran"),
    "dispute-cost": gettext_lazy("Biaya sengketa"),
    "taken-over": gettext_lazy("Yang diambil alih dari desa yang keluar"),
    "own-costs": gettext_lazy("Biaya federasi di bank"),
    "in-transit": gettext_lazy("Uang dalam perjalanan"),
    "suspense": gettext_lazy("Belum jelas"),
    "fees-untaken": gettext_lazy("Bagian federasi yang belum diambil"),
    "uncovered": gettext_lazy("Belum ditutup federasi"),
    "between-funds": gettext_lazy("Antara dua kas federasi"),
}


def account(*, code: str) -> str:
    """The name of one of the federation's accounts; one without a name is shown by its code."""
    gateway = parties.gateway_of(code)
    return _("Gerbang pembayaran %(name)s") % {"name": gateway} if gateway else str(ACCOUNTS.get(code, code))


def phase(*, code: str) -> tuple[str, str]:
    """The label of a transfer's phase and its tone: "", "ok" or "bad"."""
    label, tone = PHASES.get(code, (code, ""))
    return str(label), tone


def event(*, code: str) -> str:
    """What a transfer was for; one without a label is shown by its code."""
    return str(EVENTS.get(code, code))
