"""What is asked before money of a cycle is said to have changed hands: at the desk and in a village's office the same."""

from __future__ import annotations

from django.utils.translation import gettext as _

from federation.labels import figures
from federation.web import confirmation
from settlement.reports.cycle_facts import CashLeg


def hand_over(leg: CashLeg, *, gives: bool, other: str) -> confirmation.Question:
    """Of one who gives cash to `other`, or has it from there."""
    return confirmation.Question(
        title=_("Uangnya sudah diserahkan?") if gives else _("Uangnya sudah diterima?"),
        figures=[(_("Jumlah"), figures.rupiah(leg.amount_rupiah)), (_("Kepada") if gives else _("Dari"), other)],
        warning=_("Hitung dulu uangnya. Pernyataan ini masuk buku besar dan tidak bisa dihapus."),
        button=_("Ya, sudah diserahkan") if gives else _("Ya, sudah diterima"),
    )
