"""The words for payments of a cycle: how far a leg came, by which way, what was learned of it, and why something was put aside."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from settlement.payments import matching

# What a leg's state is called, by rail: (words, kind of the tag).
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
    "cash": {**_BANK, "submitted": (gettext_lazy("Diserahkan, belum diterima"), ""), "failed": (gettext_lazy("Batal"), "bad")},
}
RAILS = {"bank": gettext_lazy("lewat bank"), "cash": gettext_lazy("tunai")}
# What the ledger itself writes down of a leg; what a person wrote stands as it was written.
_EVIDENCE = {
    "planned": gettext_lazy("disiapkan"),
    "given": gettext_lazy("dinyatakan diserahkan"),
    "received": gettext_lazy("dinyatakan diterima"),
    "the date to pay has passed": gettext_lazy("tenggat bayar lewat"),
}
_STATEMENT = re.compile(r"statement (\d{4}-\d\d-\d\d):? ?(.*)")
_FILE = re.compile(r"bank file (\S+)")
NUMBER_MAX = 20  # of the bank's own number for a booking; longer ones are made by us to tell bookings apart, and say nothing to people


def state(*, rail: str, code: str) -> tuple[str, str]:
    """A leg's state in words and the kind of its tag; an unknown one is shown by its code."""
    said, kind = STATES.get(rail, _BANK).get(code, (code, ""))
    return str(said), kind


def evidence(*, text: str, quarantined: bool) -> str:
    """What was learned of a leg. What did not fit says why first."""
    if quarantined:
        why, _colon, rest = text.partition(": ")
        return f"{reason(code=why)} ({evidence(text=rest, quarantined=False)})" if rest else reason(code=why)
    if text in _EVIDENCE:
        return str(_EVIDENCE[text])
    if found := _FILE.fullmatch(text):
        return _("masuk berkas bank %(file)s") % {"file": found[1]}
    if found := _STATEMENT.fullmatch(text):
        said = _("terlihat di rekening koran %(day)s") % {"day": f"{date.fromisoformat(found[1]):%d/%m/%Y}"}
        if found[2] == "taken back":
            return said + ", " + _("ditarik kembali oleh bank")
        return f"{said} ({found[2]})" if 0 < len(found[2]) <= NUMBER_MAX else said
    return text


def reason(*, code: str) -> str:
    """Why a line waits or an event was put aside, from its word; what a person wrote stands as it is."""
    known = matching.REASONS.get(code)
    return _(known) if known else code
