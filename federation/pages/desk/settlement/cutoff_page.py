"""Closing the books of the open cycle: how long villages may object, and how long they have to pay."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from federation.labels import figures
from federation.pages.desk import desk_actions, desk_layout
from federation.pages.desk.settlement import cycle_rows, cycles_page
from federation.web import confirmation, form_fields, form_keys
from settlement.cycles import cutoff, lifecycle
from settlement.reports import agenda
from tenants.http import access
from tenants.people.permissions import Permission

DAYS = {"objection_days": 3, "collection_days": 7}
_BAD_DAYS = dict.fromkeys(
    ("required", "invalid", "max_value", "min_value"), gettext_lazy("Isi jumlah hari dengan angka bulat dari 1 sampai 90.")
)


class CutOff(forms.Form):
    """How long villages may object and have to pay; the domain holds the bounds too."""

    objection_days = form_fields.WholeNumber(
        label=gettext_lazy("Hari untuk keberatan"),
        min_value=cutoff.DAYS_MIN,
        max_value=cutoff.DAYS_MAX,
        error_messages=_BAD_DAYS,
        help_text=gettext_lazy("Selama itu desa boleh memeriksa dan menolak satu catatan. Baru sesudahnya putaran bisa disetujui."),
    )
    collection_days = form_fields.WholeNumber(
        label=gettext_lazy("Hari untuk membayar"),
        min_value=cutoff.DAYS_MIN,
        max_value=cutoff.DAYS_MAX,
        error_messages=_BAD_DAYS,
        help_text=gettext_lazy("Yang belum dibayar sampai saat itu pindah ke putaran berikutnya."),
    )


@access.federation_page(Permission.OPERATE_CYCLES)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: desk_layout.Request, number: int) -> HttpResponse:
    """Close the books of a cycle. Where they are closed already, a look leads back to the list."""
    form = CutOff(desk_actions.sent(request), initial=DAYS)
    question = _question(number, form) if form.is_bound and form.is_valid() else None
    if question is not None and not confirmation.is_answered(request=request, question=question):
        return desk_layout.ask(request, question, back=reverse("desk-cutoff", args=[number]), tab="cycles")
    result = desk_actions.run(
        lambda: cutoff.cut_off(number=number, act=form_keys.act(request=request), **form.cleaned_data),
        form=form,
    )
    if result.done:
        return desk_actions.done("cut_off", "desk-cycles")
    if result.refusal is not None:
        return cycles_page.answer(request, refusal=result.refusal)
    cycle = cycle_rows.of(number=number)
    if not cycle.is_open:
        return desk_actions.done("", "desk-cycles")
    return desk_layout.page(request, "desk/settlement/cutoff.html", {"cycle": cycle, "form": form}, tab="cycles")


def _question(number: int, form: CutOff) -> confirmation.Question | None:
    """What closing the books would freeze; None where they cannot be closed (any more)."""
    if not cycle_rows.of(number=number).is_open or lifecycle.unfinished() is not None:
        return None
    books, days = agenda.open_books(unfinished=None), form.cleaned_data
    return confirmation.Question(
        title=_("Tutup buku putaran %(number)s?") % {"number": number},
        figures=[
            (_("Hari untuk keberatan"), figures.number(days["objection_days"])),
            (_("Hari untuk membayar"), figures.number(days["collection_days"])),
        ],
        moving=[
            (_("Kewajiban yang ikut"), figures.number(books.count)),
            (_("Seluruhnya"), figures.rupiah(books.gross_rupiah)),
            (_("Ditahan karena keberatan"), figures.number(books.held_count)),
        ],
        warning=_("Buku yang sudah ditutup tidak bisa dibuka lagi. Yang dicatat sesudahnya masuk putaran berikutnya."),
        button=_("Ya, tutup buku"),
    )
