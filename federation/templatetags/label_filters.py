"""Figures and labels as filters, and what only a template asks for: classes, addresses, a product (template builtins)."""

from __future__ import annotations

from urllib.parse import quote

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from federation.labels import figures, market_labels, payment_labels
from tenants import text_direction

register = template.Library()

for figure in (
    figures.rupiah,
    figures.with_sen,
    figures.rupiah_short,
    figures.millions,
    figures.number,
    figures.percent,
    figures.basis_points,
    figures.day,
    figures.clock,
    figures.moment,
    figures.date_time,
    figures.ago,
    figures.phone,
    figures.whatsapp,
):
    register.filter(figure)


@register.filter
def times(price: int, quantity: int) -> int:
    """A price for a number of pieces."""
    return int(price) * int(quantity)


@register.filter
def picture(key: str, size: int = 320) -> str:
    """The address of a stored picture at one of its widths."""
    return f"{settings.MEDIA_URL}{quote(key)}-{size}.webp" if key else ""


@register.filter
def label(code: str, kind: str) -> str:
    """What a code is called: {{ order.state|label:"state" }}, kinds in federation.labels.market_labels.TABLES."""
    return market_labels.of(code=code, kind=kind)


@register.filter(is_safe=True)
def isolated(words: object) -> object:
    """Words of people, which must not turn round what stands beside them."""
    return text_direction.isolated(words) if isinstance(words, str) else words


@register.filter
def reason(stored: str) -> str:
    """Why an order was cancelled or money goes back. A buyer who cancels gives no reason; what the system writes is a code."""
    if stored == "payment.late":
        return _("uangnya datang sesudah pesanan berakhir")
    return _("dibatalkan pembeli") if stored in ("", "order.cancelled") else text_direction.isolated(stored)


@register.filter
def tag_kind(state: str) -> str:
    """The class of an order state's tag: "", "ok" or "bad"."""
    return market_labels.STATES.get(state, ("", ""))[1]


@register.filter
def account_step(code: str) -> str:
    """What was done about a bank account."""
    return str(payment_labels.ACCOUNT_STEPS.get(code, code))


@register.filter
def heat(amount: int | None, most: int) -> str:
    """A class h1..h5 for a cell of a matrix by its share of the largest; empty for nothing."""
    if not amount or not most:
        return ""
    return f"h{min(5, 1 + int(amount * 5 / (most + 1)))}"
