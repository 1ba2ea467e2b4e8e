"""Gerbang pembayaran: what each gateway holds and takes, and what of it waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from federation.buying import gateway_disputes
from federation.labels import channel_labels, figures
from federation.pages.desk import desk_layout, desk_tabs
from marketplace.gateway_payments import waiting_problems
from settlement.bank.gateways import registry
from settlement.bank.gateways.gateway_interface import Channel, Terms
from settlement.ledger import federation_books
from tenants.http import access
from tenants.people.permissions import Permission

PROBLEMS_MAX = 50  # of each kind on one page


@dataclass(frozen=True)
class GatewayRow:
    """A gateway; `works`: the federation still works with it. channels: a sentence for each by which buyers pay there."""

    name: str
    balance_rupiah: int
    works: bool
    channels: Sequence[str]


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """All gateways, and what waits, the oldest first; the operator finds the way to each decision."""
    waiting = waiting_problems.read()
    gateways = _gateways()
    payments, refunds = waiting.payments[:PROBLEMS_MAX], waiting.refunds[:PROBLEMS_MAX]
    count = len(waiting.payments) + len(waiting.refunds)
    context = {
        "sentence": _sentence(count=count, gateways=gateways),
        "is_waiting": count > 0,
        "gateways": gateways,
        "payments": payments,
        "refunds": refunds,
        "left": count - len(payments) - len(refunds),
        "disputes": _disputes(waiting.disputed_payments),
        "overdue": gateway_disputes.overdue(at=timezone.now()).select_related("gateway_payment__purchase")[:PROBLEMS_MAX],
        "may_decide": desk_layout.may(request, Permission.DECIDE_GATEWAY_MONEY),
        "tabs": desk_tabs.of_settlement(current="desk-gateways"),
    }
    return desk_layout.page(request, "desk/gateways.html", context, tab="cycles")


def _gateways() -> list[GatewayRow]:
    """Those that the federation works with, in the order of the setting, then those of which the books still tell."""
    balances, channels, names = federation_books.gateway_balances(), registry.channels(), list(registry.configured())
    former = sorted(set(balances) - set(names))
    return [
        GatewayRow(
            name=name,
            balance_rupiah=balances.get(name, 0),
            works=name in names,
            channels=[_channel(channel, offer.terms) for channel, offer in channels.items() if offer.gateway == name],
        )
        for name in [*names, *former]
    ]


def _channel(channel: Channel, terms: Terms) -> str:
    """A channel and what it does not allow."""
    notes = []
    if terms.largest_rupiah is not None:
        notes.append(_("paling banyak %(amount)s") % {"amount": figures.rupiah(terms.largest_rupiah)})
    if not terms.refunds:
        notes.append(_("uang kembali tidak bisa dikirim"))
    elif not terms.partial_refunds:
        notes.append(_("uang kembali hanya seluruhnya"))
    return f"{channel_labels.CHANNELS[channel]} ({', '.join(notes)})" if notes else str(channel_labels.CHANNELS[channel])


def _sentence(*, count: int, gateways: Sequence[GatewayRow]) -> str:
    if count:
        return ngettext(
            "%(count)s hal tentang uang di gerbang menunggu keputusan.", "%(count)s hal tentang uang di gerbang menunggu keputusan.", count
        ) % {"count": figures.number(count)}
    if not gateways:
        return _("Federasi belum memakai gerbang pembayaran. Pembeli membayar tunai atau langsung ke penjual.")
    return _("Tidak ada yang menunggu keputusan. Uang di gerbang masuk, dan kembali ke pembeli, dengan sendirinya.")


def _disputes(count: int) -> str:
    """What buyers' banks ask back at this moment."""
    if not count:
        return ""
    return ngettext(
        "%(count)s pembayaran sedang disengketakan pembeli lewat banknya. Jawab di gerbangnya; uangnya ditahan sampai diputuskan.",
        "%(count)s pembayaran sedang disengketakan pembeli lewat banknya. Jawab di gerbangnya; uangnya ditahan sampai diputuskan.",
        count,
    ) % {"count": figures.number(count)}
