"""The labels of the ledger: what phases and events of transfers, and the federation's own accounts, are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

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
    "setoff": gettext_lazy("hapus utang lewat federasi"),
    "pay-in": gettext_lazy("setoran ke putaran"),
    "payout": gettext_lazy("pembayaran ke desa"),
    "arrived": gettext_lazy("uang masuk rekening"),
    "left": gettext_lazy("uang keluar rekening"),
    "returned": gettext_lazy("pembayaran kembali"),
    "own-share": gettext_lazy("bagian federasi"),
    "unclear": gettext_lazy("uang masuk yang belum jelas"),
    "cleared-up": gettext_lazy("uang yang tadinya belum jelas"),
    "card-in": gettext_lazy("dibayar dengan kartu"),
    "gateway-charge": gettext_lazy("biaya gerbang pembayaran"),
    "charge-covered": gettext_lazy("biaya gerbang ditanggung federasi"),
    "card-sale": gettext_lazy("penjualan dengan kartu"),
    "card-delivery": gettext_lazy("ongkos antar, dibayar dengan kartu"),
    "card-fee": gettext_lazy("iuran federasi, dibayar dengan kartu"),
    "card-fee-kept": gettext_lazy("iuran masuk kas sendiri"),
    "deposit-back": gettext_lazy("titipan pembeli kembali"),
    "card-refund": gettext_lazy("uang kembali ke kartu"),
    "card-fee-back": gettext_lazy("iuran kembali ke kartu"),
    "own-to-agent": gettext_lazy("dari kas sendiri ke kas titipan"),
}
ACCOUNTS = {
    "fee-income": gettext_lazy("Iuran federasi"),
    "agent-cash": gettext_lazy("Kas titipan federasi"),
    "own-cash": gettext_lazy("Kas sendiri federasi"),
    "customer-deposits": gettext_lazy("Titipan pembeli"),
    "gateway-cost": gettext_lazy("Biaya gerbang pembayaran"),
    "in-transit": gettext_lazy("Uang dalam perjalanan"),
    "suspense": gettext_lazy("Belum jelas"),
}


def phase(*, code: str) -> tuple[str, str]:
    """The label of a transfer's phase and its tone: "", "ok" or "bad"."""
    label, tone = PHASES.get(code, (code, ""))
    return str(label), tone


def event(*, code: str) -> str:
    """What a transfer was for; one without a label is shown by its code."""
    return str(EVENTS.get(code, code))
