"""The picture of a cycle: how what was traded is set off, carried and paid, as bars that each begin where the one before ended.

Drawn on the server as SVG without a script or a style of its own, so that it obeys the pages' policy. Lengths are shares of the width and
letters keep their size, so it fits a phone and a wide screen. Each bar has its name, its amount and a pattern; colour is never the only
sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from federation.labels import figures
from settlement.reports import cycle_overview

ROW, BAR, TEXT = 46, 18, 16  # heights in pixels: of a row, of its bar, of its line of words
LEAST = 6  # thousandths of the width that an amount above zero is drawn with, so that it can be seen


@dataclass(frozen=True, slots=True)
class Part:
    """One bar: how it is drawn, its name, its rupiah, and its share of all that was traded."""

    kind: str
    name: str
    rupiah: int
    share: float


# kind -> (paint, what the pattern draws over it)
_PAINTS = {
    "traded": ("#55635a", ""),
    "pairs": ("#0f6b45", ""),
    "circles": ("#3d9970", '<path d="M-2 10L10-2M6 18L18 6" stroke="#fff" stroke-width="2"/>'),
    "shortened": ("#abd9c1", '<circle cx="6" cy="6" r="2" fill="#0f6b45"/>'),
    "carried": ("#f4b400", '<path d="M6 0V12" stroke="#18241d" stroke-width="1.5"/>'),
    "paid": ("#a83519", ""),
    "unpaid": ("#fbe7e1", '<path d="M0 12L12 0M0 0L12 12" stroke="#a83519" stroke-width="1.5"/>'),
}


def parts(*, cycle: cycle_overview.Overview) -> list[Part]:
    """The bars of a computed cycle, all that was traded first, then its parts, which add up to it."""
    totals = cycle.totals
    if totals is None:
        return []
    unpaid = _("Tunai, tidak terbayar") if cycle.state == "closed" else _("Tunai, belum dibayar")
    named = (
        ("traded", _("Semua utang yang dihitung"), totals.gross_rupiah),
        ("pairs", _("Dihapus berpasangan"), totals.pairs_rupiah),
        ("circles", _("Dihapus dalam lingkaran"), totals.circles_rupiah),
        ("shortened", _("Diringkas di kas bersama"), totals.shortened_rupiah),
        ("carried", _("Dibawa ke putaran lanjut"), totals.carried_rupiah),
        ("paid", _("Tunai, sudah dibayar"), totals.collected_rupiah),
        ("unpaid", unpaid, totals.uncollected_rupiah),
    )
    return [Part(kind, name, rupiah, rupiah / max(1, totals.gross_rupiah)) for kind, name, rupiah in named]


def svg(*, of: Sequence[Part]) -> SafeString:
    """The picture of `parts`; parts of nothing are left to the table. Empty where nothing was traded."""
    if not of or not of[0].rupiah:
        return SafeString()
    whole, drawn = of[0].rupiah, [part for part in of if part.rupiah]
    rows, gone = [], 0
    for number, part in enumerate(drawn):
        start = 0 if part.kind == "traded" else gone
        rows.append(_row(part, top=number * ROW, start_permille=start * 1000 // whole, whole=whole))
        gone += 0 if part.kind == "traded" else part.rupiah
    label = escape("; ".join(f"{part.name} {figures.rupiah_short(part.rupiah)}" for part in drawn))
    patterns = "".join(_pattern(part.kind) for part in drawn if _PAINTS[part.kind][1])
    return mark_safe(  # noqa: S308 - every value is escaped or made by us
        f'<svg width="100%" height="{len(drawn) * ROW}" role="img" aria-label="{label}"><defs>{patterns}</defs>{"".join(rows)}</svg>'
    )


def swatch(*, kind: str) -> SafeString:
    """A small square as a bar is drawn, to find it again in the table; without its pattern where the picture has no such bar."""
    return mark_safe(  # noqa: S308 - made by us
        f'<svg width="14" height="14" aria-hidden="true"><rect width="14" height="14" fill="{_fill(kind)}" stroke="#18241d"/></svg>'
    )


def _row(part: Part, *, top: int, start_permille: int, whole: int) -> str:
    width = max(LEAST, part.rupiah * 1000 // whole)
    start = min(start_permille, 1000 - width)
    return (
        f'<text y="{top + TEXT}" font-size="15" fill="currentColor">{escape(part.name)}</text>'
        f'<text x="100%" y="{top + TEXT}" text-anchor="end" font-size="15" font-weight="700" fill="currentColor">'
        f"{escape(figures.rupiah_short(part.rupiah))}</text>"
        f'<rect y="{top + TEXT + 6}" width="100%" height="{BAR}" fill="#18241d" fill-opacity=".06"/>'
        f'<rect x="{_percent(start)}" y="{top + TEXT + 6}" width="{_percent(width)}" height="{BAR}" fill="{_fill(part.kind)}"'
        ' stroke="#18241d" stroke-width=".75"/>'
    )


def _percent(permille: int) -> str:
    return f"{permille // 10}.{permille % 10}%"


def _fill(kind: str) -> str:
    paint, drawn = _PAINTS[kind]
    return f"url(#flow-{kind}) {paint}" if drawn else paint


def _pattern(kind: str) -> str:
    paint, drawn = _PAINTS[kind]
    return (
        f'<pattern id="flow-{kind}" width="12" height="12" patternUnits="userSpaceOnUse">'
        f'<rect width="12" height="12" fill="{paint}"/>{drawn}</pattern>'
    )
