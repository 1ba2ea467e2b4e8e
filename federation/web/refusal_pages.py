"""Answers for people when a rule said no, a page is not there, or something broke: the sentence, and a way on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.refusals import Refused

NOT_THERE = ("unknown-", "no-such-", "not-found")
STATUS = {"too-many-tries": 429}


@dataclass(frozen=True)
class Way:
    """A link that leads on."""

    label: str
    url: str


class Refusals:
    """Middleware: a Refused that no view caught becomes a page with its sentence; anything else stays an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused) or request.path_info.startswith("/api/"):
            return None
        return refused(request=request, refusal=exception)


def status_of(*, refusal: Refused) -> int:
    """404 for what is not there (or foreign), 429 for too many tries, 409 for every other rule."""
    if refusal.code.startswith(NOT_THERE):
        return 404
    return STATUS.get(refusal.code, 409)


def refused(*, request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The page of a refusal, and the way back to where the visitor came from."""
    back = _way_back(request)
    ways = [Way(_("Kembali"), back)] if back else []
    ways.append(Way(_("Ke pasar"), reverse("market")))
    return _page(request, status=status_of(refusal=refusal), title=_("Belum bisa"), sentence=str(refusal), ways=ways)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    del exception  # its text may name what is foreign
    sentence = _("Halaman ini tidak ada. Mungkin alamatnya salah ketik, atau barangnya sudah tidak dijual.")
    return _page(request, status=404, title=_("Halaman tidak ada"), sentence=sentence, ways=[Way(_("Ke pasar"), reverse("market"))])


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    del exception
    sentence = _("Halaman ini bukan untuk Anda. Masuk dengan nomor petugas, atau kembali ke pasar.")
    ways = [Way(_("Masuk"), reverse("login")), Way(_("Ke pasar"), reverse("market"))]
    return _page(request, status=403, title=_("Tidak boleh"), sentence=sentence, ways=ways)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    del exception
    sentence = _("Permintaan ini tidak terbaca. Kembali, lalu coba sekali lagi.")
    return _page(request, status=400, title=_("Tidak terbaca"), sentence=sentence, ways=[Way(_("Ke pasar"), reverse("market"))])


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: the form was opened before a login, or its cookie is gone."""
    del reason
    sentence = _("Formulir ini sudah lama terbuka. Buka halamannya sekali lagi, lalu kirim; tidak ada yang berubah.")
    back = _way_back(request)
    ways = [Way(_("Buka lagi"), back)] if back else []
    return _page(request, status=403, title=_("Coba sekali lagi"), sentence=sentence, ways=[*ways, Way(_("Ke pasar"), reverse("market"))])


def broken(request: HttpRequest) -> HttpResponse:
    """handler500: a page that asks neither the database nor the cache for anything."""
    del request
    sentence = _("Ada yang rusak di sisi kami. Tidak ada pesanan yang hilang. Coba lagi sebentar lagi.")
    values = {"title": _("Ada yang rusak"), "sentence": sentence, "ways": [Way(_("Ke pasar"), "/")]}
    return HttpResponse(loader.render_to_string("refusal.html", values), status=500)


def _way_back(request: HttpRequest) -> str:
    """The page that the visitor came from, when it is one of ours; only its path, so that it cannot lead elsewhere."""
    came_from = str(request.META.get("HTTP_REFERER", ""))
    own = f"{request.scheme}://{request.get_host()}/"
    if came_from.startswith(own):
        return "/" + came_from[len(own) :].lstrip("/")
    return ""


def _page(request: HttpRequest, *, status: int, title: str, sentence: str, ways: list[Way]) -> HttpResponse:
    values = {"title": title, "sentence": sentence, "ways": ways}
    return HttpResponse(loader.render_to_string("refusal.html", values, request=request), status=status)
