"""Answers for people when a rule said no, a page is not there, or something broke: the sentence, and a way on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.middleware import csrf
from django.template import loader
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from tenants.errors import DomainError, Kind
from tenants.http import access
from tenants.people import permissions

STATUS: Mapping[Kind, int] = {
    Kind.INVALID: 422,
    Kind.NOT_FOUND: 404,
    Kind.FORBIDDEN: 403,
    Kind.CONFLICT: 409,
    Kind.LIMIT: 429,
    Kind.UNAVAILABLE: 503,
}
# How Django's reasons begin when another page's address came with the form, or one that is none.
_FROM_ELSEWHERE = tuple(
    words.partition("%s")[0]
    for words in (csrf.REASON_BAD_ORIGIN, csrf.REASON_BAD_REFERER, csrf.REASON_MALFORMED_REFERER, csrf.REASON_INSECURE_REFERER)
)


@dataclass(frozen=True)
class Link:
    """A link that leads on."""

    label: str
    url: str


class Refusals:
    """Middleware: a DomainError that no view caught becomes a page with its sentence, and so does a wrong method; the rest stay errors.

    A look at the address of an action (Enter in the address bar, the language switch under an answered form) leads to the page above it:
    actions lie under the page that holds their form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or request.path_info.startswith("/api/"):
            return response
        if request.method in ("GET", "HEAD") and "GET" not in response.headers["Allow"]:
            return HttpResponseRedirect(page_above(path=request.path_info))
        return _wrong_method(request, response)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError) or request.path_info.startswith("/api/"):
            return None
        if isinstance(exception, permissions.Forbidden):
            return not_found(request, exception)  # a 403 would say that there is something
        return domain_error(request=request, error=exception)


def page_above(*, path: str) -> str:
    """The address of the nearest page above a path; the market is above all."""
    parts = path.strip("/").split("/")
    while len(parts) > 1:
        parts.pop()
        above = f"/{'/'.join(parts)}/"
        try:
            resolve(above)
        except Resolver404:
            continue
        return quote(above)
    return reverse("market")


def domain_error(*, request: HttpRequest, error: DomainError) -> HttpResponse:
    """The page of a refusal, and the link back to where the visitor came from."""
    back = access.came_from(request=request)
    links = [Link(_("Kembali"), back)] if back else []
    links.append(Link(_("Ke pasar"), reverse("market")))
    title = _("Kantor ini sudah tutup") if isinstance(error, access.OfficeClosed) else _("Belum bisa")
    return _page(request, status=STATUS[error.kind], title=title, sentence=str(error), links=links)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    del exception  # its text may name what is foreign
    sentence = _("Halaman ini tidak ada. Mungkin alamatnya salah ketik, atau barangnya sudah tidak dijual.")
    return _page(request, status=404, title=_("Halaman tidak ada"), sentence=sentence, links=[Link(_("Ke pasar"), reverse("market"))])


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    del exception
    sentence = _("Halaman ini bukan untuk Anda. Masuk dengan nomor petugas, atau kembali ke pasar.")
    links = [Link(_("Masuk"), reverse("login")), Link(_("Ke pasar"), reverse("market"))]
    return _page(request, status=403, title=_("Tidak boleh"), sentence=sentence, links=links)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    del request, exception
    return unreadable()


def unreadable() -> HttpResponse:
    """What was sent is no text, or too much of it: a page that does not read it again."""
    sentence = _("Permintaan ini tidak terbaca. Kembali, lalu coba sekali lagi.")
    return _bare_page(status=400, title=_("Tidak terbaca"), sentence=sentence)


def too_large(*, path: str) -> HttpResponse:
    """More was sent to this path than anything here takes; the page does not read it."""
    sentence = _("Kirimannya terlalu besar. Kembali, potret ulang dengan ukuran lebih kecil, lalu kirim lagi.")
    if path == reverse("desk-statement-import"):
        sentence = _("Berkasnya terlalu besar. Kembali, ambil rekening koran untuk waktu yang lebih pendek, lalu kirim lagi.")
    return _bare_page(status=413, title=_("Terlalu besar"), sentence=sentence)


def no_room(*, error: DomainError) -> HttpResponse:
    """Nothing can be written down; the page asks no database, which may be down for the same reason."""
    return _bare_page(status=STATUS[error.kind], title=_("Belum bisa"), sentence=str(error))


