"""The rows of links above the desk's pages: those about settlement as a whole, and those about one cycle."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from federation.web import layout


def of_settlement(*, current: str) -> list[layout.Item]:
    """The pages about settlement as a whole; `current`: the URL name of the one that is shown."""
    places = (
        (_("Putaran"), "desk-cycles"),
        (_("Rekening koran"), "desk-bank-statements"),
        (_("Rekening bank"), "desk-bank-accounts"),
        (_("Gerbang pembayaran"), "desk-gateways"),
        (_("Jawaban gerbang"), "desk-payout-answers"),
        (_("Setelah pemulihan"), "desk-restored-money"),
        (_("Sisa yang dibawa"), "desk-carry"),
        (_("Neraca"), "desk-balance"),
    )
    return [layout.Item(label, reverse(name), name == current) for label, name in places]


def of_cycle(*, number: int, current: str) -> list[layout.Item]:
    """The pages about one cycle; `current`: the URL name of the one that is shown."""
    places = (
        (_("Ringkasan"), "desk-cycle"),
        (_("Pembayaran"), "desk-cycle-payments"),
        (_("Pencocokan"), "desk-cycle-reconciliation"),
    )
    return [layout.Item(label, reverse(name, args=[number]), name == current) for label, name in places]
