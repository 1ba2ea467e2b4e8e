"""Batas: what each village uses of its limit, and how old the debts are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from settlement.reports import ageing, limit_use
from tenants import archived_villages
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


def _sentence(sums: limit_use.Sums, *, late_rupiah: int) -> str:
    """How many villages are near their limit, and how much of the debts is old."""
    if sums.near or sums.full:
        text = _("Batasnya penuh di %(full)s desa dan hampir penuh di %(near)s desa, dari %(all)s desa.")
        text %= {"full": sums.full, "near": sums.near, "all": sums.villages}
    else:
        text = _("Semua desa memakai kurang dari %(share)s batasnya.") % {"share": figures.basis_points(limits.WARNING_BASIS_POINTS)}
    if not late_rupiah:
        return text
    return (
        text
        + " "
        + _("Perlu ditagih: utang %(late)s sudah lewat %(days)s hari.")
        % {"late": figures.rupiah_short(late_rupiah), "days": ageing.DAYS_MAX[-1]}
    )


def _tone(sums: limit_use.Sums, *, late_rupiah: int) -> str:
    """The kind of the message: full limits and very old debts look like trouble, nearly full ones like something to watch."""
    if sums.full or late_rupiah:
        return "warn"
    return "wait" if sums.near else ""


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """The villages against their limits, the nearest first, and debtors' open obligations by age, the oldest first; each in pages."""
    names, asked = party_names.of_members(), desk_layout.words(request)
    among = party_names.codes_found(words=asked)
    found = limit_use.nearest(among=among, after=request.GET.get("sesudah", ""), limit=desk_layout.ROWS)
    old = ageing.oldest(at=timezone.now(), among=among, after=request.GET.get("sesudah-utang", ""), limit=desk_layout.ROWS)
    context = {
        "rows": [row(use=limits.of_position(position), names=names) for position in found.page.rows],
        "old": [debts(found=one, names=names) for one in old.page.rows],
        "ages": ages(),
        "sentence": _sentence(found.sums, late_rupiah=old.late_rupiah),
        "tone": _tone(found.sums, late_rupiah=old.late_rupiah),
        "warning": limits.WARNING_BASIS_POINTS,
        "warning_percent": limits.WARNING_BASIS_POINTS // 100,
        "may_change": desk_layout.may(request, Permission.SET_LIMITS),
        "asked": asked,
        "more_url": desk_layout.next_page(request, found.page.after),
        "more_old_url": desk_layout.next_page(request, old.page.after, place="sesudah-utang"),
    }
    return desk_layout.page(request, "desk/members/limits.html", context, tab="limits")


def _lines(at: datetime) -> Iterator[tuple[object, ...]]:
    names, old = party_names.of_members(), {found.debtor: found for found in ageing.open_obligations(at=at)}
    rows = [row(use=use, names=names) for use in limits.uses() if not archived_villages.is_archived(village_code=use.village_code)]
    for one in sorted(rows, key=lambda one: (-(one.use.used_basis_points or 0), one.use.village_code)):
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
