"""Batas: what each village uses of its limit, and how old the debts are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from federation.labels import figures
from federation.members import party_names
from federation.pages.desk import desk_layout
from federation.web import csv_export
from settlement.ledger import limits
from settlement.reports import ageing
from tenants.http import access
from tenants.people.permissions import Permission

STATES = {
    limits.State.OK: (gettext_lazy("Longgar"), "ok"),
    limits.State.WARNING: (gettext_lazy("Hampir penuh"), ""),
    limits.State.REACHED: (gettext_lazy("Penuh"), "bad"),
}


@dataclass(frozen=True)
class Row:
    """A village's use of its limit with its label; `percent` is for a meter, which knows no more than full."""

    name: str
    use: limits.Use
    label: str
    tone: str
    percent: int


@dataclass(frozen=True)
class Debts:
    """A debtor's open obligations by age; `label` says how old the oldest is, where it is old."""

    name: str
    ageing: ageing.Ageing
    label: str
    tone: str


def row(*, use: limits.Use, names: Mapping[str, str]) -> Row:
    """A village's use of its limit with its label."""
    label, tone = STATES[use.state]
    return Row(names.get(use.village_code, use.village_code), use, str(label), tone, min(100, (use.used_basis_points or 0) // 100))


def debts(*, found: ageing.Ageing, names: Mapping[str, str]) -> Debts:
    """A debtor's open obligations with its label."""
    _first, second, third = ageing.DAYS_MAX
    label, tone = "", ""
    if found.oldest_days > third:
        label, tone = _("sangat lama"), "bad"
    elif found.oldest_days > second:
        label = _("lama")
    return Debts(names.get(found.debtor, found.debtor), found, label, tone)


def ages() -> list[str]:
    """What the four columns of ages are called."""
    first, second, third = ageing.DAYS_MAX
    bounded = [
        _("%(first)s–%(last)s hari") % {"first": start, "last": end}
        for start, end in ((0, first), (first + 1, second), (second + 1, third))
    ]
    return [*bounded, _("Lebih dari %(days)s hari") % {"days": third}]


def _rows(names: Mapping[str, str]) -> list[Row]:
    """Every village, the one nearest to its limit first."""
    found = [row(use=use, names=names) for use in limits.uses()]
    return sorted(found, key=lambda one: (-(one.use.used_basis_points or 0), one.use.village_code))


def _sentence(rows: Sequence[Row], old: Sequence[Debts]) -> str:
    """How many villages are near their limit, and how much of the debts is old."""
    near = sum(one.use.state == limits.State.WARNING for one in rows)
    full = sum(one.use.state == limits.State.REACHED for one in rows)
    if near or full:
        text = _("Batasnya penuh di %(full)s desa dan hampir penuh di %(near)s desa, dari %(all)s desa.")
        text %= {"full": full, "near": near, "all": len(rows)}
    else:
        text = _("Semua desa memakai kurang dari %(share)s batasnya.") % {"share": figures.basis_points(limits.WARNING_BASIS_POINTS)}
    late = sum(one.ageing.older_rupiah for one in old)
    if not late:
        return text
    return (
        text
        + " "
        + _("Perlu ditagih: utang %(late)s sudah lewat %(days)s hari.") % {"late": figures.rupiah_short(late), "days": ageing.DAYS_MAX[-1]}
    )


def _tone(rows: Sequence[Row], old: Sequence[Debts]) -> str:
    """The kind of the message: full limits and very old debts look like trouble, nearly full ones like something to watch."""
    states = {one.use.state for one in rows}
    if limits.State.REACHED in states or any(one.ageing.older_rupiah for one in old):
        return "warn"
    return "wait" if limits.State.WARNING in states else ""


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """Every village against its limit, and every debtor's open obligations by age, the oldest first."""
    names = party_names.of_members()
    rows = _rows(names)
    old = [debts(found=found, names=names) for found in ageing.open_obligations(at=timezone.now())]
    old.sort(key=lambda one: (-one.ageing.oldest_days, -one.ageing.open_rupiah, one.ageing.debtor))
    context = {
        "rows": rows,
        "old": old,
        "ages": ages(),
        "sentence": _sentence(rows, old),
        "tone": _tone(rows, old),
        "warning": limits.WARNING_BASIS_POINTS,
        "warning_percent": limits.WARNING_BASIS_POINTS // 100,
        "may_change": desk_layout.may(request, Permission.SET_LIMITS),
    }
    return desk_layout.page(request, "desk/members/limits.html", context, tab="limits")


def _lines(at: datetime) -> Iterator[tuple[object, ...]]:
    names, old = party_names.of_members(), {found.debtor: found for found in ageing.open_obligations(at=at)}
    for one in _rows(names):
        use = one.use
        amounts = (
            use.exposure_rupiah,
            use.limit_rupiah,
            use.used_basis_points,
            one.label,
            use.guest_pending_rupiah,
            use.guest_limit_rupiah,
        )
        yield (use.village_code, one.name, *amounts, *_aged(old.pop(use.village_code, None)))
    for found in old.values():  # who owes without a limit: the federation
        yield (found.debtor, names.get(found.debtor, found.debtor), None, None, None, "", None, None, *_aged(found))


def _aged(found: ageing.Ageing | None) -> tuple[int | None, ...]:
    return (*found.buckets_rupiah, found.oldest_days) if found else (0, 0, 0, 0, None)


@access.federation_page(Permission.SEE_DESK)
@require_GET
def table_csv(request: desk_layout.Request) -> StreamingHttpResponse:
    """Both tables of this moment in one, a line per village."""
    header = (
        _("Kode desa"),
        _("Desa"),
        _("Terpakai (rupiah)"),
        _("Batas (rupiah)"),
        _("Terpakai (per sepuluh ribu)"),
        _("Keadaan"),
        _("Dipesan tamu (rupiah)"),
        _("Batas tamu (rupiah)"),
        *(_("%(age)s (rupiah)") % {"age": age} for age in ages()),
        _("Utang tertua (hari)"),
    )
    return csv_export.response(name="batas", header=header, rows=_lines(timezone.now()))
