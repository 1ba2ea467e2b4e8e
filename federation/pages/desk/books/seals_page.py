"""Segel: the chain of daily seals, to keep and to hold what somebody kept against; read only."""

from __future__ import annotations

import re

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from federation.pages.desk import desk_layout
from federation.web import csv_export
from settlement.seals import seals
from tenants.http import access
from tenants.people.permissions import Permission

_SEALS_MAX = 60
_HASH = re.compile(r"[0-9a-f]{64}")

# The order of seals.Link.cells: the table is one that `pasarsama seals check` reads.
HEADER = (
    gettext_lazy("Nomor"),
    gettext_lazy("Hari"),
    gettext_lazy("Disegel"),
    gettext_lazy("Catatan"),
    gettext_lazy("Isi"),
    gettext_lazy("Segel sebelumnya"),
    gettext_lazy("Segel"),
)


@access.federation_page(Permission.SEE_DESK)
@require_GET
def index(request: desk_layout.Request) -> HttpResponse:
    """The newest seals, and whether one that somebody has in hand stands in the chain."""
    chain = seals.chain()
    asked = "".join(request.GET.get("segel", "")[:200].split()).lower()
    found = next((link for link in chain if link.sha256 == asked), None)
    context = {
        "links": chain[: -_SEALS_MAX - 1 : -1],
        "count": len(chain),
        "asked": asked,
        "answer": _answer(asked, found),
        "stands": found is not None,
    }
    return desk_layout.page(request, "desk/books/seals.html", context, tab="balance")


def _answer(asked: str, found: seals.Link | None) -> str:
    if not asked:
        return ""
    if found is not None:
        return _("Segel itu ada: nomor %(number)s, untuk %(day)s.") % {"number": found.number, "day": dateformat.format(found.day, "j F Y")}
    if not _HASH.fullmatch(asked):
        return _("Segel terdiri dari 64 angka 0–9 dan huruf a–f. Salin seluruhnya dari lembar yang dipegang.")
    return _("Segel itu tidak ada di rantai ini. Bila pernah tercetak di lembar resmi, sejarah pembukuan sudah diubah: hubungi pemeriksa.")


@access.federation_page(Permission.SEE_DESK)
@require_GET
def table_csv(request: desk_layout.Request) -> StreamingHttpResponse:
    """The whole chain, for somebody outside the federation to keep."""
    return csv_export.response(name="segel", header=HEADER, rows=(link.cells() for link in seals.chain()), seal=seals.head())