def unread(*, why: str) -> HttpResponse:
    """What was sent did not come in time ("late"), was one of too many at once ("crowded"), or found no room ("no-room")."""
    if why == "crowded":
        sentence = _("Terlalu banyak kiriman dari jaringan Anda yang belum selesai. Tunggu sebentar, kembali, lalu kirim lagi.")
        return _bare_page(status=429, title=_("Terlalu banyak"), sentence=sentence)
    if why == "no-room":
        sentence = _("Tidak ada tempat untuk kiriman sebesar ini sekarang. Tidak ada yang berubah. Coba lagi nanti.")
        return _bare_page(status=503, title=_("Belum bisa"), sentence=sentence)
    sentence = _("Kirimannya terlalu lama di jalan dan diputus. Cari sinyal yang lebih baik, kembali, lalu kirim lagi.")
    return _bare_page(status=408, title=_("Terlalu lama"), sentence=sentence)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: what the browser left out, or that the form was opened before a login; and what helps against just that."""
    title, sentence = _missing(reason)
    back = access.came_from(request=request)
    links = [Link(_("Buka lagi"), back)] if back else []
    return _page(request, status=403, title=title, sentence=sentence, links=[*links, Link(_("Ke pasar"), reverse("market"))])


def _missing(reason: str) -> tuple[str, str]:
    """The title and the sentence for one of Django's reasons, of which some carry an address."""
    if reason == csrf.REASON_NO_CSRF_COOKIE:
        return _("Cookie tidak tersimpan"), _(
            "Browser ini tidak menyimpan cookie, jadi keranjang dan formulir tidak bisa dikenali lagi. Nyalakan cookie di pengaturannya."
            " Bila halaman ini terbuka di dalam aplikasi lain (WhatsApp, Facebook, Instagram), pilih “Buka di Chrome” di menunya."
            " Tidak ada yang berubah."
        )
    if reason == csrf.REASON_NO_REFERER:
        return _("Asal kiriman tidak terbaca"), _(
            "Browser atau jaringan ini menghapus keterangan dari halaman mana formulir dikirim (Origin dan Referer), jadi kirimannya tidak"
            " bisa dipercaya. Matikan penghemat data, VPN atau aplikasi penyaring untuk situs ini, atau buka di Chrome."
            " Tidak ada yang berubah."
        )
    if reason.startswith(_FROM_ELSEWHERE):
        return _("Bukan dari halaman pasar"), _(
            "Kiriman ini tampaknya datang dari halaman lain, bukan dari pasar ini. Bila halaman ini terbuka di dalam aplikasi lain, pilih"
            " “Buka di Chrome” di menunya, buka pasar dari alamatnya sendiri, lalu isi lagi. Tidak ada yang berubah."
        )
    return _("Coba sekali lagi"), _("Formulir ini sudah lama terbuka. Buka halamannya sekali lagi, lalu kirim; tidak ada yang berubah.")


def broken(request: HttpRequest) -> HttpResponse:
    """handler500: a page that asks neither the database nor the cache for anything."""
    del request
    sentence = _("Ada yang rusak di sisi kami. Tidak ada pesanan yang hilang. Coba lagi sebentar lagi.")
    return _bare_page(status=500, title=_("Ada yang rusak"), sentence=sentence)


def _wrong_method(request: HttpRequest, answer: HttpResponseNotAllowed) -> HttpResponse:
    sentence = _("Halaman ini hanya bisa dilihat, tidak menerima kiriman. Buka halamannya, lalu pakai tombol yang ada di sana.")
    links = [Link(_("Buka lagi"), quote(request.path_info)), Link(_("Ke pasar"), reverse("market"))]
    page = _page(request, status=405, title=_("Belum bisa"), sentence=sentence, links=links)
    page.headers["Allow"] = answer.headers["Allow"]
    return page


def _bare_page(*, status: int, title: str, sentence: str) -> HttpResponse:
    """A page that knows nothing of the request: no menu, no account, no language switch."""
    values = {"title": title, "sentence": sentence, "links": [Link(_("Ke pasar"), "/")]}
    return HttpResponse(loader.render_to_string("error.html", values), status=status)


def _page(request: HttpRequest, *, status: int, title: str, sentence: str, links: list[Link]) -> HttpResponse:
    values = {"title": title, "sentence": sentence, "links": links}
    return HttpResponse(loader.render_to_string("error.html", values, request=request), status=status)
