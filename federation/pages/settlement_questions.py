"""What is asked about money of cycles, at the desk and in a village's office the same: that it changed hands, that two share an account."""

from __future__ import annotations

from django.utils.translation import gettext as _

from federation.labels import figures
from federation.web import confirmation
from settlement.bank import account_changes
from settlement.reports.cycle_facts import CashLeg


def hand_over(leg: CashLeg, *, gives: bool, other: str) -> confirmation.Question:
    """Of one who gives cash to `other`, or has it from there."""
    return confirmation.Question(
        title=_("Uangnya sudah diserahkan?") if gives else _("Uangnya sudah diterima?"),
        figures=[(_("Jumlah"), figures.rupiah(leg.amount_rupiah)), (_("Kepada") if gives else _("Dari"), other)],
        warning=_("Hitung dulu uangnya. Pernyataan ini masuk buku besar dan tidak bisa dihapus."),
        button=_("Ya, sudah diserahkan") if gives else _("Ya, sudah diterima"),
    )


def shared_account(found: account_changes.OfAnotherVillage) -> confirmation.Question:
    """Of one who proposes an account that other villages have."""
    return confirmation.Question(
        title=_("Satu rekening untuk beberapa desa?"),
        figures=[(_("Rekening"), str(found.values["account"])), (_("Sudah dipakai atau diajukan"), str(found.values["villages"]))],
        warning=_("Biasanya ini salah tulis, dan uang desa ini akan masuk ke rekening desa lain. Cocokkan dulu dengan buku tabungannya."),
        button=_("Ya, rekeningnya memang sama"),
    )
