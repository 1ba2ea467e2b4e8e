"""Labels for payments of a cycle: how far a leg came, by which way, what was learned of it, and why something was put aside."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from settlement.payments import evidence
from settlement.payments.evidence import Kind
from settlement.statement_lines import line_reasons

# What a leg's state is called, by rail: (label, kind of the tag).
_BANK = {
    "planned": (gettext_lazy("Disiapkan"), ""),
    "submitted": (gettext_lazy("Ada di bank"), ""),
    "unknown": (gettext_lazy("Belum jelas, tanyakan bank"), "bad"),
    "failed": (gettext_lazy("Gagal, uang tidak berpindah"), "bad"),
    "succeeded": (gettext_lazy("Sampai"), "ok"),
    "returned": (gettext_lazy("Uang kembali"), "bad"),
}
STATES = {
    "bank": _BANK,
    "gateway": {**_BANK, "submitted": (gettext_lazy("Dikirim ke gerbang"), ""), "unknown": (gettext_lazy("Belum jelas"), "bad")},
    "cash": {**_BANK, "submitted": (gettext_lazy("Diserahkan, belum diterima"), ""), "failed": (gettext_lazy("Batal"), "bad")},
}
RAILS = {"bank": gettext_lazy("lewat bank"), "cash": gettext_lazy("tunai"), "gateway": gettext_lazy("lewat gerbang pembayaran")}
# What the ledger itself writes down of a leg and says no more than that; what a person wrote stands as it was written.
_ALONE = {
    Kind.PLANNED: gettext_lazy("disiapkan"),
    Kind.GIVEN: gettext_lazy("dinyatakan diserahkan"),
    Kind.SENT: gettext_lazy("dikirim ke gerbang pembayaran"),
    Kind.RECEIVED: gettext_lazy("dinyatakan diterima"),
    Kind.TOO_LATE: gettext_lazy("tenggat bayar lewat"),
    Kind.BEFORE_RESTORE: gettext_lazy("batal, karena buku dipulihkan dari cadangan"),
    Kind.GAVE_WAY: gettext_lazy("batal, karena uangnya sudah keluar atau ditarik kembali di bank"),
}
# What was done about a bank account.
ACCOUNT_STEPS = {
    "kept": gettext_lazy("Dicatat"),
    "proposed": gettext_lazy("Diajukan"),
    "confirmed": gettext_lazy("Ditegaskan"),
    "withdrawn": gettext_lazy("Ditarik lagi"),
    "stopped": gettext_lazy("Pembayaran dihentikan"),
    "resumed": gettext_lazy("Pembayaran dilanjutkan"),
}
NUMBER_MAX = 20  # of the bank's own number for a booking; longer ones are made by us to tell bookings apart, and say nothing to people


def state(*, rail: str, code: str) -> tuple[str, str]:
    """A leg's label and the kind of its tag; an unknown one is shown by its code."""
    label, kind = STATES.get(rail, _BANK).get(code, (code, ""))
    return str(label), kind


def of_evidence(*, text: str, quarantined: bool) -> str:
    """What was learned of a leg. What did not fit says why first."""
    learned = evidence.read(text=text, quarantined=quarantined)
    label = _learned(learned)
    if not learned.why:
        return label
    return f"{reason(code=learned.why)} ({label})" if label else reason(code=learned.why)


def _learned(learned: evidence.Evidence) -> str:
    if learned.kind in _ALONE:
        return str(_ALONE[learned.kind])
    if learned.kind is Kind.FILED:
        return _("masuk berkas bank %(file)s") % {"file": learned.number}
    if learned.booked_on is None:
        return learned.words
    label = _("terlihat di rekening koran %(day)s") % {"day": f"{learned.booked_on:%d/%m/%Y}"}
    if learned.kind is Kind.TAKEN_BACK:
        return label + ", " + _("ditarik kembali oleh bank")
    return f"{label} ({learned.number})" if 0 < len(learned.number) <= NUMBER_MAX else label


def reason(*, code: str) -> str:
    """Why a line waits or an event was put aside, from its word; what a person wrote stands as it is."""
    known = line_reasons.REASONS.get(code)
    return _(known) if known else code
